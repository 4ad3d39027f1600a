# Short names for frequent commands. `make check` runs what a change must pass.
PYTHON ?= .venv/bin/python

.PHONY: check test long format docs site bench

check:
	BIN=$(dir $(PYTHON)) .ci/test

test:
	$(PYTHON) -m pytest

long:
	HYPOTHESIS_PROFILE=ci $(PYTHON) -m pytest -m "long or law"

format:
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

docs:
	$(PYTHON) docs/build.py

site:
	$(dir $(PYTHON))zensical build --strict

bench:
	$(PYTHON) benchmarks/startup.py --rounds 5
	$(PYTHON) benchmarks/query.py --sizes 100000 --rounds 5
