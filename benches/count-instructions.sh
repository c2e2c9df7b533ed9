#!/usr/bin/env bash
# Instructions of workload A by callgrind: per event, and per whole life (made, started, 14 events, dropped).
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --package caseloop-benches --bin workload-a
binary="${CARGO_TARGET_DIR:-target}/release/workload-a"
count() {
  valgrind --tool=callgrind "--toggle-collect=*kernel::step_into*" --callgrind-out-file=/dev/null "$binary" "$@" 2>&1 >/dev/null |
    sed -n 's/.*Collected : *//p'
}
started=$(count 3000 0)
short=$(count 1000)
long=$(count 3000)
echo "instructions per event: $(((long - started) / (3000 * 14)))"
echo "instructions per life:  $(((long - short) / 2000))"
