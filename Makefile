# 整改台账. `make` alone lists what can be made.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif
READY := $(VENV)/.ready
# Files of tests are dealt to processes, one a core; each prepares its own samples, so more than four save nothing.
PARALLEL := --numprocesses auto --maxprocesses 4 --dist loadfile

.PHONY: help setup report test check lab bench train clean

help: ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(READY) ## make .venv with everything that is needed

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@$(BIN)/python -c 'import pathlib; pathlib.Path("$@").touch()'

report: $(READY) ## the main job: data/raw → ledger → figures/ and data/processed/reports/
	$(BIN)/zhenggai build data/raw --out data/processed
	$(BIN)/zhenggai report --ledger data/processed

test: $(READY) ## all tests
	$(BIN)/python -m pytest $(PARALLEL)

check: $(READY) ## format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest $(PARALLEL)

lab: $(READY) ## JupyterLab in notebooks/, with the package importable
	$(BIN)/jupyter lab notebooks

bench: $(READY) ## the figures that README quotes
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/forms_speed.py
	$(BIN)/python benchmarks/themes.py

train: $(READY) ## renew the model of the package from data/labels
	$(BIN)/zhenggai train --out pipeline/themes/model.npz

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev pyproject.toml --output-file requirements.lock \
		--no-header --no-emit-index-url --no-annotate --upgrade

clean: ## remove the ledger, reports and figures (never data/raw)
	rm -rf data/processed/* figures/*.png figures/*.svg figures/*.csv .pytest_cache .mypy_cache .ruff_cache
