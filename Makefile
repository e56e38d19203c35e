# SPDX-License-Identifier: GPL-2.0
# What there is to do here; the work is done by the scripts named below.

FLAVOUR ?= release
KVER ?= 7.3
KSRC ?=
KCONFIG ?=
# How many test files at a time
JOBS ?= $(shell nproc)
# Which tests: any files or folders below tests/
TESTS ?= tests
# Those that take minutes go first: else one of them would go on when all else is done
longest := tests/vm/systemd.t tests/vm/systemd-selinux.t tests/kselftest/luo_lsm.t tests/vm/upstream.t tests/host/host.t
# How long each fuzzer runs
SECONDS ?= 60

export FLAVOUR KVER KSRC KCONFIG

kernel := tools/kernel/kernel
# What the tests boot
test_kernels := release-7.3 debug-7.3 stock-7.3 release-7.2 stock-7.2

.DEFAULT_GOAL := help
.PHONY: help setup kernel print-image apply shell demo test fuzz bench bench-policy \
	bench-tools tools install deb deb-kernel lint clean distclean

help:                   ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | \
		awk -F@ '{ printf "%-20s %s\n", $$1, $$2 }'
	@echo
	@echo "  FLAVOUR=release|debug|stock  KVER=7.3|7.2  KSRC=your own kernel tree"
	@echo "  KCONFIG=your own configuration, instead of a flavour's"

setup:                  ## install missing Debian packages
	@tools/setup

kernel: setup           ## get, patch, configure and build a kernel
	@$(kernel) build

print-image:            ## print the path of the image that was built
	@$(kernel) image

apply:                  ## put the overlay into your own tree, in place: DIR=
	@$(kernel) apply "$(DIR)"

shell: kernel           ## a guest with a shell
	@tests/vm/run -s

demo: setup             ## a live update under policy, told step by step
	@FLAVOUR=release KCONFIG= $(kernel) build
	@tests/demo/run

test-kernel-%:
	@FLAVOUR=$(word 1,$(subst -, ,$*)) KVER=$(word 2,$(subst -, ,$*)) KSRC= KCONFIG= $(kernel) build

test: setup             ## all tests; TESTS=path runs some
	@set -e; for k in $(test_kernels); do $(MAKE) -s test-kernel-$$k; done
	@# Without it the tests that need it fail, and no other does
	@[ "$$(id -u)" -ne 0 ] || tests/vm/root get || :
	@files=$$(find $(TESTS) -name '*.t' | LC_ALL=C sort) && \
		KSRC= KVER= FLAVOUR= KCONFIG= prove $(if $(PROVE_VERBOSE),-v) -j$(JOBS) --timer \
		$$(echo "$$files" | grep -xF $(longest:%=-e %)) $$(echo "$$files" | grep -vxF $(longest:%=-e %))

fuzz: setup             ## fuzz the policy code; SECONDS=60 for each fuzzer
	@$(MAKE) -s -C tests/fuzz SECONDS=$(SECONDS)

bench: setup            ## what live updates cost, beside the stock kernel, in instructions
	@set -e; for k in release-7.3 stock-7.3; do $(MAKE) -s test-kernel-$$k; done
	@tests/bench/update

bench-policy: setup     ## what decisions cost, beside SELinux's and IPE's
	@$(MAKE) -s test-kernel-release-7.3
	@tests/bench/policy

bench-tools: setup      ## what luopol takes for a policy of 10 000 statements
	@tests/luopol/luopol-bench

lint: setup             ## style, static checks and documentation, no warning allowed
	@$(MAKE) -s test-kernel-release-7.3
	@tools/lint

tools:                  ## build luopol and lsluo
	@$(MAKE) -s -C tools

install:                ## install them and what a host needs: DESTDIR= prefix=/usr/local
	@$(MAKE) -s -C tools install

deb:                    ## build the Debian package luo-lsm-tools
	@tools/deb

deb-kernel: setup       ## build Debian packages of the kernel; KCONFIG=/boot/config-...
	@tools/deb kernel

clean:                  ## remove what was built, keep the kernel trees
	rm -rf build/kernel-* build/vm build/tools build/deb

distclean:              ## remove everything below build/ (downloads stay cached)
	rm -rf build
