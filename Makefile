# The few commands of everyday work. `make` alone lists them.
# The virtual environment is made with uv where it is installed, else with pip.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/python -m
# Type checks and translation checks load the settings, and touch neither a database nor a data folder.
NOWHERE := DATABASE_URL=postgresql:///none XUEZHENG_SECRET_KEY=none XUEZHENG_IDENTITY_KEY=none

.DEFAULT_GOAL := help
.PHONY: help up test check fix bench explore messages docs format lint types imports

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(VENV)/ready ## Start everything on http://127.0.0.1:8000/ (more: ARGS="--port 8001 --scale 1")
	@$(BIN)/xuezheng up $(ARGS)

test: check ## Run every check and every test
	$(RUN) pytest -q

check: format lint imports types ## Run the checks that need no database

fix: $(VENV)/tools ## Put the code into shape: format, sort, mend what can be mended
	$(RUN) ruff check --fix --quiet src tests bench tools || true
	$(RUN) ruff format --quiet src tests bench tools

bench: $(VENV)/tools ## Measure speed and memory; results under bench/results
	$(RUN) bench

explore: $(VENV)/tools ## Search for surprises: property tests with many new examples
	HYPOTHESIS_PROFILE=explore $(RUN) pytest tests/property

messages: $(VENV)/tools ## Collect the texts to translate, then compile the translations
	$(BIN)/python tools/messages.py

docs: $(VENV)/tools ## Write the generated reference pages
	$(BIN)/xuezheng docs write

# --- Parts of `make test`, fast ones first ---

format: $(VENV)/tools
	$(RUN) ruff format --check --quiet .

lint: $(VENV)/tools
	$(RUN) ruff check --quiet .

imports: $(VENV)/tools
	$(BIN)/lint-imports --cache-dir .import_linter_cache

types: $(VENV)/tools
	$(NOWHERE) $(RUN) mypy

# --- The virtual environment: `ready` runs the product, `tools` checks it as well ---

HAS_UV := $(shell uv --version >/dev/null 2>&1 && echo yes)

$(VENV)/ready: pyproject.toml uv.lock
ifeq ($(HAS_UV),yes)
	uv sync --quiet --locked --inexact --no-dev
else
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
endif
	@touch $@

$(VENV)/tools: pyproject.toml uv.lock
ifeq ($(HAS_UV),yes)
	uv sync --quiet --locked --extra spark --extra bench
else
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1' # the first to know dependency groups
	$(BIN)/pip install --quiet --editable '.[spark,bench]' --group dev
endif
	@touch $(VENV)/ready $@
