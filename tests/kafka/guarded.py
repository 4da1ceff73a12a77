"""A broker that lets nobody in who is not known: TLS under an authority of the tests' own, and passwords by SCRAM."""

from __future__ import annotations

import ipaddress
import socket
from datetime import UTC, datetime, timedelta

from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.kafka.conftest import Broker

USER, PASSWORD = "hundredfold", "correct-horse-battery"
FURTHER = """\
listeners=PLAINTEXT://127.0.0.1:@PORT@,CONTROLLER://127.0.0.1:@CONTROLLER@,SASL_SSL://127.0.0.1:{port}
advertised.listeners=PLAINTEXT://127.0.0.1:@TOLD@,SASL_SSL://127.0.0.1:{port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
ssl.keystore.type=PEM
ssl.keystore.location={keys}
"""


class Guarded(Broker):
    """A broker whose `address` is the guarded port; its own plain port is `plain`, which only these tests use."""

    def start(self) -> None:
        fresh = not self.folder.exists()
        if fresh:
            self.folder.mkdir()
            self.authority, self.stranger = self.folder / "authority.pem", self.folder / "stranger.pem"
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
            keys = self.folder / "broker.pem"
            certified(self.authority, keys)
            certified(self.stranger, self.folder / "nobody.pem")
            (self.folder / "further.properties").write_text(FURTHER.format(port=self.port, keys=keys))
        super().start()
        self.plain, self.address = self.address, f"127.0.0.1:{self.port}"
        if fresh:
            self.let_in(PASSWORD)

    def let_in(self, password: str) -> None:
        """From now on the user's password is this one."""
        info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
        known = UserScramCredentialUpsertion(USER, info, password.encode())
        admin = AdminClient({"bootstrap.servers": self.plain})
        admin.alter_user_scram_credentials([known])[USER].result(30)

    def settings(self, **other: str) -> dict[str, str]:
        """`kafka:` of a workspace; what is `other` than it should be has `_` for a dot, and is left out if empty."""
        right = {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": USER,
            "sasl.password": "${KAFKA_PASSWORD}",
            "ssl.ca.location": str(self.authority),
        }
        found = right | {name.replace("_", "."): value for name, value in other.items()}
        return {name: value for name, value in found.items() if value}


def certified(authority, keys):
    """Writes an authority's certificate, and the key and certificate of a broker here that it vouches for."""
    above, own = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    ca = certificate("an authority", above, "an authority", above, x509.BasicConstraints(ca=True, path_length=0))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    broker = certificate("a broker", own, "an authority", above, here)
    authority.write_bytes(ca)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    keys.write_bytes(own.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain) + broker)


def certificate(subject, key, issuer, by, extension):
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(by, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
