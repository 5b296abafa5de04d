# `make help` lists the targets.
PYTHON ?= python3
PORT ?= $(or $(PLUMBLINE_PORT),8000)
HOST ?= $(or $(PLUMBLINE_HOST),127.0.0.1)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
export PLUMBLINE_PORT := $(PORT)
export PLUMBLINE_HOST := $(HOST)

.DEFAULT_GOAL := help
.PHONY: help run test test-all check bench evals docs openapi lock clean

help:  ## List what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(INSTALLED)  ## Install, read the library, build the index and serve the chat (PORT=8000 HOST=127.0.0.1)
	@$(BIN)/python -m ingest run
	@$(BIN)/python -m index build
	@$(BIN)/python -m server

test: $(INSTALLED_DEV)  ## Run the test suite
	$(BIN)/python -m pytest

test-all: $(INSTALLED_DEV)  ## Run every test, the slow and the browser ones too
	$(MAKE) test
	$(BIN)/python -m pytest -m "slow and not browser"
	$(BIN)/python -m pytest -m browser  # by itself: the browser's driver keeps an event loop running

check: $(INSTALLED_DEV)  ## Lint and type-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

evals: $(INSTALLED_DEV)  ## Run every evaluation on the installed library
	$(BIN)/python -m evals

bench: $(INSTALLED_DEV)  ## Measure speed against a raw floor; writes BENCHMARKS.md
	$(BIN)/python -m evals.bench

docs: $(INSTALLED_DEV)  ## Renew the generated tables of the README
	$(BIN)/python -m evals.docs

openapi: $(INSTALLED_DEV)  ## Renew openapi.json from the application
	$(BIN)/python -m server.openapi > openapi.json.new && mv openapi.json.new openapi.json

lock: $(INSTALLED_DEV)  ## Renew requirements.lock and requirements-dev.lock from pyproject.toml
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-package torch --no-emit-index-url --no-header -o requirements.lock
	$(BIN)/uv pip compile -q pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-package torch --no-emit-index-url --no-header -o requirements-dev.lock

# What people put into the data folder stays: added sources, what was fetched for them, stored conversations.
clean:  ## Remove the environment and everything that was built; what was added to the data folder stays
	rm -rf $(VENV) var/index var/models var/evals var/passages.jsonl var/documents.jsonl var/ingest.json var/test-real var/axe var/screenshots

$(VENV)/bin/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
		{ echo "Plumbline needs Python 3.11 or newer, found $$($(PYTHON) --version 2>&1); name another: make run PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Torch is pinned without a hash: it comes as different builds (CPU, CUDA), and each has its own.
$(INSTALLED): requirements.lock | $(VENV)/bin/python
	@echo "Installing what Plumbline needs (a few minutes, once) ..."
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet torch==2.13.0
	@touch $@

$(INSTALLED_DEV): requirements-dev.lock | $(VENV)/bin/python
	@echo "Installing what Plumbline and its tests need (a few minutes, once) ..."
	$(BIN)/pip install --quiet --no-deps --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet torch==2.13.0
	@touch $@ $(INSTALLED)
