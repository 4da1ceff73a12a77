# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Node only builds the pages; nothing that is served or installed needs it.
NODE := $(shell node -e 'process.exit(+(+process.versions.node.split(".")[0] < 20))' 2>/dev/null && echo yes)
BUILT := src/hundredfold/app/gui/built/index.html
PAGES := $(shell find web -name node_modules -prune -o -path web/src/api -prune -o -type f -print)
MODULES := web/node_modules/.package-lock.json
CLIENTS := $(if $(NODE),tests/sdk/node_modules/.package-lock.json)
# Hundreds of processes start in the tests: none of them shall compile its modules anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo serve test check lint format bench nightly clean setup web openapi catalogue screenshots

setup: $(READY)

# The lock file has the hash of every package; nothing else is installed.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "hundredfold needs Python 3.11 or later; say PYTHON=python3.11 make ..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check "uv>=0.5"
	@$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check "uv>=0.5"
	@touch $(READY)

ifeq ($(NODE),yes)
web: $(BUILT)  ## builds the pages into the package
else
web:
	@test "$$HF_REQUIRE_NODE" != 1 || { echo "Node 20 or later is missing, and the pages must be built here."; exit 1; }
	@echo "Node 20 or later is missing, so the pages are not built: the server answers its API, and says how to build them."
endif

# The lock file has the hash of every package; their install scripts do not run. Not `npm ci`: that refuses a lock file
# without the optional binaries of other systems. The clients of others, for the tests, are installed the same way.
$(MODULES) $(CLIENTS): %/node_modules/.package-lock.json: %/package.json %/package-lock.json %/.npmrc
	@cd $* && npm install --no-save --silent && touch node_modules/.package-lock.json

$(BUILT): $(MODULES) $(PAGES)
	@cd web && npm run --silent build && touch ../$(BUILT)

openapi: $(READY)  ## writes web/openapi.json anew, after a change of routes
	@$(BIN)/python web/openapi.py

catalogue: $(READY)  ## writes docs/catalogue.md anew, after a change of the catalogue
	@$(BIN)/python -c 'from hundredfold.catalogue.book import book; from hundredfold.catalogue.page import page; from hundredfold.predict.models import FAMILIES; print(page(book(), FAMILIES), end="")' > docs/catalogue.md

demo: $(READY) web  ## sets everything up and runs the main job on real orders
	@$(BIN)/hf demo $(DEMO)

serve: $(READY) web  ## serves the demo's workspace
	@$(BIN)/hf -w demo-shop serve

test: $(READY) web $(CLIENTS)  ## sets everything up and passes the tests
	@deploy/dev/kafka install || test $$? -eq 69  # without Java or Maven the tests of Kafka are skipped
	@deploy/dev/browser install || test $$? -eq 69  # without Chromium those in a browser
	@deploy/dev/postgres install || test $$? -eq 69  # without PostgreSQL those of its databases
	@$(BIN)/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder
ifeq ($(NODE),yes)
	@cd web && npm test --silent
endif

screenshots: $(READY) web $(CLIENTS)  ## saves every screen as a picture under .work/screens
	@HF_SCREENS=.work/screens $(BIN)/python -m pytest tests/gui

check: $(READY) web  ## format, lint, types, import contracts
	@$(BIN)/ruff format --check --quiet src tests benchmarks examples
	@$(BIN)/ruff check --quiet src tests benchmarks examples
	@$(BIN)/mypy
	@$(BIN)/lint-imports
ifeq ($(NODE),yes)
	@cd web && npm run --silent check
endif

format: $(READY)
	@$(BIN)/ruff check --fix --quiet src tests benchmarks examples
	@$(BIN)/ruff format --quiet src tests benchmarks examples
ifeq ($(NODE),yes)
	@cd web && npm run --silent format
endif

bench: $(READY)  ## the benchmark table
	@$(BIN)/hf bench

nightly: $(READY) web $(CLIENTS)  ## the long profiles of the property and fault tests
	@HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -m "slow or not slow" --timeout 0
	@HF_SLOW=400 $(BIN)/python -m pytest tests/gui --ignore-glob "*sdks*" --timeout 0  # once more, on a slow network, where no rate is exceeded

clean:
	rm -rf $(VENV) demo-shop web/node_modules tests/sdk/node_modules web/src/api src/hundredfold/app/gui/built src/hundredfold/app/door/carried .mypy_cache .ruff_cache .pytest_cache .hypothesis
