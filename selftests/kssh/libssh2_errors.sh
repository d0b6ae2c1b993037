#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# libssh2_errors.sh: does libssh2 1.11.1 return what errors.tsv says it does?
#
# Usage: selftests/kssh/libssh2_errors.sh [--print]
#
# Runs on the host, needs no module: libssh2 (guest/peer brings it) against the
# scripted server.  Prints TAP; with --print the table again, with the codes seen.

set -eu -o pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
top=$(cd "$here/../.." && pwd)
out=$top/build/selftests
peer=${KSSH_CACHE:-$HOME/.cache/kssh}/peers/libssh2

"$top/selftests/guest/peer" libssh2
mkdir -p "$out"
${CC:-gcc} -O2 -Wall -Wextra -I"$peer/include" "$here/libssh2_errors.c" \
	"$peer/lib/libssh2.so.1" -Wl,--allow-shlib-undefined \
	-o "$out/libssh2_errors"

. "$here/server.sh"
server_start
"$peer/run" "$out/libssh2_errors" "$@" "$KSSH_PORT" "$here/errors.tsv"
