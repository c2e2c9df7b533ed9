#!/usr/bin/env bash
# Everything in one go: installs the peers of other languages, builds, checks, measures, prints. Arguments go to the
# program: `run.sh --rounds 15 --cases 100000`. Nothing is installed outside of `target`.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p target/node
arguments=()

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "XState is left out: node and npm are needed" >&2
elif npm install --silent --no-fund --no-audit --no-package-lock --prefix target/node xstate@5.33.3 >&2; then
  arguments+=(--xstate "$PWD/target/node")
else
  echo "XState is left out: it could not be installed" >&2
fi

if ! command -v python3 >/dev/null; then
  echo "sismic is left out: python3 is needed" >&2
elif [ -x target/venv/bin/python ] || python3 -m venv target/venv >&2; then
  if target/venv/bin/python -m pip install --quiet sismic==1.6.14 >&2; then
    arguments+=(--sismic "$PWD/target/venv/bin/python")
  else
    echo "sismic is left out: it could not be installed" >&2
  fi
else
  echo "sismic is left out: the virtual environment could not be made" >&2
fi

cargo build --release
exec "${CARGO_TARGET_DIR:-target}/release/peers" "${arguments[@]}" "$@"
