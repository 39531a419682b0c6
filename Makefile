# Two words are enough: `make` builds the graph, `make test` proves it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
BENCHMARKS := build_speed query_speed endpoint_speed explorer_speed

.PHONY: all test lint bench lock clean help

all: $(STAMPS)/installed
	@$(BIN)/python build_graph.py --out out

$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/installed: $(STAMPS)/venv requirements.lock pyproject.toml
	@echo "Installing (a minute the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The lock holds the test tools too: what is tested is what was locked.
test: $(STAMPS)/installed $(STAMPS)/sssom $(STAMPS)/spark
	@scripts/program.sh "the browser tests" chromium "$$BILATERAL_BROWSER" chromium chromium-browser google-chrome
	@scripts/program.sh "the test of w3id's rules" apache2-bin apache2
	@scripts/program.sh "the Spark test" default-jre-headless java
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m pytest

$(STAMPS)/sssom: $(STAMPS)/venv tests/sssom/requirements.lock
	@echo "Installing what validates the mappings …"
	@$(PYTHON) -m venv .venv-sssom
	@.venv-sssom/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/sssom/requirements.lock
	@touch $@

# Half a gigabyte, for one test: apart from what everybody installs.
$(STAMPS)/spark: $(STAMPS)/venv tests/spark/requirements.lock
	@echo "Installing Spark …"
	@$(PYTHON) -m venv .venv-spark
	@.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/spark/requirements.lock
	@touch $@

lint: $(STAMPS)/installed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# One run writes all of benchmarks/RESULTS.md; a missed bound is told at the end.
bench: $(STAMPS)/installed $(STAMPS)/peers
	@missed=; for script in $(BENCHMARKS); do \
	  $(BIN)/python benchmarks/$$script.py || missed="$$missed $$script"; done; \
	test -z "$$missed" || { echo "Missed a bound:$$missed"; exit 3; }

$(STAMPS)/peers: benchmarks/peers.txt
	@echo "Installing what is measured beside us …"
	@$(PYTHON) -m venv .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@mkdir -p $(STAMPS) && touch $@

# Needs uv; writes no address of any index.
lock:
	uv pip compile --universal --python-version 3.11 --extra test --generate-hashes \
	  --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header tests/sssom/requirements.in -o tests/sssom/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header tests/spark/requirements.in -o tests/spark/requirements.lock

clean:
	rm -rf $(VENV) .venv-peers .venv-sssom .venv-spark out build dist .mypy_cache .ruff_cache .pytest_cache

help:
	@echo "make         build the graph of every stored page into out/"
	@echo "make test    check style and types, and run all tests"
	@echo "make bench   measure, and write benchmarks/RESULTS.md"
	@echo "make lint    put the code in order"
	@echo "make lock    write both locks anew (needs uv)"
	@echo "make clean   remove what was made"
