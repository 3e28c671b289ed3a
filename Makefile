# `make bench` and `make test` need Python 3.11 or later and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export OMP_WAIT_POLICY = PASSIVE
# The Label Studio of the server tests: 1 GB, in an environment of its own, kept from one run to the next.
export GOLDWIRE_LABEL_STUDIO ?= $(CURDIR)/.label-studio

.PHONY: bench test check lint data clean

# The main job: environment, installation, every embedded baseline, leaderboard.
bench: $(VENV)/installed
	$(BIN)/goldwire bench

# The fast loop: lint, types, and the tests that need no server, no browser and little time.
check: lint
	$(BIN)/pytest -q -n 2

# All of CI. What is quick fails first; the server is installed only after that.
test: lint
	$(BIN)/goldwire corpus check
	$(BIN)/goldwire corpus build --check
	$(BIN)/pytest -q -n 2 --cov --cov-report= -m "not server and not browser"
	$(BIN)/goldwire annotate install-server
	$(BIN)/pytest -q --cov --cov-append --cov-report=term:skip-covered -m "server or browser"

lint: $(VENV)/installed-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	MYPYPATH=baselines/analysis $(BIN)/mypy baselines/analysis

# Everything that is generated: agreement, tables of the guidelines, built data, dataset card, generated pages.
data: $(VENV)/installed
	$(BIN)/goldwire annotate guidelines --out annotation/guidelines/types.md
	$(BIN)/goldwire annotate agree annotation/passes/a annotation/passes/b --out annotation/agreement.md --json annotation/agreement.json
	$(BIN)/goldwire annotate agree annotation/pairs/a annotation/pairs/b --out annotation/agreement_pairs.md
	$(BIN)/goldwire annotate agree annotation/linking/a annotation/linking/b --out annotation/agreement_links.md
	$(BIN)/goldwire annotate audit annotation/audit --out annotation/audit.md
	$(BIN)/goldwire annotate swept annotation/sweep --out annotation/sweep.md
	$(BIN)/goldwire corpus build
	$(BIN)/python docs/build_pages.py

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/installed-test: $(BIN)/python pyproject.toml
	$(BIN)/pip install --quiet --editable '.[test]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) .label-studio .mypy_cache .ruff_cache .pytest_cache .coverage
