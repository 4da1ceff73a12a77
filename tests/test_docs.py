"""What the documents show runs: programs, commands, definitions, links, the table of commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.app.shop import hf

from hundredfold.app.applying import planned
from hundredfold.app.cli import app
from hundredfold.app.workspace import Workspace
from hundredfold.definition.load import load_text

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    """Every fenced block of a language, with a name that tells where it stands."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
            line = text.count("\n", 0, block.start()) + 1
            found.append(pytest.param(block[1], id=f"{page.relative_to(ROOT)}:{line}"))
    return found


@pytest.mark.parametrize("program", blocks("python"))
def test_a_program_on_a_page_runs(program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    exec(compile(program, "page", "exec"), {"__name__": "page"})


@pytest.mark.parametrize("commands", blocks("bash"))
def test_commands_on_a_page_run(commands, tmp_path):
    shown = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

    said = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=tmp_path,
        env=shown,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("definitions", blocks("yaml"))
def test_definitions_on_a_page_can_be_brought_into_force(definitions, tmp_path):
    shop = Workspace.create(tmp_path / "shop")
    (shop.definitions_folder / "page.yaml").write_text(definitions, encoding="utf-8")

    assert planned(shop).definitions == load_text(definitions)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_runs(example, tmp_path):
    said = subprocess.run([sys.executable, example], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stderr
    assert said.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_of_a_page_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    here = [target for target in targets if "://" not in target]

    assert [target for target in here if not (page.parent / target).exists()] == []


def test_the_readme_lists_every_command():
    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}

    listed = set(re.findall(r"^\| `hf (\w+)", README, re.MULTILINE))

    assert listed == known
    assert all(hf(command, "--help").code == 0 for command in sorted(listed))
