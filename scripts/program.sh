#!/bin/sh
# A program of Debian's that tests run: scripts/program.sh PURPOSE PACKAGE NAME…
# Installs the package where none of the names is a program and apt-get may be used; says what to do
# otherwise. A test run without CI=true goes on without it.
set -eu

purpose=$1 package=$2
shift 2
for name in "$@"; do
  if [ -n "$name" ] && PATH="$PATH:/usr/sbin" command -v "$name" >/dev/null 2>&1; then
    exit 0
  fi
done

if command -v apt-get >/dev/null 2>&1; then
  root=
  if [ "$(id -u)" -ne 0 ]; then
    # A test run neither waits for a password nor installs on a person's machine behind their back.
    root=none
    if [ "${CI:-}" = true ] && sudo -n true 2>/dev/null; then root="sudo -n"; fi
  fi
  if [ "$root" != none ]; then
    echo "Installing $package for $purpose …"
    export DEBIAN_FRONTEND=noninteractive
    # A package list may be missing or old on a fresh machine; the first try is for a good one.
    $root apt-get install --yes --quiet --no-install-recommends "$package" >/dev/null 2>&1 ||
      { $root apt-get update --quiet >/dev/null &&
        $root apt-get install --yes --quiet --no-install-recommends "$package" >/dev/null; } && exit 0
  fi
fi

cat >&2 <<TEXT
No $package found for $purpose.
  Install it (Debian: apt-get install $package); BILATERAL_BROWSER names another browser.
TEXT
if [ "${CI:-}" = true ]; then
  exit 1
fi
