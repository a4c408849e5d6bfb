#!/usr/bin/env bash
# Packs what a machine with a Hopper GPU and torch needs to run the torch tests and the benchmark,
# without LLVM: the package, the runtime, the CPU reference, and all bundles, compiled. The tests
# with JAX and CuPy are there too, and run where these are.
#   scripts/make-torch-suite.sh BUILD [TARGET]   ->   dist/gridquant-torch-suite.tar.xz
set -euo pipefail
build=$(cd "${1:?usage: make-torch-suite.sh BUILD [TARGET]}" && pwd)
target=${2:-h200}
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
python=$(scripts/find-python.sh)
"$python" -c 'import torch' || { echo "make-torch-suite: $python has no torch, run make setup-torch" >&2; exit 1; }
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
suite=$stage/gridquant-torch-suite
mkdir -p "$suite/python" "$suite/lib" dist
cp -r python/gridquant "$suite/python/"
find "$suite/python" -name __pycache__ -prune -exec rm -r {} +
cp python/tests/gpu_{checks,torch,calls,jax,cupy}.py python/tests/with_torch/sharded.py benchmarks/torch_mlp.py "$suite/"
for library in gq_runtime gq_reference; do
  cp -L "$build/lib/lib$library.so" "$suite/lib/"
  strip "$suite/lib/lib$library.so"
done
if [ -e "$build/lib/libgq_jax.so" ]; then
  cp "$build/lib/libgq_jax.so" "$suite/lib/"
  strip "$suite/lib/libgq_jax.so"
else
  echo "make-torch-suite: without JAX, run make setup-jax and build again for its tests"
  rm "$suite/gpu_jax.py"
fi
export PYTHONPATH=$root/python PYTHONDONTWRITEBYTECODE=1 GQ_COMPILE=$build/bin/gq-compile
export GQ_REFERENCE_LIB=$build/lib/libgq_reference.so
"$python" python/tests/gpu_torch.py --precompile "$suite/bundles" --target "$target"
"$python" python/tests/gpu_cupy.py --precompile "$suite/bundles" --target "$target"
if [ -e "$suite/gpu_jax.py" ]; then
  GQ_JAX_LIB=$suite/lib/libgq_jax.so "$python" python/tests/gpu_jax.py --precompile "$suite/bundles" --target "$target"
fi
"$python" python/tests/with_torch/sharded.py --precompile "$suite/bundles" --target "$target"
"$python" benchmarks/torch_mlp.py --precompile "$suite/bundles" --target "$target"
git rev-parse --short HEAD > "$suite/commit" 2> /dev/null || true
cat > "$suite/run.sh" <<'RUN'
#!/usr/bin/env bash
# run.sh [OPTIONS OF torch_mlp.py]: the torch tests, those of two GPUs where there are two, those
# with JAX and CuPy where these are, then the benchmark into mlp.json.
# run.sh --only torch|jax|cupy [OPTIONS]: one of the tests.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
export PYTHONPATH=$here/python GQ_CACHE_DIR=$here/bundles GQ_COMPILE=
export GQ_RUNTIME_LIB=$here/lib/libgq_runtime.so GQ_REFERENCE_LIB=$here/lib/libgq_reference.so
export GQ_JAX_LIB=$here/lib/libgq_jax.so
if [ "${1:-}" = --only ]; then
  name=${2:?"--only needs torch, jax or cupy"}
  shift 2
  exec python3 "$here/gpu_$name.py" "$@"
fi
python3 "$here/gpu_torch.py"
status=$?
python3 "$here/gpu_cupy.py" || status=1
if [ -e "$here/gpu_jax.py" ]; then
  python3 "$here/gpu_jax.py" || status=1
  python3 "$here/gpu_jax.py" --uncaptured || status=1
else
  echo "gpu_jax.py: skipped, the suite was made without JAX"
fi
if [ "$(nvidia-smi --list-gpus | wc -l)" -gt 1 ]; then
  meeting=$(mktemp -d)
  timeout 120 python3 "$here/sharded.py" "$meeting" cuda || status=1
  rm -r "$meeting"
else
  echo "sharded.py: skipped, needs two GPUs"
fi
python3 "$here/torch_mlp.py" --json "${OUT:-$here}/mlp.json" "$@" || status=1
exit $status
RUN
chmod +x "$suite/run.sh"
tar -C "$stage" -cJf dist/gridquant-torch-suite.tar.xz.tmp gridquant-torch-suite
mv dist/gridquant-torch-suite.tar.xz.tmp dist/gridquant-torch-suite.tar.xz
ls -l dist/gridquant-torch-suite.tar.xz | awk '{print $9 ": " $5 " bytes"}'
echo "on the GPU machine: tar xf gridquant-torch-suite.tar.xz && gridquant-torch-suite/run.sh"
