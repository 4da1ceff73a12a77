"""The image and the compose file, read as a linter reads them: no container engine is needed."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from importlib.metadata import version
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML
from tests.app.shop import hf

from hundredfold.app.cli import app

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = YAML(typ="safe").load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("hundredfold:")}
INSTRUCTIONS = {
    *("FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK"),
    *("ENTRYPOINT", "CMD"),
}
SECRET = re.compile(r"(?i)(password|passwd|secret|token|api_?key|credential)s?\s*[:=]\s*[^\s${]")
PINNED = re.compile(r"[a-z0-9./-]+:\d+\.\d+\.\d+[a-z0-9.-]*")


def instructions(text):
    """Every instruction with its arguments; lines that go on are joined, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def faults(text, root=ROOT):
    """What is wrong with a Dockerfile."""
    found = []
    steps = instructions(text)
    stages = {}
    for name, arguments in steps:
        if name not in INSTRUCTIONS:
            found.append(f"unknown instruction {name}")
        if name == "FROM":
            image, _, stage = arguments.partition(" AS ")
            stages[stage] = image
            if not PINNED.fullmatch(image):
                found.append(f"{image} is not pinned")
        if name == "COPY":
            options = [part for part in arguments.split() if part.startswith("--")]
            *sources, _ = [part for part in arguments.split() if not part.startswith("--")]
            stage = next((option.partition("=")[2] for option in options if option.startswith("--from=")), None)
            if stage is not None and stage not in stages:
                found.append(f"no stage is called {stage}")
            if stage is None:
                found += [f"{source} is not there" for source in sources if not (root / source).exists()]
    last = steps[max(n for n, (name, _) in enumerate(steps) if name == "FROM") :]
    users = [arguments for name, arguments in last if name == "USER"]
    if not users or users[-1].split(":")[0] in ("0", "root"):
        found.append("it runs as root")
    found += [f"{name} is missing" for name in ("HEALTHCHECK", "VOLUME", "ENTRYPOINT", "CMD") if name not in dict(last)]
    if SECRET.search(text):
        found.append("it holds a secret")
    return found


def parsed(arguments):
    """The command that the real command line makes of some arguments; what it refuses has exit code 2."""
    context = typer.main.get_command(app).make_context("hf", list(arguments))
    while hasattr(context.command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        name, command, rest = context.command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
    return context


def test_the_dockerfile_has_no_fault():
    assert faults(DOCKERFILE) == []


@pytest.mark.parametrize(
    ("was", "becomes", "expected"),
    [
        ("python:3.11.14-slim\n", "python:latest\n", "python:latest is not pinned"),
        ("USER 10001", "USER root", "it runs as root"),
        ("USER 10001\n", "", "it runs as root"),
        ("COPY src ./src", "COPY source ./src", "source is not there"),
        ("COPY web ./", "COPY website ./", "website is not there"),
        ("--from=build", "--from=built", "no stage is called built"),
        ("HEALTHCHECK", "HEALTHCHEK", "unknown instruction HEALTHCHEK"),
        ("PYTHONUNBUFFERED=1", "API_TOKEN=abc", "it holds a secret"),
        ("VOLUME", "EXPOSE", "VOLUME is missing"),
    ],
)
def test_a_planted_fault_in_the_dockerfile_is_found(was, becomes, expected):
    assert was in DOCKERFILE
    assert expected in faults(DOCKERFILE.replace(was, becomes))


def test_the_image_starts_what_the_command_line_knows():
    told = dict(instructions(DOCKERFILE))
    context = parsed([*json.loads(told["ENTRYPOINT"])[1:], *json.loads(told["CMD"])])

    assert json.loads(told["ENTRYPOINT"])[0] == "hf"
    assert context.info_name == "serve"
    assert "/readyz" in told["HEALTHCHECK"]
    assert f":{context.params['port']}/" in told["HEALTHCHECK"]


def test_the_command_of_the_image_tells_its_version():
    said = hf("--version")

    assert (said.code, said.out.strip()) == (0, version("hundredfold"))


def test_the_image_is_built_from_packages_that_were_compared_with_the_lock():
    runs = [arguments for name, arguments in instructions(DOCKERFILE) if name == "RUN"]
    fetched = [run for run in runs if "--require-hashes" in run]
    installs = [run for run in runs if re.search(r"pip install", run)]

    assert len(fetched) == 1
    assert "requirements.lock" in shlex.split(fetched[0])
    assert installs
    assert all("--no-index" in run for run in installs)
    ignored = (ROOT / ".dockerignore").read_text().split()
    copied = [a.split()[:-1] for n, a in instructions(DOCKERFILE) if n == "COPY" and "--from" not in a]
    assert all(f"!{source}" in ignored for sources in copied for source in sources)


def test_the_image_builds_the_pages_where_the_package_looks_for_them():
    stages = DOCKERFILE.split("FROM ")
    pages = instructions(next(stage for stage in stages if " AS pages" in stage))
    here = {"vite.config.ts": r"outDir: '(.*)'", "carry.mjs": r"const scripts = '(.*)'"}
    told = [re.search(place, (ROOT / "web" / file).read_text(encoding="utf-8"))[1] for file, place in here.items()]

    assert "npm run build" in dict(pages)["RUN"]
    for folder in told:
        built = posixpath.normpath(posixpath.join(dict(pages)["WORKDIR"], folder))
        assert f"COPY --from=pages {built} ./{posixpath.relpath(built, '/build')}" in DOCKERFILE
        assert posixpath.relpath(built, "/build") in (ROOT / ".dockerignore").read_text().split()


# --- compose ---------------------------------------------------------------------------------------------------------


def test_the_services_are_those_of_the_page():
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")

    assert {"kafka", "ingest", "live", "web"} <= set(SERVICES)
    assert all(f"`{name}`" in page for name in SERVICES)


@pytest.mark.parametrize("name", OURS)
def test_a_service_says_what_the_command_line_knows(name):
    context = parsed(OURS[name]["command"])

    assert context.info_name in ("serve", "setup")
    if context.info_name == "serve":
        assert context.params["only"] == name
        assert f":{context.params['port']}/readyz" in OURS[name]["healthcheck"]["test"][-1]


def test_a_command_that_is_not_known_is_refused():
    for arguments in (["serve", "--only", "kitchen"], ["serfe"], ["serve", "--prot", "1"], ["kafka", "setupp"]):
        with pytest.raises(Exception, match=r"(?i)no such|is not one of|invalid") as refused:
            parsed(arguments)
        assert refused.value.exit_code == 2


def test_only_the_loopback_reaches_a_port():
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]

    assert len(ports) == len(set(ports)) == 3
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:8080", port) for port in ports)


def test_what_a_service_needs_is_there():
    for service in SERVICES.values():
        named = [volume.split(":")[0] for volume in service.get("volumes", ())]
        assert all(name in COMPOSE["volumes"] for name in named)
        assert set(service.get("depends_on", ())) <= set(SERVICES)
        assert "healthcheck" in service
        assert PINNED.fullmatch(service["image"])
    assert SERVICES["web"]["command"][SERVICES["web"]["command"].index("--live") + 1] == "http://live:8080"
    waited = [need for service in SERVICES.values() for need in service.get("depends_on", {}).items()]
    for name, how in waited:
        assert how["condition"] != "service_healthy" or "test" in SERVICES[name]["healthcheck"]


def test_no_secret_stands_in_the_compose_file():
    text = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    body = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))

    assert SECRET.search(body) is None
    assert SECRET.search("  KAFKA_PASSWORD: hunter2") is not None
