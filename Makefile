# SPDX-License-Identifier: Apache-2.0
# The front door.  Every command below does all it needs by itself.
#
#   make run     install what building needs, build, check the built-in mail
#   make check   install what testing needs, build, run every fast test
#   make help    the rest

BUILD ?= build
MESON  = meson setup $(BUILD) --prefix=$(PREFIX) $(MESON_OPTIONS)
PREFIX ?= /usr/local
T ?=
SOAK ?= 3600

.DEFAULT_GOAL := all
.PHONY: all run serve check check-asan check-clang fuzz prove bench install lint \
	integration eval soak clean help need-build need-check

help:
	@awk -F' ## ' '/^[a-z-]+:.* ## / { sub(/:.*/, "", $$1); \
	    printf "  make %-14s %s\n", $$1, $$2 }' Makefile

need-build:
	@tools/packages.sh build
need-check:
	@tools/packages.sh build check

$(BUILD)/build.ninja:
	@echo "==> configuring $(BUILD)"
	@$(MESON) >$(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }
	@mv $(BUILD).log $(BUILD)/setup.log

all: need-build $(BUILD)/build.ninja ## build the library and the programs
	@echo "==> building"
	@ninja -C $(BUILD) --quiet

run: all ## check built-in messages, explain them, send them through assayd
	@echo "==> assay demo --assayd $(BUILD)/app/assayd/assayd"
	@$(BUILD)/app/assay/assay demo --assayd $(BUILD)/app/assayd/assayd

serve: all ## assayd in the foreground on loopback, with the demo's zone
	@tools/serve.sh $(BUILD)

check: need-check $(BUILD)/build.ninja ## lint, unit, fuzz seeds, stories, suites
	@tools/check.sh $(BUILD)

check-asan: need-check ## the same under ASan and UBSan
	@tools/sanitize.sh build-asan

check-clang: need-check ## builds with clang, warnings are errors
	@CC=clang tools/second_compiler.sh build-clang

integration: all ## with real servers on loopback (Postfix, NSD, ...)
	@tools/packages.sh integration
	@tools/integration.sh $(BUILD)

fuzz: need-check ## hunt: make fuzz [T=target] [SECONDS_EACH=600]
	@tools/fuzz.sh "$(T)"

prove: ## prove the byte kernel with Frama-C
	@tools/packages.sh prove
	@tools/prove.sh

bench: all ## ratios against the floor and the peers
	@tools/packages.sh bench
	@bench/run $(BUILD)
	@bench/reports $(BUILD)
	@bench/store $(BUILD)
	@bench/behave $(BUILD)
	@bench/content $(BUILD)
	@bench/lookalikes $(BUILD)
	@bench/daemon $(BUILD)

eval: all ## how well strangers are told, on corpora beside the project
	tools/eval.sh

soak: all need-check ## hours: a month, random kills, long hunts
	@tools/packages.sh integration
	@ASSAY_KILLS=100 test/cli/report_test.py $(BUILD)/app/assay/assay .
	@test/daemon/month_test.py $(BUILD)/app/assayd/assayd . --days 30 \
	    --messages 1200 --kills 6
	@test/integration/takeovers.py $(BUILD) --people 200 --victims 40
	@ASSAY_SOAK_SECONDS=$(SOAK) test/integration/roles_killed.py $(BUILD)
	@SECONDS_EACH=1800 tools/fuzz.sh ""

lint: ## layers, waterline, budgets, poison, man pages
	@tools/lint.sh $(BUILD)

install: all ## install to PREFIX (DESTDIR honoured)
	@meson install -C $(BUILD) --quiet

clean: ## forget every build
	rm -rf build build-*
