"""Authorities of our own, and servers with certificates of theirs."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)


class Authority:
    """Signs certificates. `file` is what those must name who are to trust it."""

    def __init__(self, folder):
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"authority in {folder.name}"[:64])])
        folder.mkdir()
        self.file = folder / "authority.pem"
        own = self._draft(self._name, self._key).add_extension(x509.BasicConstraints(True, 0), critical=True)
        signing = dict.fromkeys(("key_cert_sign", "crl_sign"), True)
        rest = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
        usage = x509.KeyUsage(**signing, **dict.fromkeys((*rest, "encipher_only", "decipher_only"), False))
        self.file.write_bytes(_pem(own.add_extension(usage, critical=True).sign(self._key, hashes.SHA256())))

    def server(self, host):
        """What a server needs that is to be known as this host."""
        key = ec.generate_private_key(ec.SECP256R1())
        drawn = self._draft(x509.Name([]), key).add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host)]), critical=True
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self._folder / f"{host}.pem"
        path.write_bytes(secret + _pem(drawn.sign(self._key, hashes.SHA256())))
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        found.load_cert_chain(path)
        return found

    def _draft(self, name, key):
        now, public = datetime.now(UTC), key.public_key()
        return (
            x509.CertificateBuilder(self._name, name, public, x509.random_serial_number())
            .not_valid_before(now - _DAY)
            .not_valid_after(now + _DAY)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)
