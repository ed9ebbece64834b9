# `make run` and `make test` do everything needed on a machine that has only Python and make.
# All work happens in .venv; tools/setup.sh fills it, and does nothing where nothing has changed.

# Settings:  make run SCENARIO=observed OPTIONS="--borrowers 20000"   make test WORKERS=4
#            make bench PARTS="start-up phases"
#            make clean setup PYTHON=/path/to/python3.12
SCENARIO = observed
OPTIONS =
PARTS =
WORKERS = 2
# Tests of one file share what they set up, so a file goes to one process; tests/conftest.py orders
# the files.
SPREAD = --dist loadfile --no-loadscope-reorder
PYTHON ?=

.DEFAULT_GOAL := help
.PHONY: help setup browser run test test-all lint format bench wheel docs lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## prepare .venv (quick when nothing changed); leaves .venv/bin/loansim
	@PYTHON="$(PYTHON)" sh tools/setup.sh

run: setup ## run the scenario `observed`: tables and an HTML report in runs/
	@.venv/bin/loansim run $(SCENARIO) $(OPTIONS)

browser:
	@sh tools/browser.sh

test: lint browser ## style, types and the tests that a change has to pass
	.venv/bin/pytest -m "not slow" -n $(WORKERS) $(SPREAD)

test-all: lint browser ## the same and the long tests
	.venv/bin/pytest -n $(WORKERS) $(SPREAD)

lint: setup ## style and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

format: setup ## put the code in the project's style
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

bench: setup ## measure speed and memory on this machine
	.venv/bin/python -m benchmarks.run_speed $(PARTS)

wheel: setup ## build the package into dist/, for pip and pipx
	.venv/bin/hatchling build --target wheel

docs: setup ## build the documentation site into build/site/
	.venv/bin/sphinx-build --fail-on-warning --keep-going --quiet docs build/site
	@echo "Open: build/site/index.html"

lock: setup ## choose the newest allowed packages and write requirements.txt
	UV_SYSTEM_CERTS=true .venv/bin/uv pip compile pyproject.toml --group dev --output-file requirements.txt \
		--universal --python-version 3.12 --upgrade --generate-hashes --no-header --no-annotate --quiet

clean: ## remove .venv and what tools left behind; keeps runs/
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find sim agents dashboard scenarios tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
