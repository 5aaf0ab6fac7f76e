# make demo   shows what Limner does        make setup   makes .venv (both call it)
# make test   everything that CI runs       make help    lists the rest

CONSTRAINTS ?= constraints.txt
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.limner-setup
SOURCES := server tests training benchmarks examples docs protocol/generate.py

.PHONY: help setup demo test lint types tests bench docs format clean
.DEFAULT_GOAL := help

help:
	@echo "make setup    .venv with everything; again only when pyproject.toml or $(CONSTRAINTS) changed"
	@echo "make demo     attributions of a few reviews, a file through the language server"
	@echo "make test     lint, types and all tests, as CI does"
	@echo "make lint types tests    one of the three"
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

demo: setup
	@$(VENV)/bin/limner demo

test: setup lint types tests

lint: setup
	$(VENV)/bin/ruff check $(wildcard $(SOURCES))
	$(VENV)/bin/ruff format --check $(wildcard $(SOURCES))

types: setup
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(VENV)/bin/pyright

tests: setup
	$(PY) -m pytest

bench: setup
	$(PY) -m benchmarks

docs: setup
	$(PY) docs/generate.py
	$(PY) protocol/generate.py
	$(PY) docs/examples.py

format: setup
	$(VENV)/bin/ruff check --fix $(wildcard $(SOURCES))
	$(VENV)/bin/ruff format $(wildcard $(SOURCES))

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis
	find server tests training benchmarks -name __pycache__ -prune -exec rm -rf {} +
