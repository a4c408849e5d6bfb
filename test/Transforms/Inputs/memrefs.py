#!/usr/bin/env python3
"""Runs every pass of ours on every gq op on memrefs: in a function, in a kernel,
in a loop over tiles with a loop over K, and in a math region.

An op on memrefs has no results. A pass leaves it alone or refuses it in words that
say memrefs; anything else (a signal, an error about something else) is a fault.
"""
import re
import subprocess
import sys

SCALES = "scales(%s block [1, 128])"
OPS = {
    "block_absmax": "gq.block_absmax %x block [1, 128] outs(%s : memref<64x2xf32>) {CONFIG} : memref<64x256xbf16>",
    "absmax_to_scale": "gq.absmax_to_scale %s to f8E4M3FN outs(%s : memref<64x2xf32>) : memref<64x2xf32>",
    "scaled_cast": f"gq.scaled_cast %x {SCALES} outs(%q : memref<64x256xf8E4M3FN>) {{CONFIG}} : memref<64x256xbf16>, memref<64x2xf32>",
    "dequantize": f"gq.dequantize %q {SCALES} outs(%x : memref<64x256xbf16>) {{CONFIG}} : memref<64x256xf8E4M3FN>, memref<64x2xf32>",
    "quantize": "gq.quantize %x block [1, 128] outs(%q, %s : memref<64x256xf8E4M3FN>, memref<64x2xf32>) {CONFIG} : memref<64x256xbf16>",
    "scaled_matmul": "gq.scaled_matmul %q, %q scales(%s block [1, 128], %s block [1, 128]) outs(%d : memref<64x64xf32>) {CONFIG} : memref<64x256xf8E4M3FN>, memref<64x256xf8E4M3FN>, memref<64x2xf32>, memref<64x2xf32>",
    "unscaled_matmul": "gq.scaled_matmul %x, %x outs(%d : memref<64x64xf32>) {CONFIG} : memref<64x256xbf16>, memref<64x256xbf16>",
}
ARGS = "%x: memref<64x256xbf16>, %q: memref<64x256xf8E4M3FN>, %s: memref<64x2xf32>, %d: memref<64x64xf32>"
PLACES = {
    "function": "func.func @f(ARGS) {\n OP\n return\n}",
    "kernel": "gpu.module @m {\ngqgpu.kernel @k(ARGS) {\n OP\n gqgpu.return\n}\n}",
    "loop": """gpu.module @m {
gqgpu.kernel @k(ARGS) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c64 = arith.constant 64 : index
  gqgpu.tile_loop (%i) to (%c64) step [64] persistent {
    scf.for %k = %c0 to %c1 step %c1 {
      OP
    }
    gqgpu.yield
  }
  gqgpu.return
}
}""",
}


def run(command, text):
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode == 0:
        return "left alone"
    if result.returncode == 1 and "memref" in result.stderr and "error:" in result.stderr:
        return "refused"
    return f"exit code {result.returncode}: {result.stderr.strip()[:300]}"


def main():
    configs = dict(pair.split("=", 1) for pair in sys.argv[1:])
    listing = subprocess.run(["gq-opt", "--help"], capture_output=True, text=True).stdout
    # gq-serialize is for what the conversion leaves, which has no gq ops.
    passes = sorted({"gq-serialize"} ^ set(re.findall(r"--((?:gq-|convert-gqgpu-)[a-z0-9-]+)", listing)))
    faults = 0
    for name in passes + ["canonicalize", "one-shot-bufferize", "cse"]:
        counts = {"left alone": 0, "refused": 0}
        for op, text in OPS.items():
            for place, frame in PLACES.items():
                config = configs["matmul" if op.endswith("matmul") else "quantize"]
                for attributes in ("", config):
                    if attributes and "CONFIG" not in text:
                        continue
                    code = text.replace("{CONFIG}", "{config = %s}" % attributes if attributes else "")
                    source = frame.replace("OP", code).replace("ARGS", ARGS)
                    outcome = run(["gq-opt", f"--{name}", "--mlir-print-op-on-diagnostic=false"], source)
                    if outcome in counts:
                        counts[outcome] += 1
                    else:
                        faults += 1
                        print(f"{name}, {op} in a {place} {attributes}: {outcome}")
        print(f"{name}: {counts['refused']} refused, {counts['left alone']} left alone")
    print(f"{len(passes)} passes, {faults} faults")


if __name__ == "__main__":
    main()
