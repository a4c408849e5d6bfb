#!/usr/bin/env bash
# Runs everything of the GPU suite and prints a summary: run.sh [output folder]
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-.}
mkdir -p "$out"
export GQ_RUNTIME_LIB="$here/lib/libgq_runtime.so" GQ_REFERENCE_LIB="$here/lib/libgq_reference.so"
failed=0
python3 "$here/suite.py" all --out "$out" || failed=1
# Random numbers of rows, one launch behind the other; two minutes at most.
timeout 300 "$here/bin/gq-stress" --timeout 60 "$here"/bundles/matmul_stress_*.gqb \
  "$here/bundles/linear.gqb" || failed=1
if command -v compute-sanitizer > /dev/null; then
  # One program of each kind; racecheck is slow, so it gets the fewest.
  few=quantize_bf16_f8E4M3FN_*,quantize_wide_1x128,quantize_odd_3x7,quantize_dual_wide_*,quantize_slabs_*,quantize_two_32x32,elementwise_f16_f32_odd,matmul_split_k_f16,matmul_128x128,matmul_1x128_128x128,matmul_bias_relu,batch_matmul_m100,grouped_matmul_m100,batch_quantize_*
  for tool in memcheck racecheck synccheck; do
    if timeout 300 compute-sanitizer --tool "$tool" --error-exitcode 9 \
        --kernel-name-exclude kernel_substring=at:: \
        python3 "$here/suite.py" small --only "$few" --out "$out" \
        > "$out/sanitizer-$tool.log" 2>&1; then
      echo "compute-sanitizer $tool: clean, $(tail -n 3 "$out/sanitizer-$tool.log" | grep passed)"
    else
      echo "compute-sanitizer $tool: errors, see $out/sanitizer-$tool.log"
      grep -E "=========|passed" "$out/sanitizer-$tool.log" | head -20
      failed=1
    fi
  done
else
  echo "compute-sanitizer is not installed: skipped"
fi
exit $failed
