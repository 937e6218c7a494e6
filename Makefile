# `make` alone says what there is. Every target sets up what it needs and asks nothing.
#
# Set-up is one stamp file: the virtual environment is made again from pyproject.toml when that
# changes, and `make demo` on a fresh checkout does it first.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
LAYERS := golden hdl sim host
DEMO_OUT ?= build/demo
# What `make bitstream` builds; more flags of `quantacore bitstream` in BITSTREAM_ARGS.
BOARD ?= ulx3s_85f
D ?= 3
P ?= 0.003
BITSTREAM_ARGS ?=
# Words for pytest: one worker per processor, and none idle while another has tests left;
# `make test TEST_ARGS=` runs one test after another.
TEST_ARGS ?= -n auto --dist worksteal
# Markers whose tests must not be skipped; `browser` (Debian's chromium) may be added.
REQUIRE ?= verilator,synth,formal

# The first Python that is new enough; `make PYTHON=/path/to/python3` overrides.
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,\
	$(shell command -v $(name) >/dev/null 2>&1 && $(name) -c '$(NEW_ENOUGH)' 2>/dev/null && echo $(name))))

.DEFAULT_GOAL := help
.PHONY: help setup tools libpython demo test test-fast test-predict test-search test-mitigation lint format bench soak bitstream area record clean

help:  ## Say what there is
	@echo "QuantaCore: from a stim circuit to a verified decoder core. Targets:"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | \
		while IFS="$$(printf '\t')" read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done
	@echo "Start with 'make demo'. Then: $(BIN)/quantacore --help"

setup: $(STAMP)  ## Make .venv with everything in it (the other targets do this first)

demo: $(STAMP)  ## Circuits -> Verilog -> simulation -> tables and plots in build/demo
	$(BIN)/quantacore demo --out $(DEMO_OUT)

test: $(STAMP) | libpython  ## Every test but `make soak`, the simulated ones too; a skipped one of those is a failure
	$(BIN)/python -m pytest -m "not (hardware or learn or soak)" --require $(REQUIRE) $(TEST_ARGS)

test-fast: $(STAMP)  ## The tests that end within a minute
	$(BIN)/python -m pytest $(TEST_ARGS)

test-predict: $(STAMP)  ## Tests of what learns with PyTorch, which is installed for them alone
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --editable ".[learn]"
	$(BIN)/python -m pytest -m learn --require learn

test-search: $(STAMP)  ## Tests of the searches that need OR-tools and sb3-contrib, installed for them alone
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --editable ".[search]"
	$(BIN)/python -m pytest -m "" tests/golden/search

# mitiq needs an older numpy than the project: an environment of its own, and files between the two.
test-mitigation: $(STAMP)  ## Mitigation with mitiq, in .venv-mitigation, on counts of our decoder
	@test -x .venv-mitigation/bin/python || $(PYTHON) -m venv .venv-mitigation
	.venv-mitigation/bin/python -m pip install --quiet --disable-pip-version-check --no-input "mitiq>=1.1,<2"
	QUANTACORE_MITIQ=.venv-mitigation/bin/python $(BIN)/python -m pytest -m "" tests/sim/mitigation

lint: $(STAMP)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)  ## Let ruff rewrite what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

soak: $(STAMP)  ## d = 7, more of d = 5; a million rounds at d = 3, a hundred thousand at d = 5, under faults: an hour
	$(BIN)/python -m pytest -m soak
	$(BIN)/quantacore bench soak --distances 3 --rounds 1000000 --writes 100000
	$(BIN)/quantacore bench soak --distances 5 --rounds 100000 --writes 10000

bench: $(STAMP)  ## Speed against PyMatching, one core
	$(BIN)/quantacore bench speed

area: $(STAMP)  ## Area and clock of all cores of docs/performance.md, and its section: hours
	$(BIN)/quantacore bench area --write_docs

record: $(STAMP)  ## Rewrite tests/synthesis_record.json: the area and cycles that tests compare with
	$(BIN)/python -m tests.system.synthesis_record

bitstream: $(STAMP)  ## BOARD=ulx3s_85f D=3: a bitstream in build/BOARD_dD; minutes (docs/boards.md)
	@mkdir -p build
	$(BIN)/quantacore bitstream --distance $(D) --p $(P) --board $(BOARD) --out build/$(BOARD)_d$(D) --force $(BITSTREAM_ARGS)

clean:  ## Remove everything that was made, the virtual environment too
	rm -rf $(VENV) .venv-mitigation .typing build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find $(LAYERS) tests -name __pycache__ -type d -prune -exec rm -rf {} +

# A missing system tool gives one line that names Debian's package for it.
needs = $(if $(shell $(1) 2>/dev/null && echo yes),,$(error Missing $(2): apt-get install $(3)))
tools:
	$(if $(PYTHON),,$(error Missing Python 3.11 or newer: apt-get install python3 python3-venv))
	$(call needs,$(PYTHON) -c 'import venv; import ensurepip',venv module of $(PYTHON),python3-venv)
	$(call needs,command -v g++,g++,g++)
	$(call needs,command -v perl,perl,perl)
	@true

# cocotb loads Python into the simulator; Debian's own python3 has its library in a package apart.
HAS_LIBPYTHON := import ctypes.util, sys, sysconfig; sys.exit(not (sysconfig.get_config_var("Py_ENABLE_SHARED") \
	or ctypes.util.find_library("python%d.%d" % sys.version_info[:2])))
libpython:
	$(call needs,$(PYTHON) -c '$(HAS_LIBPYTHON)',shared library of Python for cocotb,libpython3.11 (the version of $(PYTHON)))
	@true

# The symlinks let mypy and pyright find `quantacore.*` in an editable install.
$(STAMP): pyproject.toml | tools
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input --editable ".[dev]"
	@mkdir -p .typing/quantacore
	@for layer in $(LAYERS); do ln -sfn ../../$$layer .typing/quantacore/$$layer; done
	@touch $@
