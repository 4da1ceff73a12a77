"""What the page on running it shows: settings load (those for sources too), cron lines and Airflow's commands run."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.app.shop import order, write_lines

from hundredfold.app.alerting.channels import SIGNATURE
from hundredfold.app.schedule.cron import parse_cron
from hundredfold.app.settings import Settings, parse_settings

DOCS = Path(__file__).parents[2] / "docs"


def blocks(language, page="operations.md"):
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def ran(command, shop, tmp_path):
    """A command of the page, in a shop of ours."""
    file = write_lines(tmp_path / "tonight.ndjson", [order(1, "c1", "2026-03-01", 5)])
    command = command.replace("/srv/shop", str(shop)).replace("/srv/erp/tonight.ndjson", str(file))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("text", [*blocks("yml"), *blocks("yml", "sources.md")])
def test_settings_on_the_page_load(text):
    assert parse_settings(text) != Settings()


def test_the_lines_for_cron_run_one_after_the_other(shop, tmp_path):
    (lines,) = blocks("crontab")
    said = []
    for line in lines.splitlines():
        *fields, command = line.split(maxsplit=5)
        parse_cron(" ".join(fields))
        said.append(ran(command, shop, tmp_path))

    assert [(one.returncode, one.stderr) for one in said] == [(0, ""), (0, "")]
    assert said[-1].stdout.startswith("1 of 1 customers checked")


def test_the_tasks_for_airflow_are_the_same_commands_which_fail_by_their_exit_code(tmp_path):
    (text,), (lines,) = blocks("py"), blocks("crontab")
    commands = [
        keyword.value.value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "bash_command"
    ]

    assert commands == [command for line in lines.splitlines() for command in line.split(maxsplit=5)[5].split(" && ")]
    assert ran(commands[1], tmp_path / "elsewhere", tmp_path).returncode == 2


def test_the_page_names_the_header_that_is_sent():
    assert f"`{SIGNATURE}: t=TIME,v1=HMAC`" in (DOCS / "operations.md").read_text(encoding="utf-8")
