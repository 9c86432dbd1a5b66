# Everything starts here. `make` alone lists what there is.

PYTHON ?= python3
PORT ?=
DEMO ?=
ROUNDS ?= 20
AT_ONCE ?= -n logical --maxprocesses 4 --no-loadscope-reorder
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test journey faults bench lint format lock audit clean test-programs

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: $(READY) ## install everything into .venv

$(READY): requirements.lock pyproject.toml deploy/set-up.sh
	@PYTHON="$(PYTHON)" sh deploy/set-up.sh
	@touch $@

run: setup ## serve on http://127.0.0.1:8000 (PORT=…, DEMO=0 without the demo alliances)
	@$(if $(PORT),export PLENARY_PORT="$(PORT)";) $(if $(DEMO),export PLENARY_DEMO="$(DEMO)";) \
		exec $(BIN)/plenary run

test: lint test-programs ## lint, then every test but the long ones
	@$(BIN)/python -m pytest -m "not slow" $(AT_ONCE) $(ARGS)

journey: setup ## the journeys alone, in embedded mode
	@$(BIN)/python -m pytest tests/journeys -m "embedded and not long" $(ARGS)

faults: setup test-programs ## kill, cut and corrupt for ROUNDS=20 rounds
	@$(BIN)/python -m tests.faults --rounds $(ROUNDS)

bench: setup ## measure against limits of the same run; ARGS="--rounds 5 registration"
	@sh deploy/install-test-programs.sh bench
	@$(BIN)/python -m bench $(ARGS)

lint: setup ## format, rules, types, imports
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## rewrite the sources as lint wants them
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lock: setup ## renew requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile -q --upgrade --generate-hashes --universal --extra dev \
		--no-annotate --no-header -o requirements.lock pyproject.toml

audit: setup ## ask the network for known vulnerabilities of what is locked
	@$(BIN)/pip-audit --progress-spinner off --disable-pip --require-hashes -r requirements.lock

clean: ## remove what was installed and what was written by running
	@rm -rf .venv build dist *.egg-info var .hypothesis .schemathesis
	@rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

test-programs:
	@sh deploy/install-test-programs.sh
