// Kernels that begin before the one in front has completed: what a quantisation
// leaves, a product reads behind its wait; weights it loads before. All passes leave
// what computes the same, and what comes too early is reported, by the simulator
// and by gq-verify-protocol.
// RUN: gq-run %s --m=70 --stages --interleavings=3 | FileCheck %s --check-prefix=STAGES
// STAGES: after gq-mark-dependent: simulated  2 launches
// STAGES-NEXT: passed
// STAGES: after gq-split-constants: simulated  2 launches
// STAGES-NEXT: passed
// STAGES: after gq-place-dependency: simulated  2 launches
// STAGES-NEXT: passed

// RUN: gq-opt %s --gq-lower-to-tiles=max-variants=1 --gq-lower-to-kernels --gq-lower-to-roles --gq-lower-to-fragments -o %t.right
// RUN: FileCheck %s --input-file=%t.right
// CHECK: gqgpu.kernel @linear_quantize({{.*}}) attributes {cluster
// CHECK-NEXT: gqgpu.dependency_trigger
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.kernel @linear_matmul({{.*}}: memref<128x256xf8E4M3FN> {gq.constant}, {{.*}}: memref<1x2xf32> {gq.constant}, {{.*}}) attributes {cluster = 1 : i64, dependent,
// CHECK: filled_by ["tma", "constants", "copy"] arrivals 34
// CHECK: gqgpu.role "math"
// CHECK: gqgpu.dependency_wait
// CHECK-NEXT: gqgpu.tile_loop
// CHECK: gqgpu.role "tma"
// CHECK-NEXT: gqgpu.dependency_wait
// CHECK: gqgpu.acquire {{.*}} bytes
// CHECK: gqgpu.role "constants"
// CHECK-NOT: gqgpu.dependency_wait
// CHECK: gqgpu.acquire {{.*}} bytes
// CHECK-NEXT: gqgpu.tma_load
// CHECK-NEXT: gqgpu.commit
// CHECK: gqgpu.launch @linear_kernels::@linear_quantize
// CHECK: gqgpu.launch dependent @linear_kernels::@linear_matmul
// RUN: gq-run %t.right --backend=simulate --m=70 --interleavings=9 --reference=%s | FileCheck %s --check-prefix=RIGHT
// RIGHT: passed

// DEFINE: %{name} =
// DEFINE: %{dynamic} = not gq-run %t.%{name} --backend=simulate --m=70 --reference=%s 2>&1 | FileCheck %s --check-prefix=%{name}
// DEFINE: %{static} = not gq-opt %t.%{name} --gq-verify-protocol --mlir-print-op-on-diagnostic=false -o /dev/null 2>&1 | FileCheck %s --check-prefix=%{name}-STATIC

// A role that does not wait, whatever the others do.
// REDEFINE: %{name} = LOADS
// RUN: sed '/role "tma"/{n;d;}' %t.right > %t.LOADS
// RUN: %{dynamic}
// RUN: %{static}
// LOADS: error: 'gqgpu.tma_load' op reads argument 0 of the kernel before the tma role has waited for the kernel in front, which may still write it
// LOADS-STATIC: error: 'gqgpu.tma_load' op reads argument 0 of the kernel, which the kernel in front may still write; expects a gqgpu.dependency_wait before it in the tma role

// A result that is written while the kernel in front may still read there.
// REDEFINE: %{name} = STORES
// RUN: sed '/role "math"/,/dependency_wait/{/dependency_wait/d;}' %t.right > %t.STORES
// RUN: %{dynamic}
// RUN: %{static}
// STORES: error: 'gqgpu.{{.*}}store{{.*}}' op writes argument 4 of the kernel before math group {{[01]}} has waited for the kernel in front, which may still read or write it
// STORES-STATIC: error: 'gqgpu.{{.*}}store{{.*}}' op writes argument 4 of the kernel, which the kernel in front may still read or write; expects a gqgpu.dependency_wait before it in the math role

// A load before the wait of what is not known to be constant.
// REDEFINE: %{name} = CHANGING
// RUN: sed '/gqgpu.kernel/s/memref<128x256xf8E4M3FN> {gq.constant}/memref<128x256xf8E4M3FN>/' %t.right > %t.CHANGING
// RUN: %{dynamic}
// RUN: %{static}
// CHANGING: error: 'gqgpu.tma_load' op reads argument 1 of the kernel before the constants role has waited for the kernel in front, which may still write it
// CHANGING-STATIC: error: 'gqgpu.tma_load' op reads argument 1 of the kernel, which the kernel in front may still write; expects a gqgpu.dependency_wait before it in the constants role

// Bytes of a role that says those of another.
// REDEFINE: %{name} = BYTES
// RUN: sed '/role "constants"/,/acquire/s/bytes 16384/bytes 8192/' %t.right > %t.BYTES
// RUN: %{dynamic}
// RUN: %{static}
// BYTES: error: {{.*}} bytes
// BYTES-STATIC: error: 'gqgpu.acquire' op expects 8192 bytes, the loads into the slot bring 16384

// An option says it of functions that do not.
// RUN: sed 's/gq.dependent_launch = "within"//' %s | gq-compile - --dependent-launch=within --emit=ptx -o - | FileCheck %s --check-prefix=PTX
// PTX: griddepcontrol.launch_dependents
// PTX: griddepcontrol.wait
// RUN: sed 's/gq.dependent_launch = "within"//' %s | gq-compile - --emit=ptx -o - | FileCheck %s --check-prefix=PLAIN
// PLAIN: .entry linear_matmul
// PLAIN-NOT: griddepcontrol
// RUN: not gq-compile %s --dependent-launch=always -o /dev/null 2>&1 | FileCheck %s --check-prefix=WORD
// WORD: error: expects a dependent-launch of none, within or callers, got 'always'

// In the bundle the second launch says so, and the first one does if the caller
// wants it to.
// RUN: gq-compile %s --max-variants=1 -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=BUNDLE
// BUNDLE: kernel linear_quantize
// BUNDLE-NEXT: smem {{[0-9]+}}{{$}}
// BUNDLE: kernel linear_matmul
// BUNDLE-NEXT: smem {{[0-9]+}} dependent{{$}}
// RUN: sed 's/"within"/"callers"/' %s | gq-compile - --max-variants=1 -o %t.gqb && gq-bundle info %t.gqb | FileCheck %s --check-prefix=CALLERS
// CALLERS: kernel linear_quantize
// CALLERS-NEXT: smem {{[0-9]+}} dependent{{$}}
// CALLERS: kernel linear_matmul
// CALLERS-NEXT: smem {{[0-9]+}} dependent{{$}}
func.func @linear(%x: tensor<?x256xbf16>, %w: tensor<128x256xf8E4M3FN> {gq.constant},
                  %ws: tensor<1x2xf32> {gq.constant}) -> tensor<?x128xbf16>
    attributes {gq.dependent_launch = "within"} {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : bf16
  %m = tensor.dim %x, %c0 : tensor<?x256xbf16>
  %exq = tensor.empty(%m) : tensor<?x256xf8E4M3FN>
  %exs = tensor.empty(%m) : tensor<?x2xf32>
  %xq, %xs = gq.quantize %x block [1, 128]
               outs(%exq, %exs : tensor<?x256xf8E4M3FN>, tensor<?x2xf32>)
               : tensor<?x256xbf16> -> tensor<?x256xf8E4M3FN>, tensor<?x2xf32>
  %ey = tensor.empty(%m) : tensor<?x128xbf16>
  %init = linalg.fill ins(%zero : bf16) outs(%ey : tensor<?x128xbf16>) -> tensor<?x128xbf16>
  %y = gq.scaled_matmul %xq, %w scales(%xs block [1, 128], %ws block [128, 128])
         outs(%init : tensor<?x128xbf16>)
         : tensor<?x256xf8E4M3FN>, tensor<128x256xf8E4M3FN>,
           tensor<?x2xf32>, tensor<1x2xf32> -> tensor<?x128xbf16>
  return %y : tensor<?x128xbf16>
}
