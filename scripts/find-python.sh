#!/usr/bin/env bash
# Prints the Python that the tests use: 3.9 or later, with numpy. The project's own
# .venv comes first, then python3 on PATH, then the system's. Fails, printing
# nothing, when there is none.
set -u
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for python in "$root/.venv/bin/python3" "$(command -v python3)" /usr/bin/python3; do
  if [ -x "$python" ] && "$python" -c \
      'import sys, numpy; sys.exit(sys.version_info < (3, 9))' 2>/dev/null; then
    echo "$python"
    exit 0
  fi
done
exit 1
