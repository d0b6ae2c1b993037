#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# ynl.sh: the netlink specification passes the kernel's schema, and the generated
# files in the tree are what the kernel's generator makes of it
#
# Usage: selftests/checks/ynl.sh [--update]
#
# --update writes the files instead of comparing them.  Prints TAP.  The kernel
# source is that of selftests/guest/kernel, or KSSH_KERNEL_SOURCE.

set -u
TREE=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd)
SPEC=Documentation/netlink/specs/kssh.yaml

skip() { echo "1..0 # SKIP $*"; exit 0; }

source=${KSSH_KERNEL_SOURCE:-$("$TREE/selftests/guest/kernel" --path source tree \
	2>/dev/null)} || source=
gen=$source/tools/net/ynl/pyynl/ynl_gen_c.py
[ -n "$source" ] && [ -e "$gen" ] ||
	skip "no kernel source (selftests/guest/kernel source)"
for m in yaml jsonschema; do
	python3 -c "import $m" 2>/dev/null || skip "no python3-$m"
done

# The generator wants the schemas one directory above the specification, and
# looks upwards for a MAINTAINERS file until it finds one.
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp/Documentation/netlink/specs"
touch "$tmp/MAINTAINERS"
cp "$source"/Documentation/netlink/*.yaml "$tmp/Documentation/netlink/"
cp "$TREE/$SPEC" "$tmp/Documentation/netlink/specs/"
export PYTHONDONTWRITEBYTECODE=1

n=0 failed=0
check()
{
	local name=$1

	shift
	n=$((n + 1))
	if "$@" > "$tmp/log" 2>&1; then
		echo "ok $n - $name"
	else
		sed 's/^/# /' "$tmp/log" | head -n 40
		echo "not ok $n - $name"
		failed=1
	fi
}

# same MODE HEADER-OR-SOURCE FILE
same()
{
	timeout 60 python3 "$gen" --mode "$1" "--$2" --spec "$tmp/$SPEC" \
		-o "$tmp/${3##*/}" || return
	if [ -n "${update-}" ]; then
		cp "$tmp/${3##*/}" "$TREE/$3"
	else
		diff -u "$TREE/$3" "$tmp/${3##*/}"
	fi
}

schema()
{
	python3 - "$tmp" "$SPEC" <<-'END'
		import sys, yaml, jsonschema
		top, spec = sys.argv[1:]
		load = lambda name: yaml.safe_load(open(f"{top}/{name}"))
		jsonschema.validate(load(spec),
		                    load("Documentation/netlink/genetlink.yaml"))
	END
}

case ${1-} in
--update)	update=1 ;;
'')		;;
*)		sed -n '4,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

echo 1..4
check "$SPEC fits the genetlink schema" schema
check "uapi/linux/kssh_netlink.h is generated from it" \
	same uapi header uapi/linux/kssh_netlink.h
check "module/upcall/nl-gen.h is generated from it" \
	same kernel header module/upcall/nl-gen.h
check "module/upcall/nl-gen.c is generated from it" \
	same kernel source module/upcall/nl-gen.c
exit $failed
