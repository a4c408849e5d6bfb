#!/usr/bin/env bash
# Installs JAX for the CPU into .venv: the build takes the headers of XLA's FFI from it, for
# libgq_jax, and the tests of gridquant.jax run. Says nothing when it is there; fails with what to
# do when it cannot be had.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$("$root/scripts/find-python.sh") || { echo "setup-jax: no Python, run make setup" >&2; exit 1; }
"$python" -c 'import importlib.util as u, sys; sys.exit(not all(map(u.find_spec, ("jax", "jaxlib"))))' && exit 0
[ -d "$root/.venv" ] || "$python" -m venv --system-site-packages "$root/.venv" || exit 1
echo "setup-jax: installing JAX into .venv"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if "$root/.venv/bin/python3" -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 \
    jax numpy ml_dtypes pytest >"$log" 2>&1; then
  exit 0
fi
tail -n 3 "$log" >&2
echo "setup-jax: JAX could not be installed, as without network; libgq_jax and its tests are left out." >&2
echo "setup-jax: by hand: $root/.venv/bin/python3 -m pip install jax" >&2
exit 1
