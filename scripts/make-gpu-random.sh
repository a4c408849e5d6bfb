#!/usr/bin/env bash
# Packs the random programs (test/Random) for a machine with a Hopper GPU, without LLVM:
# a bundle for each, the runtime, and the Python that makes inputs, launches and judges.
# Folders are as in the tree.
#   scripts/make-gpu-random.sh BUILD [JOBS]   ->   dist/gridquant-gpu-random.tar.xz
set -euo pipefail
build=${1:?usage: make-gpu-random.sh BUILD [JOBS]}
jobs=${2:-$(nproc)}
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
suite=$stage/gridquant-gpu-random
mkdir -p "$suite"/test/{Random,Matrix,gpu} "$suite"/{lib,python} dist
# Refusals that README.md does not know are errors there.
status=0
"$(scripts/find-python.sh)" test/Random/random_programs.py compile "$build/bin/gq-compile" \
  "$suite/test/Random/bundles" --jobs "$jobs" || status=$?
cp test/Random/*.py "$suite/test/Random/"
cp test/Matrix/*.py "$suite/test/Matrix/"
cp test/gpu/watchdog.py "$suite/test/gpu/"
cp -r python/gridquant python/gridquant_programs.py "$suite/python/"
rm -rf "$suite"/python/gridquant/__pycache__
cp -L "$build/lib/libgq_runtime.so" "$suite/lib/"
strip "$suite/lib/libgq_runtime.so"
git rev-parse --short HEAD > "$suite/commit" 2> /dev/null || true
archive=dist/gridquant-gpu-random.tar.xz
tar -C "$stage" -cf - gridquant-gpu-random | xz -T"$jobs" > $archive.tmp
mv $archive.tmp $archive
ls -l $archive | awk '{print $9 ": " $5 " bytes"}'
echo "on the GPU machine: tar xf gridquant-gpu-random.tar.xz && python3 gridquant-gpu-random/test/Random/gpu.py"
exit $status
