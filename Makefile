# Everything a reader or a maintainer does with the guide. Needed: make and Python 3.11 or newer.
# All else (a virtual environment with locked packages, a browser) is set up by the first command.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
UV ?= $(VENV)/bin/uv
PYTEST := $(RUN) pytest
# What the demo's notebooks run on, in the browser.
KERNEL := src/rtc_guide/lite/kernel
PYCRDT := src/pycrdt_yjs
CONFORMANCE := $(PYCRDT)/build/conformance.json
INSTALLED := $(VENV)/installed
# Compiled modules kept in .venv make every command but the first some seconds faster.
unexport PYTHONDONTWRITEBYTECODE
# Words for pytest or for `rtc-guide check`, e.g. make check ARGS="book/share.md --headed"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help serve build test lint unit pycrdt site demo native room editor page live hub check figures
.PHONY: accept bench capacity diagnoses faults damage nightly lock stacks everywhere watch rounds links names setup
.PHONY: browser clean venv drift proofread dist packages

help: ## list these commands
	@echo "The guide to real-time collaboration in Jupyter. Commands:"
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1 - /p' Makefile

serve: $(INSTALLED) ## build the book and open it, and again what you save (ARGS=--no-open)
	@$(RUN) rtc_guide.cli serve $(ARGS)

build: $(INSTALLED) ## build the book into _build/html
	@$(RUN) rtc_guide.cli build

# Two stages side by side: each has a browser or a server that keeps about one core busy, or waits.
# What a stage says comes in one piece, when it has ended. A make without that (before 4.0, as
# macOS has it) runs one stage after another.
JOBS ?= 2
SIDE_BY_SIDE = $(if $(filter output-sync,$(.FEATURES)),-j$(JOBS) --output-sync=target,-j1)
# The quick ones first, to fail soon; then the longest, so that none is left alone at the end.
STAGES := lint browser build unit live hub page site pycrdt editor native
FAILED = { echo "A stage failed: above the line that begins with 'make' and has *** is what it said." >&2; exit 1; }

test: $(INSTALLED) ## lint, then the unit, pycrdt, site, demo, live and hub tests
	@$(MAKE) --no-print-directory $(SIDE_BY_SIDE) $(STAGES) || $(FAILED)
	@# It measures how soon an edit is seen, and so runs by itself.
	@$(MAKE) --no-print-directory room

