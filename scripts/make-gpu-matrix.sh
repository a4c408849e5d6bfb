#!/usr/bin/env bash
# Packs the matrix of products (test/Matrix) for a machine with a Hopper GPU, without LLVM:
# a bundle for each, the runtime, and the Python that launches and judges them.
#   scripts/make-gpu-matrix.sh BUILD [JOBS]   ->   dist/gridquant-gpu-matrix.tar.xz
set -euo pipefail
build=${1:?usage: make-gpu-matrix.sh BUILD [JOBS]}
jobs=${2:-$(nproc)}
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
suite=$stage/gridquant-gpu-matrix
mkdir -p "$suite"/{matrix,lib,python} dist
# Refusals that README.md does not know are errors there.
status=0
"$(scripts/find-python.sh)" test/Matrix/matrix.py compile "$build/bin/gq-compile" \
  "$suite/matrix/bundles" --jobs "$jobs" || status=$?
cp test/Matrix/*.py test/gpu/watchdog.py "$suite/matrix/"
cp -r python/gridquant python/gridquant_programs.py "$suite/python/"
rm -rf "$suite"/python/gridquant/__pycache__
cp -L "$build/lib/libgq_runtime.so" "$suite/lib/"
strip "$suite/lib/libgq_runtime.so"
git rev-parse --short HEAD > "$suite/commit" 2> /dev/null || true
archive=dist/gridquant-gpu-matrix.tar.xz
tar -C "$stage" -cf - gridquant-gpu-matrix | xz -T"$jobs" > $archive.tmp
mv $archive.tmp $archive
ls -l $archive | awk '{print $9 ": " $5 " bytes"}'
echo "on the GPU machine: tar xf gridquant-gpu-matrix.tar.xz && python3 gridquant-gpu-matrix/matrix/gpu.py"
exit $status
