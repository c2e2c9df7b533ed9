#!/usr/bin/env bash
# Instructions per event of workload A, by callgrind: two runs of different length, start-up subtracted.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --package caseloop-benches --bin workload-a
binary="${CARGO_TARGET_DIR:-target}/release/workload-a"
count() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" "$1" 2>&1 >/dev/null |
    sed -n 's/.*Collected : *//p'
}
short=$(count 1000)
long=$(count 3000)
echo "instructions per event: $(((long - short) / (2000 * 14))) (a life of 14 events and its start: $(((long - short) / 2000)))"
