#!/bin/sh
# Looks for the browser that the dashboard's tests drive, and installs Debian's Chromium where it can:
# as root, with apt. Called by `make test`. Without a browser those tests are skipped and say so; where
# CI is set, they fail.
set -eu

for name in chromium chromium-browser google-chrome-stable google-chrome; do
    if command -v "$name" >/dev/null; then
        exit 0
    fi
done

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "No Chromium: tests in a browser are skipped (as root: apt install chromium)." >&2
    exit 0
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
printf '%-66s' 'Installing Chromium for tests (once) ...'
export DEBIAN_FRONTEND=noninteractive
if { apt-get update && apt-get install --yes --no-install-recommends chromium; } >"$log" 2>&1; then
    echo done
else
    echo failed
    tail -n 5 "$log" >&2
fi
