#!/bin/sh
# Makes .venv and installs what requirements.lock names, each checked by its hash, and
# then Plenary itself. Called by `make setup`; a second call repairs and renews.
set -eu
cd "$(dirname "$0")/.."

PYTHON="${PYTHON:-python3}"

say() {
    printf '%s\n' "$*" >&2
}

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    say "Plenary needs Python 3.11 or newer, and '$PYTHON' is not. Set PYTHON=… to one that is."
    exit 1
fi

# Debian keeps ensurepip in a package of its own.
if ! "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        say "Installing python3-venv."
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
            python3-venv >/dev/null
    else
        say "This Python cannot make virtual environments."
        say "Install its venv package (on Debian, as root: apt-get install python3-venv)."
        exit 1
    fi
fi

# A .venv that was moved, or whose Python is gone, is made anew.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "Making .venv."
    rm -rf .venv
    "$PYTHON" -m venv .venv
fi

say "Installing what requirements.lock names (about a minute the first time)."
# -qq: errors only.
PYTHONWARNINGS=ignore
PIP_DISABLE_PIP_VERSION_CHECK=1
PIP_NO_INPUT=1
export PYTHONWARNINGS PIP_DISABLE_PIP_VERSION_CHECK PIP_NO_INPUT
.venv/bin/python -m pip install -qq --require-hashes -r requirements.lock
.venv/bin/python -m pip install -qq --no-deps --no-build-isolation -e .
