# make lab         two real Debian machines on this computer become a DHCP failover pair
# make down        end the lab
# make fast        the tests that need neither root nor machines: a minute
# make test        what has to pass before a change lands, on machines too: 8 minutes at most
# make all         every test on both Debian releases, drills, properties and mutants
# make drills      failures with real clients and load; one of them: make drills DRILL=NAME
# make properties  thousands of generated sites, shown to the real dhcpd
# make mutants     faults put into the code, each of which the fast tests have to see
# make bench       timings on the lab
# make check       formatting, lint and types
# make reference   the reference of the data and its JSON Schema, from the model
# make release     build the packages, check them, say what to publish

SHELL := /bin/sh
.DEFAULT_GOAL := help
BIN := .venv/bin
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
# Program and the Debian package that has it; python3-venv is found by importing.
TOOLS := mmdebstrap:mmdebstrap systemd-nspawn:systemd-container ip:iproute2 ssh-keygen:openssh-client \
  unshare:util-linux
DEBIAN = $(shell . /etc/os-release 2>/dev/null; echo "$$ID $$VERSION_ID")

.PHONY: help lab down fast test all drills properties mutants images compiled bench check reference release \
  set-up tools
help:
	@sed -n 's/^# make /make /p' Makefile

lab: set-up compiled
	$(BIN)/pyinfra -y inventories/lab.py deploys/dhcp.py
	@$(BIN)/dhcp-lab status
	@printf '%s\n' '' 'The pair is in normal. To try next:' \
	  '  . $(BIN)/activate' \
	  '  pyinfra -y inventories/lab.py deploys/dhcp.py                              # no changes' \
	  '  DHCP_FAILOVER__LAB__MCLT=1800 pyinfra inventories/lab.py deploys/dhcp.py --dry --diff' \
	  '  pyinfra inventories/lab.py fact dhcp_failover.facts.Failover               # their states' \
	  '  dhcp-lab shell dhcp1                                                       # look inside' \
	  '  dhcp-lab down                                                              # end the lab'

# Labs side by side: most of a test is waiting, so there are more than processors.
LABS := 4
PYTEST = env PYTHONDONTWRITEBYTECODE=1 $(BIN)/pytest -p no:cacheprovider

fast: compiled
	$(PYTEST) -n auto -m 'not lab and not drill and not properties'

test: set-up compiled images
	$(SUDO) $(PYTEST) -n $(LABS)

all: set-up compiled images
	$(SUDO) $(PYTEST) -n $(LABS) --everything
	$(MAKE) drills properties mutants

drills: set-up
	$(SUDO) $(PYTEST) -v -m drill $(if $(DRILL),-k $(DRILL))

properties: set-up
	$(SUDO) $(PYTEST) -v -s -m properties

mutants: .venv/ready
	env PYTHONPATH=tests $(BIN)/python tests/mutants/run.py

# Each start of pyinfra reads the modules: they are compiled before, as the user who owns them.
compiled: .venv/ready
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m compileall -q deploys tests

# Once on a computer, half a minute each.
images: set-up
	$(SUDO) $(BIN)/dhcp-lab image
	$(SUDO) env DHCP_LAB_DEBIAN=12 $(BIN)/dhcp-lab image

bench: set-up
	$(SUDO) env PYTHONPATH=tests $(BIN)/python tests/bench/bench.py
	$(SUDO) env PYTHONPATH=tests $(BIN)/python tests/bench/counting.py
	$(SUDO) env PYTHONPATH=tests $(BIN)/python tests/bench/large.py

down:
	$(BIN)/dhcp-lab down

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	PATH="$(BIN):$$PATH" shellcheck $$(find deploys -name '*.sh') .ci/run
	$(BIN)/mypy

reference: .venv/ready
	$(BIN)/python -m dhcp_failover.reference

release: .venv/ready
	$(BIN)/python tests/release.py

set-up: tools .venv/ready

# What is missing of the programs that the lab is made with.
tools:
	@missing=; for tool in $(TOOLS); do \
	  PATH="$$PATH:/usr/sbin:/sbin" command -v "$${tool%%:*}" >/dev/null || missing="$$missing $${tool##*:}"; \
	done; \
	python3 -c 'import ensurepip, venv' 2>/dev/null || missing="$$missing python3-venv"; \
	[ -z "$$missing" ] && exit; \
	case "$(DEBIAN)" in \
	  "debian 12" | "debian 13") \
	    echo "Installing:$$missing"; \
	    [ "$$(id -u)" = 0 ] || command -v sudo >/dev/null || \
	      { echo "Installing them needs root: become root, or install sudo." >&2; exit 1; }; \
	    $(SUDO) env DEBIAN_FRONTEND=noninteractive sh -c "{ apt-get -qq update || true; } && \
	      apt-get -qq -y --no-install-recommends install $$missing" >/dev/null;; \
	  *) echo "Missing on this computer:$$missing. They are installed by themselves on Debian 12" \
	    "and 13 only; here, install them and try again." >&2; exit 1;; \
	esac

.venv/ready: requirements.lock pyproject.toml
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	python3 -m venv --clear .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
