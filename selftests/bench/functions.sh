# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# functions: what the program of that name looks at: $BENCH_WHO moves $BENCH_N pieces by
# $BENCH_HOW; and where the kernel's functions are, compressed

. /lib.sh
export BENCH_PIN=/pin BENCH_KEX=curve25519-sha256 BENCH_GROUND=functions
light -a
case $BENCH_WHO in
TCP)	BENCH_PLAIN=1 bulk_tls 2200 "$BENCH_HOW" 1 "$BENCH_N" $server ;;
*)	"bulk_$BENCH_WHO" 2200 "$BENCH_HOW" 1 "$BENCH_N" $server ;;
esac
grep -i ' [tw] ' /proc/kallsyms | gzip -9 | base64 | sed 's/^/symbols /'
true
