"""A real PostgreSQL for the tests of sources: started when a test first asks for it, one for all of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy" / "dev" / "postgres"
NONE_HERE = 69
"""The script's exit code where PostgreSQL is missing."""


@pytest.fixture(scope="session")
def postgres():
    # Not below pytest's own folder, which another user, who runs the server for root, cannot enter.
    folder = tempfile.mkdtemp(prefix="hundredfold-postgres-")
    done = subprocess.run([SCRIPT, "start", folder], capture_output=True, text=True, timeout=120)
    if done.returncode == NONE_HERE and os.environ.get("HF_REQUIRE_POSTGRES") != "1":
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
    yield done.stdout.strip()
    subprocess.run([SCRIPT, "kill", folder], check=True, timeout=60)
    shutil.rmtree(folder)
