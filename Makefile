# Two commands do all set-up: `make demo` runs the main job, `make test` the tests. Both need Python >= 3.11, git and
# Node with npm, and nothing of the network but the package registries.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
TYPESCRIPT := tests/tools/node_modules/.package-lock.json

.PHONY: demo test lint docs real bench bench-parsers bench-context bench-toolchain bench-verdict bench-guard \
  bench-sandbox bench-secrets bench-budgets bench-faults bench-edits clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed
	@$(BIN)/prunella demo

test: $(VENV)/.installed-dev $(TYPESCRIPT) lint
	$(BIN)/pytest -n auto $(PYTEST_ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: $(VENV)/.installed
	$(BIN)/python docs/include.py

real: $(VENV)/.installed-dev
	$(BIN)/python -m real

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/overhead.py

# Parsers on real logs, speed and memory on 200 MB, fuzzing: FUZZ=1000000 for the whole of it.
bench-parsers: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.diagnostics --megabytes 200 --fuzz $(or $(FUZZ),20000)

# What a model is shown, against aider's repository map and the files that the errors name.
bench-context: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/context.py

# Rung 0 on real packages, without a key, judged by their own tests. Needs cargo, cmake and a Debian's apt for Rust and C;
# ARGS="--only typescript python" does without.
bench-toolchain: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.toolchain $(ARGS)

# How soon a wrong fix is refuted.
bench-verdict: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.verdict

# The guard on a corpus of cheats and honest fixes.
bench-guard: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.guard $(ARGS)

# Attacks of a hostile project at each level, and what a level costs. Needs bubblewrap for the strict one.
bench-sandbox: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.sandbox

# Planted secrets that leave, false alarms on packages from npm and PyPI.
bench-secrets: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.secrets_leak $(ARGS)

bench-budgets: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.budgets

# Every fault of a provider; ARGS="--every 5" for a part of it.
bench-faults: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.faults $(ARGS)

# Hostile edits: COUNT=200000 for the whole of it.
bench-edits: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.hostile_edits --count $(or $(COUNT),20000)

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Prunella needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Say which one to use: make PYTHON=python3.12")'
ifdef UV
	@test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV)
	@uv pip install --quiet --python $(BIN)/python -e .
else
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
endif
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
ifdef UV
	@uv pip install --quiet --python $(BIN)/python -e '.[dev]'
else
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
endif
	@touch $@

# The real TypeScript compiler, for the tests that heal a real project; without npm they are skipped by name.
$(TYPESCRIPT): tests/tools/package.json tests/tools/package-lock.json
	@if command -v npm >/dev/null; then cd tests/tools && npm ci --silent --no-audit --no-fund; \
	else echo 'npm is not here: the tests that need TypeScript will be skipped'; fi

clean:
	rm -rf $(VENV) .demo tests/tools/node_modules benchmarks/.work real/.work
