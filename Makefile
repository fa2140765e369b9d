# `make run` shows the product; `make test` proves it. `make help` lists the rest.
SHELL := /bin/bash
# The first interpreter that starts and is new enough; version managers leave names behind that do not start.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
UI := assistant/web/ui
UI_BUILT := assistant/web/static/index.html

.DEFAULT_GOAL := help
.PHONY: help run test check unit integration browser bench lab ui clean format install

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(STAMP) ## the virtual environment with everything in it
$(STAMP): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: apt install python3 python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)

ui: $(UI_BUILT) ## build the pages
$(UI_BUILT): $(STAMP) $(shell find $(UI) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
	$(BIN)/python $(UI)/build.py

run: $(STAMP) $(UI_BUILT) ## the demo: calls come in by themselves, phrases appear
	$(BIN)/hotline demo

check: $(STAMP) ## format, lint, types, import rules, unit tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory --jobs=3 --output-sync types imports unit-tests

.PHONY: types imports unit-tests
types: $(STAMP)
	$(BIN)/mypy
imports: $(STAMP)
	$(BIN)/lint-imports --no-cache
unit-tests: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 tests/unit

unit: $(STAMP) ## unit and shell tests
	$(BIN)/python -m pytest -q tests/unit tests/shell

lab: $(STAMP) ## Asterisk 22 and SIPp in a chroot (needs root or sudo)
	$(BIN)/python -m tests.lab install

# Live calls run by the clock of the machine: what fails beside its other work is run again, alone, and must then pass (tests/live).
LIVE = $(BIN)/python -m tests.live

integration: $(STAMP) lab ## the real Asterisk, real SIP, real recognizer
	$(LIVE) 1500 tests/integration

browser: $(STAMP) $(UI_BUILT) ## the real page in a real Chromium
	$(LIVE) 900 tests/browser

bench: $(STAMP) $(UI_BUILT) lab ## measure, print tables
	$(BIN)/python -m tests.bench

test: ## everything, real parts included (needs root or sudo for packages and the Asterisk chroot)
	@tests/lab/packages.sh
	$(MAKE) check
	$(MAKE) ui
	$(LIVE) 300 -n 2 --dist loadfile tests/shell
	$(MAKE) integration
	$(MAKE) browser

format: $(STAMP) ## format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what was built (the lab's cache stays)
	rm -rf $(VENV) build dist assistant/web/static $(UI)/node_modules .mypy_cache .ruff_cache .pytest_cache
