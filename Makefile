# make demo   shows what Limner does        make setup   makes .venv (both call it)
# make test   everything that CI runs       make help    lists the rest
#
# Python alone is enough for `make setup`; what JupyterLab shows is built by node (`make lab`).

CONSTRAINTS ?= constraints.txt
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.limner-setup
SOURCES := server tests training benchmarks examples docs protocol/generate.py hatch_build.py

JLPM := PATH="$(CURDIR)/$(VENV)/bin:$$PATH" PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 jlpm
NODE_STAMP := node_modules/.limner-setup
LAB := labextension/dist/package.json
LAB_SOURCES := $(shell find protocol/src protocol/style labextension/src labextension/style \
  labextension/schema -type f) labextension/package.json protocol/package.json tsconfig.base.json

.PHONY: help setup lab vsix demo test lint types tests web ui vscode-host vscode-ui bench docs format clean
.DEFAULT_GOAL := help

help:
	@echo "make setup    .venv with everything; again only when pyproject.toml or $(CONSTRAINTS) changed"
	@echo "make demo     attributions of a few reviews, then JupyterLab on a tour (ARGS=--no-browser)"
	@echo "make lab      builds and links the JupyterLab extension, if it is not fresh"
	@echo "make vsix     packs the VS Code extension: vscode/dist/*.vsix"
	@echo "make test     lint, types and all tests, as CI does"
	@echo "make lint types tests    Python's; web: TypeScript's"
	@echo "make ui vscode-ui        tests in a real JupyterLab, in a real VS Code"
	@echo "make vscode-host         tests inside VS Code's extension host"
	@echo "make bench    measures; writes benchmarks/RESULTS.md"
	@echo "make docs     writes docs/reference/, the TypeScript types and the README's picture anew"
	@echo "make format   formats the code"
	@echo "make clean    removes .venv and caches"
	@echo "CONSTRAINTS=my.txt with any of them installs other versions (a CUDA torch, say)"

setup: $(STAMP)

# The stamp lies in .venv: whoever removes .venv gets it made anew.
$(STAMP): pyproject.toml $(CONSTRAINTS)
	@set -e; \
	if [ ! -x $(PY) ]; then \
	  found=; \
	  for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	    if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	      found=$$python; break; \
	    fi; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "Limner needs Python 3.11 or newer: install it, or say make PYTHON=/path/to/python3.12" >&2; \
	    exit 1; \
	  fi; \
	  echo "making $(VENV) with $$found …"; \
	  "$$found" -m venv $(VENV) || { \
	    rm -rf $(VENV); \
	    echo "this Python cannot make environments: install its venv package (Debian: python3-venv)" >&2; \
	    exit 1; \
	  }; \
	fi
	@echo "installing (torch is large; this takes a minute or two the first time) …"
	@$(PY) -m pip install -qq --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(PY) -m pip install -qq --disable-pip-version-check \
	  --constraint $(CONSTRAINTS) --editable . --group dev
	@touch $(STAMP)

$(NODE_STAMP): package.json protocol/package.json labextension/package.json \
  labextension/ui-tests/package.json vscode/package.json \
  vscode/ui-tests/package.json yarn.lock $(STAMP)
	@node -e 'process.exit(+(parseInt(process.versions.node) < 20))' 2>/dev/null || { \
	  echo "JupyterLab's extension is built by node 20 or newer: install it (nodejs.org)" >&2; \
	  exit 1; \
	}
	@echo "installing what builds the JupyterLab extension …"
	@$(JLPM) install --immutable > node-install.log 2>&1 || { cat node-install.log >&2; exit 1; }
	@rm -f node-install.log
	@touch $(NODE_STAMP)

$(LAB): $(NODE_STAMP) $(LAB_SOURCES)
	@echo "building the JupyterLab extension …"
	@$(JLPM) build:prod > labextension/build.log 2>&1 \
	  || { cat labextension/build.log >&2; exit 1; }
	@rm -f labextension/build.log
	@touch $(LAB)

lab: $(LAB)
	@mkdir -p $(VENV)/share/jupyter/labextensions/@limner
	@ln -sfn "$(CURDIR)/labextension/dist" $(VENV)/share/jupyter/labextensions/@limner/labextension

vsix: $(NODE_STAMP)
	@cd vscode && $(JLPM) package > build.log 2>&1 || { cat build.log >&2; exit 1; }
	@rm -f vscode/build.log
	@ls -l vscode/dist/*.vsix

demo: setup
	@$(MAKE) --no-print-directory lab || echo "going on without JupyterLab" >&2
	@$(VENV)/bin/limner demo $(ARGS)

# lab first: without it the tests of the wheel and of the demo are left out
test: setup lint types lab tests web ui vscode-ui vscode-host

lint: setup
	$(VENV)/bin/ruff check $(wildcard $(SOURCES))
	$(VENV)/bin/ruff format --check $(wildcard $(SOURCES))

types: setup
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(VENV)/bin/pyright

tests: setup
	$(PY) -m pytest

web: lab
	$(JLPM) lint
	$(JLPM) types
	$(JLPM) test

ui: lab
	cd labextension/ui-tests && $(JLPM) test

vscode-host: vsix
	cd vscode/ui-tests && $(JLPM) code-server
	cd vscode/ui-tests && $(JLPM) playwright test --config ../integration/playwright.config.ts

vscode-ui: vsix
	cd vscode/ui-tests && $(JLPM) test

bench: lab
	$(PY) -m benchmarks

docs: setup
	$(PY) docs/generate.py
	$(PY) protocol/generate.py
	$(PY) docs/examples.py
	$(PY) docs/tour.py

format: setup
	$(VENV)/bin/ruff check --fix $(wildcard $(SOURCES))
	$(VENV)/bin/ruff format $(wildcard $(SOURCES))
	@if [ -e $(NODE_STAMP) ]; then $(JLPM) format; fi

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis node_modules protocol/lib \
	  labextension/lib labextension/dist vscode/lib vscode/dist
	find protocol labextension vscode -name '*.tsbuildinfo' -delete
	find server tests training benchmarks -name __pycache__ -prune -exec rm -rf {} +
