# The words for what is done often. `make check` is what decides whether a change lands.
PYTHON ?= .venv/bin/python

.PHONY: check test format docs bench

check: test

test:
	$(PYTHON) -m pytest

format:
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

docs:
	$(PYTHON) docs/build.py

bench:
	$(PYTHON) benchmarks/startup.py --rounds 5
	$(PYTHON) benchmarks/query.py --sizes 100000 --rounds 5
