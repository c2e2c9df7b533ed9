#!/usr/bin/env bash
# Business hours beside a walk over days and beside Python libraries: installs these, builds, checks, measures, prints.
# Arguments go to the program: `calendar.sh --rounds 15`. Nothing is installed outside of `target`.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p target
arguments=(--folder "$PWD/target")

if ! command -v python3 >/dev/null; then
  echo "the Python libraries are left out: python3 is needed" >&2
elif [ -x target/venv/bin/python ] || python3 -m venv target/venv >&2; then
  if target/venv/bin/python -m pip install --quiet pandas==3.1.1 businesstimedelta==1.0.1 pytz==2026.6 >&2; then
    arguments+=(--python "$PWD/target/venv/bin/python")
  else
    echo "the Python libraries are left out: they could not be installed" >&2
  fi
else
  echo "the Python libraries are left out: the virtual environment could not be made" >&2
fi

cargo build --release --bin calendar
exec "${CARGO_TARGET_DIR:-target}/release/calendar" "${arguments[@]}" "$@"
