#!/usr/bin/env bash
# Measures the quantisation tables of docs/performance.md, in the unpacked GPU suite:
#   ./quantize.sh [OUT]      about five minutes; goes on where it was cut off
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "${1:-.}" && cd "${1:-.}" && pwd)
commit=$(cat "$here/commit")
export GQ_RUNTIME_LIB="$here/lib/libgq_runtime.so"
cd "$here/bench"
ours() { # FILE, arguments of gq-bench
  echo "== $1"
  "$here/bin/gq-bench" --quiet --resume --commit "$commit" --json "$out/$1.json" "${@:2}"
}
peers() { # FILE, arguments of peers.py
  echo "== $1"
  python3 "$here/peers.py" --resume --commit "$commit" --json "$out/$1.json" --bundles . \
    --facts programs.json "${@:2}" 2> "$out/$1.log" || { cat "$out/$1.log"; return 1; }
}
ours bench-h100-quantize-n16384 quantize_*_n16384.gqb --sizes 16384
ours bench-h100-quantize-n28672 quantize_*_n28672.gqb --sizes 8192
ours bench-h100-quantize-n8192 quantize_*_n8192.gqb --sizes 512,1024,2048,4096,8192
ours bench-h100-quantize-n7168 quantize_*_n7168.gqb --sizes 4096
ours any-h100 any_*.gqb --sizes 16384x16384,16384x16376,16384x16383
ours decode-h100 decode_1x128.gqb decode_128x128.gqb decode_256x256.gqb --rounds 20 --rep-ms 30
ours decode-h100-any decode_*_any.gqb --sizes 16 --rounds 20 --rep-ms 30
for block in 1x128 128x128 256x256; do
  ours "formats-h100-$block" format_${block}_{base,e5m2,i8,f16,e8m0,mmajor}.gqb --sizes 16384
  ours "formats-h100-$block-f32" "format_${block}_f32.gqb" --sizes 16384
  ours "formats-h100-$block-dual" format_${block}_dual*.gqb --sizes 16384
done
for n in 8192 16384; do
  peers "strategies-h100-n$n" --quantize "one_pass_n$n,two_*_n$n" --sizes "${n}x$n" --peers triton
  peers "bench-h100-peers-n$n" --quantize "quantize_*_n$n" --sizes "${n}x$n" \
    --peers torch,torch.compile,triton
done
