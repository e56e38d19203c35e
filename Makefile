# SPDX-License-Identifier: GPL-2.0
# What there is to do here; the work is done by the scripts named below.

FLAVOUR ?= release
KVER ?= 7.3
KSRC ?=
KCONFIG ?=
# How many test files at a time: more than there are processors, as guests also wait
JOBS ?= $(shell n=$$(nproc); echo $$((n + n / 2)))
# Which tests: any files or folders below tests/
TESTS ?= tests
# Those that take minutes go first: else one of them would go on when all else is done
longest := tests/vm/debian-cloud.t tests/vm/arm64.t tests/kselftest/live-update.t tests/vm/systemd.t tests/kselftest/handover.t tests/kselftest/luo_lsm.t \
	tests/vm/systemd-selinux.t tests/kselftest/damage.t tests/kselftest/types.t tests/kselftest/fault.t \
	tests/kselftest/reboot.t tests/host/series.t tests/host/host.t tests/kselftest/bpf.t tests/engine/policy-bench.t \
	tests/engine/policy-fuzz.t tests/engine/boot-policy.t tests/luopol/luopol.t tests/vm/harness.t tests/vm/kunit.t \
	tests/vm/upstream.t tests/kselftest/selinux.t tests/kselftest/flood.t
# How long each fuzzer runs
SECONDS ?= 60

export FLAVOUR KVER KSRC KCONFIG
# ARCH goes on by itself, if it was given
cross := $(if $(filter arm64 aarch64,$(ARCH)),-arm64)

kernel := tools/kernel/kernel
# What each level of tests boots, see tests/README.md
check_kernels := release-7.3
test_kernels := $(check_kernels) boot-7.3 debug-7.3 stock-7.3 host-7.3
all_kernels := $(test_kernels) release-7.2 stock-7.2 release-7.3-arm64 boot-7.3-arm64 debug-7.3-arm64
# For "make test-all", or by name: they take minutes, and are about what is made of the
# kernel and its documents rather than about the kernel, or are the same many times over
long_tests := tests/host/deb-kernel.t tests/host/htmldocs.t tests/vm/systemd-selinux.t \
	tests/kselftest/many-updates.t tests/vm/systemd-own.t tests/vm/systemd-stacked.t \
	tests/vm/criu.t tests/host/selinux-modules.t tests/host/fleet.t tests/host/rpm.t \
	tests/vm/arm64.t tests/vm/debian-cloud.t tests/host/ansible.t
# "make check" has all of user space's tests, and of those that boot a guest these
check_tests := tests/engine tests/luopol tests/lsluo tests/libluo tests/host \
	tests/kselftest/live-update.t tests/kselftest/luo_lsm.t

.DEFAULT_GOAL := help
.PHONY: help setup kernel print-image apply shell demo check test test-all series series-check fuzz bench \
	bench-policy bench-tools tools install deb deb-kernel rpm lint clean distclean

help:                   ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1@\2/p' $(MAKEFILE_LIST) | \
		awk -F@ '{ printf "%-20s %s\n", $$1, $$2 }'
	@echo
	@echo "  FLAVOUR=release|debug|stock|boot|host  KVER=7.3|7.2  ARCH=x86|arm64"
	@echo "  KSRC=your own kernel tree"
	@echo "  KCONFIG=your own configuration, instead of a flavour's"

setup:                  ## install missing Debian packages, for all there is to do here
	@tools/setup

# setup-GROUP-GROUP: those of some groups of tools/packages.txt
setup-%:
	@tools/setup $(subst -, ,$*)

kernel: setup-kernel$(cross) ## get, patch, configure and build a kernel
	@$(kernel) build

print-image:            ## print the path of the image that was built
	@$(kernel) image

apply:                  ## put the overlay into your own tree, in place: DIR=
	@$(kernel) apply "$(DIR)"

shell: setup-guest$(cross) kernel ## a guest with a shell
	@tests/vm/run -s

