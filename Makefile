# SPDX-License-Identifier: GPL-2.0
#
# Everything that a person calls.  The module itself is built by kbuild, from
# Kbuild; see selftests/guest/build.

KERNEL ?= 6.12
GUEST := selftests/guest

help:
	@echo 'make demo      a handshake with a real sshd in a guest, from nothing'
	@echo 'make check     all tests, from nothing; last line: N passed, N failed'
	@echo '               (one group: selftests/check GROUP; names: selftests/check --list)'
	@echo 'make check-long  what takes hours: fuzzers, storms; Documentation/long-runs.rst'
	@echo 'make modules   build/$$KERNEL/kssh.ko for KERNEL=6.12, 7.3, uml or debug'
	@echo 'make tools     kssh-probe, kssh-hostkeyd, kssh-policy and their library'
	@echo 'make bench     kssh beside its peers: build/bench/results.md and *.svg'
	@echo 'make setup     the packages that all of this needs, by apt'
	@echo 'make clean     remove what was built here (not the cache of kernels)'
	@echo
	@echo 'Kernels and peers are kept in $$KSSH_CACHE (default ~/.cache/kssh).'

setup:
	@$(GUEST)/setup

modules: setup
	@$(GUEST)/build $(KERNEL)

tools: setup
	@$(MAKE) --no-print-directory -C tools

demo: setup
	@$(GUEST)/kernel 6.12
	@$(GUEST)/build 6.12
	@$(MAKE) --no-print-directory -C tools
	@$(GUEST)/run 6.12 -- selftests/demo.sh

check: setup
	@$(GUEST)/kernel 6.12 7.3 uml debug
	@selftests/check

check-long: setup
	@$(GUEST)/kernel 6.12 uml debug
	@selftests/check --long

bench: setup
	@selftests/bench/run

clean:
	@for d in tools selftests/kssh selftests/user; do \
		[ ! -e $$d/Makefile ] || \
			$(MAKE) --no-print-directory -C $$d clean || exit; \
	done
	rm -rf build

.PHONY: help setup modules tools demo check check-long bench clean
