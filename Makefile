# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo serve test check lint format bench nightly clean setup

setup: $(READY)

# The lock file has the hash of every package; nothing else is installed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "hundredfold needs Python 3.11 or later; say PYTHON=python3.11 make ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check "uv>=0.5"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check "uv>=0.5"
	@touch $(READY)

demo: $(READY)  ## sets everything up and runs the main job on real orders
	@$(BIN)/hf demo $(DEMO)

serve: $(READY)  ## serves the demo's workspace
	@$(BIN)/hf -w demo-shop serve

test: $(READY)  ## sets everything up and passes the tests
	@deploy/dev/kafka install || test $$? -eq 69  # without Java or Maven the tests of Kafka are skipped
	@$(BIN)/python -m pytest

check: $(READY)  ## format, lint, types, import contracts
	@$(BIN)/ruff format --check --quiet src tests benchmarks examples
	@$(BIN)/ruff check --quiet src tests benchmarks examples
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY)
	@$(BIN)/ruff check --fix --quiet src tests benchmarks examples
	@$(BIN)/ruff format --quiet src tests benchmarks examples

bench: $(READY)  ## the benchmark table
	@$(BIN)/hf bench

nightly: $(READY)  ## the long profiles of the property and fault tests
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -m "slow or not slow" --timeout 0

clean:
	rm -rf $(VENV) demo-shop .mypy_cache .ruff_cache .pytest_cache .hypothesis