demo: setup-kernel-guest$(cross) ## a live update under policy, told step by step
	@FLAVOUR=release KCONFIG= $(kernel) build
	@tests/demo/run

test-kernel-%:
	@FLAVOUR=$(word 1,$(subst -, ,$*)) KVER=$(word 2,$(subst -, ,$*)) KSRC= KCONFIG= \
		ARCH=$(or $(word 3,$(subst -, ,$*)),$(ARCH)) $(kernel) build

# $(call run_tests,LEVEL,FILES): kernels first, then the tests, beside each other
define run_tests
	@set -e; for k in $($(1)_kernels); do $(MAKE) -s test-kernel-$$k; done
	@files=$$(find $(2) -name '*.t' $(if $(filter all,$(1))$(filter %.t,$(2)),,$(long_tests:%=! -path %)) | \
		LC_ALL=C sort) && \
		TEST_LEVEL=$(1) KSRC= KVER= FLAVOUR= KCONFIG= prove $(if $(PROVE_VERBOSE),-v) -j$(JOBS) --timer \
		$$(printf '%s\n' $(longest) | grep -xF "$$files") $$(echo "$$files" | grep -vxF $(longest:%=-e %))
endef

# Without it the tests that need it fail, and no other does
define get_root
	@[ "$$(id -u)" -ne 0 ] || tests/vm/root $(1) || :
endef

check: setup-kernel-guest-tools-test-selinux-package-lint ## before each commit, in minutes: tests of user space, live updates, lint of what changed
	$(call run_tests,check,$(check_tests))
	@tools/lint --changed

test: setup             ## the tests that guard what must stay true; TESTS=path runs some
	$(call get_root,get)
	$(call run_tests,test,$(TESTS))

test-all: setup         ## and what takes long: further kernels, long runs; TESTS=path runs some
	$(call get_root,get-patched)
	$(call get_root,get-tests)
	$(call get_root,get-criu)
	$(call run_tests,all,$(TESTS))

series: setup-kernel-series ## write the mails of the series: KVER=, BASE=git tree of the kernel
	@tools/kernel/series mail

series-check: setup-kernel-guest-lint-series ## build each prefix of the series and boot it: an hour and more
	@tools/kernel/series check
	@tools/kernel/series build

fuzz: setup-tools-test  ## fuzz the policy code; SECONDS=60 for each fuzzer
	@$(MAKE) -s -C tests/fuzz SECONDS=$(SECONDS)

bench: setup-kernel-guest-tools-bench$(cross) ## what live updates cost, beside the stock kernel, in instructions
	@set -e; for k in release-7.3 stock-7.3; do $(MAKE) -s test-kernel-$$k; done
	@rc=0; for bench in update large; do tests/bench/$$bench || rc=1; done; exit $$rc

bench-policy: setup-kernel-guest-tools-bench ## what decisions cost, beside SELinux's and IPE's
	@$(MAKE) -s test-kernel-release-7.3
	@tests/bench/policy

bench-tools: setup-tools-bench ## what luopol takes for a policy of 10 000 statements
	@tests/luopol/luopol-bench

lint: setup-kernel-lint ## style, static checks and documentation, no warning allowed
	@$(MAKE) -s test-kernel-release-7.3
	@tools/lint

tools:                  ## build luopol, lsluo, libluo and libluo-policy
	@$(MAKE) -s -C tools

install:                ## install them and what a host needs: DESTDIR= prefix=/usr/local
	@$(MAKE) -s -C tools install

deb: setup-tools-package ## build the Debian packages of the tools and the libraries
	@tools/deb

rpm: setup-tools-rpm    ## build RPM packages of the tools and of SELinux' modules
	@tools/rpm

deb-kernel: setup-kernel-package ## build Debian packages of the kernel; KCONFIG=/boot/config-...
	@tools/deb kernel

clean:                  ## remove what was built, keep the kernel trees
	rm -rf build/kernel-* build/vm build/tools build/deb

distclean:              ## remove everything below build/ (downloads stay cached)
	rm -rf build
