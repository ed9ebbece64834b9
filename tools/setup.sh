#!/bin/sh
# Prepares .venv: the locked packages and this project, ready to run. Called by `make setup`.
#
# Needs a Python of the range below somewhere on the machine, not necessarily as `python3`, and
# writes nothing outside this folder but caches. Packages come from where pip is told to get them
# (PIP_INDEX_URL or pip's own configuration), else from the default index.
#
#   sh tools/setup.sh            set up, or do nothing where nothing has changed
#   sh tools/setup.sh --python   print the Python that would be used
#
# PYTHON=/path/to/python names the Python to use.
set -eu
cd "$(dirname "$0")/.."

HOME=${HOME:-/nonexistent}
oldest=3.12
newest=3.14
stamp=.venv/loansim-setup   # what the environment was filled from
home=.venv/loansim-home     # where it was made

# A Python that runs, of the range, CPython and with a global interpreter lock: Numba needs all that.
is_suitable() {
    "$1" - "$oldest" "$newest" >/dev/null 2>&1 <<'PYTHON'
import sys, sysconfig
oldest, newest = (tuple(map(int, text.split("."))) for text in sys.argv[1:])
sys.exit(
    not (oldest <= sys.version_info[:2] <= newest)
    or sys.implementation.name != "cpython"
    or bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
)
PYTHON
}

# Version managers put launchers on PATH that fail or start another version; here are the real ones,
# and the folders that installers use without touching PATH.
places() {
    for version in 3.12 3.13 3.14; do
        for place in \
            "$HOME/.pyenv/versions/$version"*/bin \
            "$HOME/.asdf/installs/python/$version"*/bin \
            "$HOME/.local/share/mise/installs/python/$version"*/bin \
            "$HOME/.local/share/uv/python/cpython-$version"*/bin \
            "/opt/homebrew/opt/python@$version/bin" \
            "/usr/local/opt/python@$version/bin" \
            "/Library/Frameworks/Python.framework/Versions/$version/bin" \
            /usr/local/bin /usr/bin; do
            echo "$place/python$version"
        done
    done
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        is_suitable "$PYTHON" && command -v "$PYTHON" && return
        fail "PYTHON=$PYTHON is not a CPython $oldest to $newest that runs."
    fi
    for name in python3.12 python3.13 python3.14 python3 python; do
        if is_suitable "$name"; then
            command -v "$name"
            return
        fi
    done
    found=$(places | while read -r candidate; do
        if [ -x "$candidate" ] && is_suitable "$candidate"; then
            echo "$candidate"
            break
        fi
    done)
    [ -n "$found" ] || fail "loansim needs Python $oldest to $newest; none was found on this machine.
Debian 13, Ubuntu 24.04 and newer:  sudo apt install python3 python3-venv
macOS:                              brew install python@3.13
elsewhere:                          pyenv, conda, uv, or the installer of python.org
If there is one already:            make setup PYTHON=/path/to/python3.12"
    echo "$found"
}

fail() {
    printf '\nerror: %s\n' "$1" >&2
    exit 1
}

# An installed uv that runs and knows what is asked of it below; else the locked one, by pip.
find_uv() {
    for candidate in uv "$HOME/.local/bin/uv" .venv/bin/uv; do
        case $("$candidate" --version 2>/dev/null) in
        "uv 0."[0-4].*) ;;
        "uv "*)
            command -v "$candidate"
            return
            ;;
        esac
    done
    # The one entry of the lock, with its hashes: up to the first line that is not continued.
    sed -n '/^uv==/,/[^\\]$/p' requirements.txt >"$scratch/uv.txt"
    for any_python in "$python" python3 python; do
        if fetch_uv "$any_python" >>"$log" 2>&1; then
            echo "$scratch/uv/bin/uv"
            return
        fi
    done
    tail -n 5 "$log" >&2
    fail "the installer uv could not be fetched. Check the network; on Debian and Ubuntu the
package python3-venv may be missing. An uv that is on PATH by any other means is used."
}

# With a virtual environment, or where a distribution has left venv out, with pip itself.
fetch_uv() {
    { "$1" -m venv "$scratch/uv" &&
        "$scratch/uv/bin/python" -m pip install --require-hashes -r "$scratch/uv.txt"; } ||
        "$1" -m pip install --target "$scratch/uv" --upgrade --require-hashes -r "$scratch/uv.txt"
}

# uv does not read pip's configuration: a mirror or a private index named there would be passed over.
follow_pip_configuration() {
    [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ] || return 0
    index=${PIP_INDEX_URL:-$("$python" -m pip config get 'global.index-url' 2>/dev/null || true)}
    [ -z "$index" ] || export UV_DEFAULT_INDEX="$index"
}

install() {
    rm -f "$stamp"
    python=$(find_python)
    uv=$(find_uv)
    follow_pip_configuration
    # The machine's certificates, so that it works behind a company's proxy (older uv: NATIVE_TLS).
    export UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true
    export UV_PYTHON_DOWNLOADS=never
    if ! environment_works; then
        if [ "$uv" = .venv/bin/uv ]; then # about to be removed with the rest
            cp "$uv" "$scratch/kept-uv"
            uv=$scratch/kept-uv
        fi
        rm -rf .venv
        quietly "$uv" venv --python "$python" .venv
        pwd >"$home"
    fi
    # Bytecode now, for everything: in an environment that never writes it, every start would pay.
    quietly "$uv" pip sync --python .venv/bin/python --require-hashes --compile-bytecode \
        requirements.txt
    quietly "$uv" pip install --python .venv/bin/python --no-deps --no-build-isolation -e .
    fingerprint >"$stamp"
}

quietly() {
    "$@" >"$log" 2>&1 && return
    echo >&2
    cat "$log" >&2
    fail "set-up stopped at: $*"
}

# An environment does not survive being moved: its programs name the folder they were made in.
environment_works() {
    [ -f "$home" ] && [ "$(cat "$home")" = "$(pwd)" ] && is_suitable .venv/bin/python
}

# What set-up depends on.
fingerprint() {
    cat pyproject.toml requirements.txt tools/setup.sh | cksum
}

is_up_to_date() {
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(fingerprint)" ] && environment_works
}

if [ "${1:-}" = --python ]; then
    find_python
    exit
fi

if ! is_up_to_date; then
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM
    log=$scratch/log
    began=$(date +%s)
    doing='Setting up loansim (once) ...'
    [ ! -d .venv ] || doing='Bringing .venv up to date ...'
    printf '%-66s' "$doing"
    install
    echo "done, $(($(date +%s) - began)) s"
fi
.venv/bin/python -m compileall -q sim agents dashboard scenarios
