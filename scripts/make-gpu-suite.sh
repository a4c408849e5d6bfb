#!/usr/bin/env bash
# Packs what a machine with a Hopper GPU needs to run the GPU suite, without LLVM:
# compiled bundles of the checks and of the benchmarks, the runtime, the CPU
# reference, and the Python that drives them.
#   scripts/make-gpu-suite.sh BUILD   ->   dist/gridquant-gpu-suite.tar.xz
set -euo pipefail
build=${1:?usage: make-gpu-suite.sh BUILD}
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
suite=$stage/gridquant-gpu-suite
mkdir -p "$suite/bundles" "$suite/bench" "$suite/lib" "$suite/python" dist
python3 test/gpu/programs.py "$stage/bundles"
python3 benchmarks/quantize_programs.py "$stage/bench"
count=$(ls "$stage"/bundles/*.mlir "$stage"/bench/*.mlir | wc -l)
done=0
for program in "$stage"/{bundles,bench}/*.mlir; do
  folder=$(basename "$(dirname "$program")")
  name=$(basename "$program" .mlir)
  "$build/bin/gq-compile" "$program" --emit=bundle -o "$suite/$folder/$name.gqb"
  done=$((done + 1))
  printf '\rcompiling: %d of %d' "$done" "$count" >&2
done
echo >&2
cp "$stage/bundles/programs.json" test/gpu/*.py test/gpu/run.sh benchmarks/*.py "$suite/"
cp "$stage/bench/programs.json" "$suite/bench/"
cp benchmarks/quantize.sh "$suite/"
cp -r python/gridquant "$suite/python/"
rm -rf "$suite"/python/gridquant/__pycache__
for library in gq_runtime gq_reference gq_bench; do
  cp -L "$build/lib/lib$library.so" "$suite/lib/"
  strip "$suite/lib/lib$library.so"
  # Python opens the one, gq-bench was linked to the other. No link: some ways to
  # carry files drop those.
  cp "$suite/lib/lib$library.so" "$suite/lib/lib$library.so.1"
done
mkdir "$suite/bin"
for tool in gq-bench gq-stress; do
  cp "$build/bin/$tool" "$suite/bin/"
  strip "$suite/bin/$tool"
done
git rev-parse --short HEAD > "$suite/commit" 2> /dev/null || true
tar -C "$stage" -cJf dist/gridquant-gpu-suite.tar.xz.tmp gridquant-gpu-suite
mv dist/gridquant-gpu-suite.tar.xz.tmp dist/gridquant-gpu-suite.tar.xz
ls -l dist/gridquant-gpu-suite.tar.xz | awk '{print $9 ": " $5 " bytes"}'
echo "on the GPU machine: tar xf gridquant-gpu-suite.tar.xz && gridquant-gpu-suite/run.sh"