lint: $(INSTALLED) ## ruff and mypy
	$(RUN) ruff check src tests bench examples book/try/*.py book/recommended/*.py
	$(RUN) ruff format --check src tests bench examples book/try/*.py book/recommended/*.py
	$(RUN) mypy src/rtc_guide $(PYCRDT)/pycrdt_yjs

unit: $(INSTALLED) ## what needs no browser and no server
	$(PYTEST) tests/unit $(ARGS)

pycrdt: browser ## pycrdt for the browser: its own suite, other peers, hostile bytes
	$(PYTEST) -c $(PYCRDT)/pyproject.toml $(PYCRDT)/tests $(ARGS)
	$(if $(ARGS),,$(RUN) rtc_guide.lite.conformance $(CONFORMANCE))

site: browser build ## the built book, opened in a browser
	$(PYTEST) tests/site -o verbosity_assertions=2 $(ARGS)

# With ARGS one run may have no test to run, which is status 5.
MAYBE_NONE = $(if $(ARGS),|| [ $$? = 5 ])

# Several runs: each has a browser of its own, and Playwright allows one in a process.
IN_WORKERS := tests/demo/room/test_room_browser.py
demo: native room editor page ## the book's notebooks: in a page, in rooms on a server, in JupyterLab

native: $(INSTALLED)
	$(PYTEST) tests/demo/native tests/demo/room --ignore=$(IN_WORKERS) $(ARGS) $(MAYBE_NONE)

room: browser
	$(PYTEST) $(IN_WORKERS) $(ARGS) $(MAYBE_NONE)

editor: browser
	$(PYTEST) tests/demo/editor $(ARGS) $(MAYBE_NONE)

page: browser build
	$(PYTEST) tests/demo/page $(ARGS) $(MAYBE_NONE)

# One after the other: a run of checks clears the folder of the failures before. The second carries
# out every walkthrough, and tries each of its words altered beside it.
# Of the faults a part; `make faults` has them all.
FAULTS := book/risks/data.md
SOME_FAULTS := calm@together calm@apart offline@together killed-saving@together lets-go@together
SOME_FAULTS += file-changed-open@together restart-tabs-closed@together disk-full-stopped@together
CLAIMS := $(filter-out $(FAULTS),$(shell grep -l '{claim}' book/risks/*.md))
live: browser ## the pages' claims and steps, and how their checks fail, on real servers
	$(RUN) rtc_guide.cli check $(CLAIMS) $(addprefix $(FAULTS)::,session-expired $(SOME_FAULTS))
	$(PYTEST) tests/live/lab $(ARGS) $(MAYBE_NONE)

hub: browser ## the JupyterHub of the trials, the recommended set-up, and trials that must fail
	$(PYTEST) tests/live/hub $(ARGS) $(MAYBE_NONE)

check: browser ## carry out the book's steps on a real JupyterLab (ARGS=book/share.md for one page)
	@$(RUN) rtc_guide.cli check $(ARGS)

everywhere: browser ## the same on every stack, two at a time (ARGS="--accept book/share.md")
	@$(RUN) rtc_guide.cli check --stack all $(ARGS)

watch: browser ## check the book on releases that are no stack yet, if there are any
	@$(RUN) rtc_guide.cli watch $(ARGS)

drift: $(INSTALLED) ## say as an issue what check and watch found (ARGS=FOLDER with their JSON)
	@$(RUN) rtc_guide.cli drift $(ARGS)

proofread: $(INSTALLED) ## read the pages without carrying them out, in seconds (ARGS=book/share.md)
	@$(RUN) rtc_guide.cli proofread $(ARGS)

figures: browser ## record the pictures that pages ask for (ARGS=--check only compares them)
	@$(RUN) rtc_guide.cli record $(ARGS)
	@$(MAKE) --no-print-directory build
	$(if $(filter-out --check,$(ARGS)),,$(PYTEST) tests/demo/page/test_figure.py --record=$(if $(ARGS),check,write))

accept: browser ## make what checks say today the book's evidence: pycrdt's own, steps and claims
	$(PYTEST) -c $(PYCRDT)/pyproject.toml $(PYCRDT)/tests/conformance
	$(RUN) rtc_guide.lite.conformance --accept $(CONFORMANCE)
	$(RUN) rtc_guide.cli check --accept

bench: browser build ## measure pages against plain ones, the demo against a stock one, pycrdt against Yjs
	$(VENV)/bin/python bench/weight
	$(VENV)/bin/python bench $(ARGS)
	cd $(PYCRDT) && $(CURDIR)/$(VENV)/bin/python bench $(ARGS)

capacity: $(INSTALLED) ## measure how many people one server carries (ten minutes, on a quiet machine)
	$(VENV)/bin/python bench/capacity $(ARGS)

diagnoses: $(INSTALLED) ## measure how often the notebook doctor is right (a few minutes)
	$(VENV)/bin/python bench/doctor.py $(ARGS)

faults: browser ## what becomes of people's work when something goes wrong, every case
	$(RUN) rtc_guide.cli check $(FAULTS) $(ARGS)

damage: browser ## the same on every JupyterLab, one after the other: each keeps two cores busy
	@$(RUN) rtc_guide.cli check --stack "lab-*" --side-by-side 1 $(FAULTS) $(ARGS)

nightly: everywhere damage rounds packages links ## what takes long or needs the whole internet

rounds: browser build ## what is tried in many rounds, or on old software
	$(PYTEST) tests/nightly
	ROUNDS=2000 $(PYTEST) -c $(PYCRDT)/pyproject.toml $(PYCRDT)/tests/interop
	STARTS=10 $(PYTEST) tests/demo/page/test_start.py

links: browser build ## the book's links to elsewhere
	$(VENV)/bin/jupyter-book build . --builder custom --custom-builder linkcheck

names: $(INSTALLED)
	@$(RUN) rtc_guide.cli stacks --json

# The wheels are made from the source archives, as an installer would. The wheel of pycrdt itself is
# none for PyPI, where that name is another project's.
BUILD := $(UV) build --quiet --no-sources --no-build-isolation --python $(VENV)/bin/python --out-dir dist
dist: $(INSTALLED) ## build what goes to PyPI into dist/, and pycrdt's browser wheel into dist/browser/
	@rm -rf dist
	@$(RUN) rtc_guide.editor
	@$(BUILD) .
	@$(BUILD) $(PYCRDT)
	@$(RUN) pycrdt_yjs dist/browser
	@$(RUN) twine check --strict dist/*.tar.gz dist/*.whl dist/browser/*.whl

packages: browser dist ## what `make dist` built, installed into empty environments and used there
	$(PYTEST) tests/packages $(ARGS)

lock: $(UV) ## pin the packages again (ARGS=--upgrade for newer ones)
	@$(UV) pip compile --quiet --universal --python-version 3.11 --all-extras --generate-hashes \
	  --no-header --no-emit-package pycrdt-yjs $(ARGS) --output-file requirements.lock pyproject.toml
	@$(UV) pip compile --quiet --python-version 3.14 --python-platform linux --generate-hashes \
	  --no-header --excludes $(KERNEL).exclude $(ARGS) --output-file $(KERNEL).lock $(KERNEL).in
	@$(UV) pip compile --quiet --python-version 3.14 --python-platform linux --generate-hashes \
	  --no-header --no-annotate --excludes bench/stock.exclude $(ARGS) --output-file bench/stock.lock \
	  bench/stock.in
	@! grep -n "://" requirements.lock $(KERNEL).lock bench/stock.lock || { echo "A lock must hold no address: remove these lines' source"; exit 1; }

stacks: $(INSTALLED) ## pin the packages of the stacks again (ARGS=lab-4.6, ARGS=--upgrade)
	@$(RUN) rtc_guide.stacks.locking $(ARGS)

clean: ## remove what was built and installed
	rm -rf _build dist src/rtc_guide/editor/static $(VENV) .artifacts

setup: $(INSTALLED) browser ## set everything up without running anything

browser: $(INSTALLED)
	@$(RUN) rtc_guide.browser

# A .venv without a working Python (none yet, or its Python moved away) is made anew.
NEW := $(shell $(VENV)/bin/python -c "" 2>/dev/null || echo venv)

venv:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	  echo "The guide needs Python 3.11 or newer, and '$(PYTHON)' is: $$($(PYTHON) --version 2>&1)."; \
	  echo "Install a newer one and name it, for example: make PYTHON=python3.12 serve"; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

# uv installs the rest, pip alone takes several times as long; this one is the lock's own, by its hash.
$(VENV)/bin/uv: $(NEW)
	@sed -n '/^uv==/,/[0-9a-f]$$/p' requirements.lock > $(VENV)/uv.lock
	@$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.lock

$(INSTALLED): requirements.lock pyproject.toml $(PYCRDT)/pyproject.toml $(VENV)/bin/uv
	@echo "Installing the guide's packages into $(VENV) ..." >&2
	@$(VENV)/bin/uv pip sync --quiet --python $(VENV)/bin/python --require-hashes requirements.lock
	@$(VENV)/bin/uv pip install --quiet --python $(VENV)/bin/python --no-deps --no-build-isolation \
	  --editable . --editable $(PYCRDT)
	@touch $@
