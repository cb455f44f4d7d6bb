# make run: everything, from nothing to a number.   make help: the other targets.
.DEFAULT_GOAL := help
.PHONY: help setup postgres spark run demo test test-fast test-model test-engines engines mutate image server-test check bench signals attack attacking-files deliveries same-months faults docs clean

# The first Python on the path that is new enough, and not too new.
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))
PYTHON ?= $(shell for each in python3 python3.12 python3.11; do \
    if $$each -c '$(FITS)' 2>/dev/null; then command -v $$each; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TOOLS := .tools
UV_VERSION := 0.13.9
LINT := $(TOOLS)/lint
LINT_READY := $(LINT)/.ready
SPARK := $(TOOLS)/spark
SPARK_READY := $(SPARK)/.ready

export UV_PYTHON_DOWNLOADS := never
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := False
export GX_ANALYTICS_ENABLED := false

help: ## This list
	@sed -n 's/^\([a-z%-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

setup: $(READY) ## The locked environment in .venv and the compiled dbt project, and nothing else

postgres: setup requirements-postgres.lock ## The driver of `csc serve`, beside the rest
	@if uv --version >/dev/null 2>&1; then uv=uv; else uv=$(TOOLS)/bin/uv; fi; \
	$$uv pip install --quiet --require-hashes --python $(BIN)/python -r requirements-postgres.lock

spark: $(SPARK_READY) ## The project with Spark, in an environment of its own; needs Java 17

run: setup ## Fictional extracts, Airflow, three months loaded through its scheduler, the UI until Ctrl-C
	@exec $(BIN)/python -m csc_warehouse.command.make_run $(RUN_ARGS)

demo: setup ## Every month of the fictional authorities, without Airflow
	@exec $(BIN)/csc demo $(DEMO_ARGS)

# Two workers, a file each, in the order of the folders: whole months first, so that what comes last
# is short. By itself pytest would begin with the files of many tests and end with the longest test.
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder

# With STATUS=file the exit code goes into that file and make succeeds, so that pytest's closing
# line stays the last one: make prints a line of its own after a recipe that failed.
test: setup ## Every test; no network. One file: make test TESTS=tests/project/test_dags.py
ifdef STATUS
	@$(BIN)/python -m pytest $(TESTS) $(PYTEST_ARGS); echo $$? > '$(STATUS)'
else
	@$(BIN)/python -m pytest $(TESTS) $(PYTEST_ARGS)
endif

test-fast: setup ## What needs no scheduler, browser or whole month, in about two minutes
	@$(BIN)/python -m pytest tests/unit tests/project $(PYTEST_ARGS)

test-model: setup ## The dbt unit tests of one model: make test-model MODEL=fct_period_of_care
	@$(BIN)/python -m pytest -q tests/dbt/test_dbt.py -k test_unit_tests_pass --model '$(MODEL)'

test-engines: spark ## Spark understands every model and data test: some minutes
	@$(SPARK)/bin/python -m pytest tests/engines

# ENGINES_ARGS='--workers 2' for a cluster of this machine, --size 0.1, --home FOLDER.
engines: spark ## A month by DuckDB and by Spark, every table and page compared: half an hour
	@exec $(SPARK)/bin/python tests/engines/engines.py $(ENGINES_ARGS)

image: ## The server's image by docker or podman, with its size and its contents
	@docker/make-image

server-test: setup ## docker-compose.yml on a real engine: month, kill, upgrade, restore; some minutes
	@CSC_SERVER_TEST=1 $(BIN)/python -m pytest -v -s -x tests/server

test-%: setup ## One folder of tests: make test-month
	@$(BIN)/python -m pytest tests/$* $(PYTEST_ARGS)

attacking-files: setup ## Every kind of file that attacks, in every source: the tests try each kind in one
	@CSC_ATTACKING_FILES=all $(BIN)/python -m pytest tests/month/test_attacks.py $(PYTEST_ARGS)

deliveries: setup ## Do every delivery of the table as a whole month (half an hour): docs/deliveries.md
	@exec $(BIN)/python tests/deliveries/table.py

# SAME_MONTHS_ARGS='--size 1 --authorities 6'; a part of it is in the tests.
same-months: setup ## Extracts of three dates say the same of the same months, and nothing drifts
	@exec $(BIN)/python tests/same_months/same_months.py $(SAME_MONTHS_ARGS)

# MUTATE_ARGS='--only *tabular.py --limit 50 --seed 1', or --report for what is known.
mutate: setup ## Change one rule at a time and see whether a test fails; goes on where it stopped
	@exec $(BIN)/python tests/mutation/mutate.py $(MUTATE_ARGS)

check: setup $(LINT_READY) ## Format, lint, types, SQL, YAML, secrets: the hooks of pre-commit on every file
	@$(LINT)/bin/pre-commit run --all-files

bench: setup ## Seconds, CPU seconds and memory of each stage against one bare SQL script
	@exec $(BIN)/python tests/bench/bench.py $(BENCH_ARGS)

signals: setup ## How often the control charts call a change where there is none, and where one is planted
	@exec $(BIN)/python tests/bench/signals.py $(SIGNALS_ARGS)

# ATTACK_ARGS: databases of releases, else six authorities are made; --size 0.3 --fewest 6. With
# --months 5 --authorities 21 they take turns, and every release is tried with all before it (an
# hour and a half); with --kept it says how much is shown.
attack: setup ## Find every sum of figures that disclosure control does not know of; fails if there is one
	@exec $(BIN)/python tests/attack/attack.py $(ATTACK_ARGS)

# FAULTS_ARGS='--budget 600 --seed 1 --roads land publish'; what results.csv has is not done again.
faults: setup ## Kill, starve and mistime every command that writes, at each file operation; goes on where it stopped
	@exec $(BIN)/python tests/faults/faults.py $(FAULTS_ARGS)

docs: setup ## The indicator and table reference, from the register and dbt
	@exec $(BIN)/python -m csc_warehouse.command.documentation

clean: ## Remove the environment (the data under CSC_HOME stays)
	rm -rf $(VENV) $(TOOLS)

$(READY): requirements.lock pyproject.toml
	@set -e; \
	if [ -z "$(PYTHON)" ]; then \
	    echo "Python 3.11 or 3.12 is needed: install it, or set PYTHON to its path." >&2; exit 1; \
	fi; \
	if uv --version >/dev/null 2>&1; then uv=uv; \
	else \
	    uv=$(TOOLS)/bin/uv; \
	    if ! $$uv --version >/dev/null 2>&1; then \
	        echo "Fetching uv $(UV_VERSION) into $(TOOLS)"; \
	        if $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	            $(PYTHON) -m pip install --quiet --disable-pip-version-check \
	                --upgrade --target $(TOOLS) uv==$(UV_VERSION); \
	        elif $(PYTHON) -m venv $(TOOLS)/pip >/dev/null 2>&1; then \
	            $(TOOLS)/pip/bin/python -m pip install --quiet --disable-pip-version-check \
	                --upgrade --target $(TOOLS) uv==$(UV_VERSION); \
	        else \
	            echo "This Python has neither pip nor venv. Install one, for example:" >&2; \
	            echo "    sudo apt-get install python3-venv" >&2; \
	            exit 1; \
	        fi; \
	    fi; \
	fi; \
	if ! $(BIN)/python --version >/dev/null 2>&1; then \
	    echo "Making $(VENV)"; \
	    $$uv venv --quiet --clear --python "$(PYTHON)" $(VENV); \
	fi; \
	echo "Installing the locked environment"; \
	$$uv pip sync --quiet --require-hashes --compile-bytecode \
	    --python $(BIN)/python requirements.lock; \
	$$uv pip install --quiet --offline --no-deps --no-build-isolation \
	    --python $(BIN)/python --editable .; \
	$(BIN)/python -m csc_warehouse.build.candidate; \
	touch $@

# sqlfluff and pre-commit, in an environment of their own. uv is there since the other was made.
$(LINT_READY): requirements-lint.lock lint/pyproject.toml | $(READY)
	@set -e; \
	echo "Installing sqlfluff and pre-commit into $(LINT)"; \
	if uv --version >/dev/null 2>&1; then uv=uv; else uv=$(TOOLS)/bin/uv; fi; \
	$$uv venv --quiet --clear --python $(BIN)/python $(LINT); \
	$$uv pip sync --quiet --require-hashes --python $(LINT)/bin/python requirements-lint.lock; \
	$$uv pip install --quiet --offline --no-deps --no-build-isolation \
	    --python $(LINT)/bin/python --editable lint; \
	touch $@

# Half a gigabyte that no month needs (docs/decisions/0001-duckdb.md). Not in .venv: what Airflow and
# Great Expectations import of Spark, where it is installed, ends their processes without a word.
$(SPARK_READY): requirements-spark.lock $(READY)
	@set -e; \
	echo "Installing the project with Spark into $(SPARK)"; \
	if uv --version >/dev/null 2>&1; then uv=uv; else uv=$(TOOLS)/bin/uv; fi; \
	$$uv venv --quiet --clear --python $(BIN)/python $(SPARK); \
	$$uv pip install --quiet --require-hashes --python $(SPARK)/bin/python \
	    --requirements requirements.lock --requirements requirements-spark.lock; \
	$$uv pip install --quiet --offline --no-deps --no-build-isolation \
	    --python $(SPARK)/bin/python --editable .; \
	touch $@
