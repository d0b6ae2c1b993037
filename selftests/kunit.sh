#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kunit.sh: the KUnit suites inside kssh.ko, in a guest whose kernel has KUnit
# (uml, debug); prints KTAP.  They run when the module is loaded; what they
# said is read from debugfs, where no other message gets in between.

set -u
results=/sys/kernel/debug/kunit

if [ ! -d $results ]; then
	echo "Bail out! this kernel has no KUnit results in debugfs"
	exit 1
fi
before=$(ls $results)
if ! KSSH_KUNIT=1 "${KSSH_TREE:?}/selftests/guest/insmod-kssh"; then
	echo "Bail out! cannot load kssh.ko"
	exit 1
fi

mapfile -t suites < <(comm -13 <(echo "$before" | sort) <(ls $results | sort))
echo "KTAP version 1"
echo "1..${#suites[@]}"
n=0
for suite in ${suites[@]+"${suites[@]}"}; do
	n=$((n + 1))
	# Each is a document of its own with one suite in it.
	sed -e '/^KTAP version 1$/d' -e '/^1\.\.1$/d' \
		-e "s/^\(not ok\|ok\) [0-9]*/\1 $n/" "$results/$suite/results"
done
rmmod kssh || echo "Bail out! cannot unload kssh.ko"
