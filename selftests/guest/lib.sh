# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# lib.sh: shared by the scripts of this directory (bash, set -eu); sets
#
#   GUEST   this directory          TREE   the checkout
#   CACHE   where everything that is fetched or built once is kept:
#           $KSSH_CACHE, else ~/.cache/kssh; never inside the checkout

export LC_ALL=C
GUEST=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
TREE=$(cd "$GUEST/../.." && pwd)
CACHE=${KSSH_CACHE:-$HOME/.cache/kssh}
mkdir -p "$CACHE"
CACHE=$(cd "$CACHE" && pwd)
# What was compiled before, in whichever checkout, is not compiled again.
export CCACHE_DIR=$CACHE/ccache CCACHE_BASEDIR=$TREE CCACHE_NOHASHDIR=1

say() { echo "${0##*/}: $*" >&2; }
die() { say "$*"; exit 1; }

# lock NAME: wait for, and hold until the process ends, one of the cache's
# locks.  Children inherit it: if a run is killed and its make lives on, the
# next run waits for that make.
lock()
{
	local fd

	exec {fd}>"$CACHE/.lock-$1"
	if ! flock -n "$fd"; then
		say "waiting for another run that prepares $1"
		flock "$fd"
	fi
}

# fresh DIR: an empty directory in place of what a killed run left behind.
fresh()
{
	rm -rf "$1"
	mkdir -p "$1"
}

# quietly LOG COMMAND...: run with the output in LOG, which is shown (its end)
# only when the command fails.
quietly()
{
	local log=$1

	shift
	mkdir -p "$(dirname "$log")"
	if ! "$@" > "$log" 2>&1 < /dev/null; then
		tail -n 40 "$log" >&2
		say "failed: $* (all of it: $log)"
		return 1
	fi
}

# ---- packages of a Debian suite, without touching the system's apt ----
#
# Each suite gets lists of its own below the cache.  The address of the archive
# is that of the machine's configuration, the keys are the archive keyring's.

debian_codename() { (. /etc/os-release && echo "${VERSION_CODENAME-}"); }

# apt_suite SUITE: sets APT_OPTS for apt-get and apt-cache
apt_suite()
{
	local suite=$1 dir=$CACHE/apt/$1 like uri

	# bookworm-security comes from where the machine gets it, all other
	# suites from where its main archive is.
	like=$(debian_codename)
	case $suite in *-security) like=$like-security ;; esac
	uri=$(apt-get indextargets \
		--format '$(RELEASE) $(COMPONENT) $(REPO_URI)' \
		'Created-By: Packages' 2>/dev/null |
		awk -v r="$like" '$1 == r && $2 == "main" { print $3; exit }')
	[ -n "$uri" ] || die "this machine's apt names no archive for $like"

	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"$uri $suite main" > "$dir/sources.list"
	APT_OPTS=(-q -o "Dir::Etc::SourceList=$dir/sources.list"
		-o Dir::Etc::SourceParts=/dev/null
		-o Dir::Etc::Preferences=/dev/null
		-o Dir::Etc::PreferencesParts=/dev/null
		-o "Dir::State::Lists=$dir/lists"
		-o Dir::State::Status=/dev/null
		-o "Dir::Cache=$dir/cache"
		-o APT::Sandbox::User=root
		-o APT::Architecture=amd64
		-o APT::Architectures=amd64
		-o Acquire::Languages=none
		-o Acquire::Retries=3)
	ls "$dir"/lists/*_Packages* >/dev/null 2>&1 || apt_refresh
}

apt_refresh()
{
	say "reading the package lists"
	apt-get "${APT_OPTS[@]}" update >&2 || die "apt-get update failed"
}

# apt_unpack ROOT PACKAGE...: fetch from the suite and unpack below ROOT
apt_unpack()
{
	local root=$1 tmp=$1.fetch deb

	shift
	fresh "$tmp"
	say "fetching $*"
	(cd "$tmp" && apt-get "${APT_OPTS[@]}" download "$@" >/dev/null) || {
		apt_refresh
		(cd "$tmp" && apt-get "${APT_OPTS[@]}" download "$@" >&2) ||
			die "cannot fetch $*"
	}
	mkdir -p "$root"
	for deb in "$tmp"/*.deb; do
		dpkg-deb -x "$deb" "$root"
		echo "${deb##*/}" >> "$root/packages"
	done
	rm -rf "$tmp"
}

# apt_closure PACKAGE...: these and all that they depend on in the suite
apt_closure()
{
	apt-cache "${APT_OPTS[@]}" depends --recurse --important "$@" |
		grep '^[a-z0-9]' | sort -u
}

# ---- programs built for a newer C library than this machine's ----

# trixie_libs: unpack what foreign programs link to; sets TRIXIE_LD (the
# loader) and TRIXIE_PATH (for its --library-path)
trixie_libs()
{
	local dir=$CACHE/trixie-libs

	if [ ! -e "$dir/.done" ]; then
		lock trixie-libs
		if [ ! -e "$dir/.done" ]; then
			apt_suite trixie
			fresh "$dir"
			apt_unpack "$dir" libc6 libelf1t64 libssl3t64 zlib1g \
				libzstd1 libgcc-s1 libaudit1 libcap-ng0 \
				libcom-err2 libcrypt1 libgssapi-krb5-2 \
				libkrb5-3 libk5crypto3 libkrb5support0 \
				libkeyutils1 libpam0g libselinux1 libwrap0 \
				libwtmpdb0 libpcre2-8-0 libsqlite3-0 \
				libnsl2 libtirpc3t64 libeconf0 libssh2-1t64
			touch "$dir/.done"
		fi
	fi
	TRIXIE_LD=$(readlink -f "$dir/usr/lib64/ld-linux-x86-64.so.2")
	TRIXIE_PATH=$dir/usr/lib/x86_64-linux-gnu
}

# trixie_wrapper PROGRAM WRAPPER: a script that runs PROGRAM with those
# libraries, whatever the machine's own are
trixie_wrapper()
{
	cat > "$2.new" <<-END
		#!/bin/sh
		exec '$TRIXIE_LD' --argv0 "\$0" --library-path '$TRIXIE_PATH' '$1' "\$@"
	END
	chmod 755 "$2.new"
	mv "$2.new" "$2"
}
