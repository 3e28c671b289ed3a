# `make bench` and `make test` need Python 3.11 or later and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# The Label Studio that the tests speak to: 1 GB, in an environment of its own, kept from one run to the next.
export GOLDWIRE_LABEL_STUDIO ?= $(CURDIR)/.label-studio

.PHONY: bench test data clean

bench: $(VENV)/installed
	$(BIN)/goldwire bench

test: $(VENV)/installed-test
	$(BIN)/goldwire annotate install-server
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/goldwire corpus check
	$(BIN)/goldwire corpus build --check
	$(BIN)/pytest --cov --cov-report=term:skip-covered

# Everything that is generated: agreement, guidelines' tables, built data, card.
data: $(VENV)/installed
	$(BIN)/goldwire annotate guidelines --out annotation/guidelines/types.md
	$(BIN)/goldwire annotate agree annotation/passes/a annotation/passes/b --out annotation/agreement.md
	$(BIN)/goldwire corpus build

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
