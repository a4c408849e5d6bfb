#!/usr/bin/env bash
# The main job on data made here: a linear layer quantised on the fly, bf16 to bf16,
# from .npy files. On the GPU when there is one, else on the CPU reference.
#   scripts/demo.sh BUILD [OUT]
set -euo pipefail
build=${1:?usage: demo.sh BUILD [OUT]}
root=$(cd "$(dirname "$0")/.." && pwd)
out=${2:-$root/demo-out}
python=$("$root/scripts/find-python.sh")
mkdir -p "$out"
rows=256
echo "== inputs: $out/x.npy and $out/w.npy (bf16)"
"$python" "$root/scripts/demo_data.py" make "$out" $rows
echo "== gq-run kernels/linear.mlir"
"$build/bin/gq-run" "$root/kernels/linear.mlir" --entry linear \
  --input "$out/x.npy" --input "$out/w.npy" --output "$out/y.npy" --repeat 5 --check
echo "== against x . w^T in f64, without quantisation"
"$python" "$root/scripts/demo_data.py" compare "$out"
echo "== the kernels, as a bundle"
"$build/bin/gq-compile" "$root/kernels/linear.mlir" --emit=bundle -o "$out/linear.gqb"
"$build/bin/gq-bundle" info "$out/linear.gqb" | grep -E '^(function|image)|^ *kernel '
