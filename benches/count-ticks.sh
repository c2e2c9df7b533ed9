#!/usr/bin/env bash
# Instructions of a tick in which 100 cases are due, by callgrind, among more and more open ones: the index's depth is all
# that grows.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --package caseloop-benches --bin open-cases
binary="${CARGO_TARGET_DIR:-target}/release/open-cases"
for cases in 1000 100000 1000000; do
  count=$(valgrind --tool=callgrind "--toggle-collect=*OpenCases::tick*" --callgrind-out-file=/dev/null "$binary" "$cases" 100 2>&1 >/dev/null |
    sed -n 's/.*Collected : *//p')
  echo "$cases open cases, 100 due: $count instructions"
done
