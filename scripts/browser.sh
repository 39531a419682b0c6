#!/bin/sh
# The browser that the tests drive: Debian's Chromium. Installs it when it is missing and apt-get
# may be used; says what to do otherwise. A test run without CI=true goes on without a browser.
set -eu

for name in ${BILATERAL_BROWSER:-} chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then
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
    echo "Installing Chromium for the browser tests …"
    export DEBIAN_FRONTEND=noninteractive
    # A package list may be missing or old on a fresh machine; the first try is for a good one.
    $root apt-get install --yes --quiet --no-install-recommends chromium >/dev/null 2>&1 ||
      { $root apt-get update --quiet >/dev/null &&
        $root apt-get install --yes --quiet --no-install-recommends chromium >/dev/null; } && exit 0
  fi
fi

cat >&2 <<'TEXT'
No Chromium found for the browser tests.
  Install it (Debian: apt-get install chromium), or name one in BILATERAL_BROWSER.
TEXT
if [ "${CI:-}" = true ]; then
  exit 1
fi
