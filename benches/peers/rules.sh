#!/usr/bin/env bash
# Rules beside other engines: installs json-rules-engine, builds, checks, measures, prints. Arguments go to the program:
# `rules.sh --rounds 15`. Nothing is installed outside of `target`.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p target/node
arguments=(--folder "$PWD/target")

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "json-rules-engine is left out: node and npm are needed" >&2
elif npm install --silent --no-fund --no-audit --no-package-lock --prefix target/node json-rules-engine@7.3.1 >&2; then
  arguments+=(--node "$PWD/target/node")
else
  echo "json-rules-engine is left out: it could not be installed" >&2
fi

cargo build --release --features rules --bin rules
exec "${CARGO_TARGET_DIR:-target}/release/rules" "${arguments[@]}" "$@"
