#!/usr/bin/env bash
# Installs torch and safetensors into .venv, for the tests of gridquant.torch. The build without
# CUDA where its index can be reached, a tenth of the size, else that of PyPI (3 GB installed).
# Says nothing when they are there; fails with what to do when they cannot be had.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$("$root/scripts/find-python.sh") || { echo "setup-torch: no Python, run make setup" >&2; exit 1; }
"$python" -c 'import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ("torch", "safetensors"))))' &&
  exit 0
[ -d "$root/.venv" ] || "$python" -m venv --system-site-packages "$root/.venv" || exit 1
pip=("$root/.venv/bin/python3" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15)
echo "setup-torch: installing torch and safetensors into .venv"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if { "${pip[@]}" torch --index-url https://download.pytorch.org/whl/cpu || "${pip[@]}" torch; } >"$log" 2>&1 &&
   "${pip[@]}" safetensors numpy ml_dtypes pytest >>"$log" 2>&1; then
  exit 0
fi
tail -n 3 "$log" >&2
echo "setup-torch: torch could not be installed, as without network; its tests are skipped." >&2
echo "setup-torch: by hand: $root/.venv/bin/python3 -m pip install torch safetensors" >&2
exit 1
