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
.PHONY: help up test check fix bench explore messages docs format lint types imports migrations quick slow

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: $(VENV)/ready ## Start everything on http://127.0.0.1:8000/ (more: ARGS="--port 8001 --scale 1")
	@$(BIN)/xuezheng up $(ARGS)

test: check quick slow ## Run every check and every test

check: format lint imports types migrations ## Run the checks that need no database

fix: $(VENV)/ready ## Put the code into shape: format, sort, mend what can be mended
	$(RUN) ruff check --fix --quiet src tests bench tools || true
	$(RUN) ruff format --quiet src tests bench tools

bench: $(VENV)/ready ## Measure speed and memory; results under bench/results
	$(RUN) bench

explore: $(VENV)/ready ## Search for surprises: property tests with many new examples
	HYPOTHESIS_PROFILE=explore $(RUN) pytest tests/property

messages: $(VENV)/ready ## Collect the texts to translate, then compile the translations
	$(BIN)/python tools/messages.py

docs: $(VENV)/ready ## Write the generated reference pages
	$(BIN)/xuezheng docs write

# --- Parts of `make test`, fast ones first ---

format: $(VENV)/ready
	$(RUN) ruff format --check --quiet .

lint: $(VENV)/ready
	$(RUN) ruff check --quiet .

imports: $(VENV)/ready
	$(BIN)/lint-imports --cache-dir .import_linter_cache

types: $(VENV)/ready
	$(NOWHERE) $(RUN) mypy

migrations: $(VENV)/ready
	$(NOWHERE) $(RUN) django makemigrations --check --dry-run --settings xuezheng.site.settings

quick: $(VENV)/ready
	$(RUN) pytest -q tests/architecture tests/unit tests/property tests/golden

slow: $(VENV)/ready
	$(RUN) pytest -q tests/integration tests/browser

# --- The virtual environment ---

$(VENV)/ready: pyproject.toml uv.lock
	@if command -v uv >/dev/null && uv --version >/dev/null 2>&1; then \
	  uv sync --quiet --locked --extra spark --extra bench; \
	else \
	  $(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet --upgrade 'pip>=25.1' && \
	  $(BIN)/pip install --quiet --editable '.[spark,bench]' --group dev; \
	fi
	@touch $@
