// A branch of the host is no code: each launch has the kernels of both regions, and
// the first one whose condition holds runs.
// RUN: rm -rf %t && split-file %s %t
// RUN: gq-compile %t/good.mlir -o %t/good.gqb
// RUN: gq-bundle extract %t/good.gqb --image=metadata -o - | FileCheck %t/good.mlir
// RUN: gq-bundle info %t/good.gqb | FileCheck %t/good.mlir --check-prefix=INFO
// RUN: gq-compile %t/count.mlir -o %t/count.gqb
// RUN: gq-bundle info %t/count.gqb | FileCheck %t/count.mlir
// RUN: not gq-compile %t/buffer.mlir -o %t/out 2>&1 | FileCheck %t/buffer.mlir
// RUN: not gq-compile %t/sizes.mlir -o %t/out 2>&1 | FileCheck %t/sizes.mlir
// RUN: not gq-compile %t/value.mlir -o %t/out 2>&1 | FileCheck %t/value.mlir
// RUN: not gq-compile %t/overwritten.mlir -o %t/out 2>&1 | FileCheck %t/overwritten.mlir
// RUN: not ls %t/out

//--- good.mlir
// Nested branches: of three kernels the last one runs where the others do not. What
// is demanded in a branch is demanded where it is taken.
// CHECK{LITERAL}: "checks":[{"expr":["or",["eq",["gt","arg0.0",16],0],["or",["eq",["le","arg0.0",256],0],["eq",["mod","arg0.0",2],0]]],"message":"even"}
// CHECK-SAME{LITERAL}: "launches":[{"variants":[
// CHECK-SAME{LITERAL}: "kernel":"middle","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"res0","kind":"pointer"}],"smem":0,"when":["and",["gt","arg0.0",16],["le","arg0.0",256]]}
// CHECK-SAME{LITERAL}: "kernel":"large","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"res0","kind":"pointer"}],"smem":0,"when":["gt","arg0.0",16]}
// CHECK-SAME{LITERAL}: "kernel":"small","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"res0","kind":"pointer"}],"smem":0}
// CHECK-SAME{LITERAL}: "name":"nested"
// INFO: launch 0, the first that applies of 3 variants
// INFO-NEXT: kernel middle when and(gt(arg0.0, 16), le(arg0.0, 256))
// INFO: kernel large when gt(arg0.0, 16)
// INFO: kernel small{{$}}

// Two launches in each branch; temporaries of both share one buffer.
// CHECK-SAME{LITERAL}: "launches":[{"variants":[
// CHECK-SAME{LITERAL}: "kernel":"small","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"ws0","kind":"pointer"}],"smem":0,"when":["and",["gt","arg0.0",4],["le","arg0.0",16]]}
// CHECK-SAME{LITERAL}: "kernel":"middle","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"ws0","kind":"pointer"}],"smem":0,"when":["gt","arg0.0",4]}
// CHECK-SAME{LITERAL}: "kernel":"large","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"ws0","kind":"pointer"}],"smem":0}]}
// CHECK-SAME{LITERAL}: {"variants":[
// CHECK-SAME{LITERAL}: "kernel":"small","params":[{"buffer":"ws0","kind":"pointer"},{"buffer":"res0","kind":"pointer"}],"smem":0,"when":["gt","arg0.0",4]}
// CHECK-SAME{LITERAL}: "kernel":"large","params":[{"buffer":"ws0","kind":"pointer"},{"buffer":"res0","kind":"pointer"}],"smem":0}]}
// CHECK-SAME{LITERAL}: "name":"chain"
// CHECK-SAME{LITERAL}: "workspace":[{"name":"ws0","shape":["arg0.0",4],"type":"f32"}]

// Both regions write over what a launch before them has left.
// CHECK-SAME{LITERAL}: "kernel":"small","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"res0","kind":"pointer"}],"smem":0}]}
// CHECK-SAME{LITERAL}: "kernel":"middle","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"res0","kind":"pointer"}],"smem":0,"when":["le","arg0.0",16]}
// CHECK-SAME{LITERAL}: "kernel":"large","params":[{"buffer":"arg0","kind":"pointer"},{"buffer":"res0","kind":"pointer"}],"smem":0}]}]
// CHECK-SAME{LITERAL}: "name":"in_place"
// CHECK-SAME{LITERAL}: "workspace":[]
!t = tensor<?x4xf32>
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"small", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>,
    #gpu.kernel_metadata<"middle", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>,
    #gpu.kernel_metadata<"large", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>
  ]>, assembly = "// ptx of b">]
  func.func @nested(%x: !t) -> !t {
    %c0 = arith.constant 0 : index
    %c2 = arith.constant 2 : index
    %c16 = arith.constant 16 : index
    %c256 = arith.constant 256 : index
    %m = tensor.dim %x, %c0 : !t
    %few = arith.cmpi sgt, %m, %c16 : index
    %r = scf.if %few -> !t {
      %some = arith.cmpi sle, %m, %c256 : index
      %s = scf.if %some -> !t {
        %half = arith.remui %m, %c2 : index
        %even = arith.cmpi eq, %half, %c0 : index
        cf.assert %even, "even"
        %e = tensor.empty(%m) : !t
        %1 = gqgpu.launch @b::@middle ins(%x : !t) outs(%e : !t) -> !t
        scf.yield %1 : !t
      } else {
        %e = tensor.empty(%m) : !t
        %1 = gqgpu.launch @b::@large ins(%x : !t) outs(%e : !t) -> !t
        scf.yield %1 : !t
      }
      scf.yield %s : !t
    } else {
      %e = tensor.empty(%m) : !t
      %1 = gqgpu.launch @b::@small ins(%x : !t) outs(%e : !t) -> !t
      scf.yield %1 : !t
    }
    return %r : !t
  }
  func.func @chain(%x: !t) -> !t {
    %c0 = arith.constant 0 : index
    %c4 = arith.constant 4 : index
    %c16 = arith.constant 16 : index
    %m = tensor.dim %x, %c0 : !t
    %e = tensor.empty(%m) : !t
    %many = arith.cmpi sgt, %m, %c4 : index
    %r = scf.if %many -> !t {
      %some = arith.cmpi sle, %m, %c16 : index
      %s = scf.if %some -> !t {
        %1 = gqgpu.launch @b::@small ins(%x : !t) outs(%e : !t) -> !t
        scf.yield %1 : !t
      } else {
        %1 = gqgpu.launch @b::@middle ins(%x : !t) outs(%e : !t) -> !t
        scf.yield %1 : !t
      }
      %2 = gqgpu.launch @b::@small ins(%s : !t) outs(%e : !t) -> !t
      scf.yield %2 : !t
    } else {
      %1 = gqgpu.launch @b::@large ins(%x : !t) outs(%e : !t) -> !t
      %2 = gqgpu.launch @b::@large ins(%1 : !t) outs(%e : !t) -> !t
      scf.yield %2 : !t
    }
    return %r : !t
  }
  func.func @in_place(%x: !t) -> !t {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %m = tensor.dim %x, %c0 : !t
    %e = tensor.empty(%m) : !t
    %0 = gqgpu.launch @b::@small ins(%x : !t) outs(%e : !t) -> !t
    %few = arith.cmpi sle, %m, %c16 : index
    %r = scf.if %few -> !t {
      %1 = gqgpu.launch @b::@middle ins(%x : !t) outs(%0 : !t) -> !t
      scf.yield %1 : !t
    } else {
      %1 = gqgpu.launch @b::@large ins(%x : !t) outs(%0 : !t) -> !t
      scf.yield %1 : !t
    }
    return %r : !t
  }
}
//--- count.mlir
// The second launch of the else branch launches nothing where the condition holds.
// CHECK: launch 0, the first that applies of 2 variants
// CHECK-NEXT: kernel k when le(arg0.0, 16)
// CHECK-NEXT: grid [arg0.0, 1, 1]
// CHECK: kernel k{{$}}
// CHECK-NEXT: grid [arg0.0, 1, 1]
// CHECK: launch 1{{$}}
// CHECK-NEXT: kernel k{{$}}
// CHECK-NEXT: grid [mul(eq(le(arg0.0, 16), 0), arg0.0), 1, 1]
!t = tensor<?x4xf32>
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>
  ]>, assembly = "// ptx of b">]
  func.func @f(%x: !t) -> !t {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %m = tensor.dim %x, %c0 : !t
    %e = tensor.empty(%m) : !t
    %few = arith.cmpi sle, %m, %c16 : index
    %r = scf.if %few -> !t {
      %1 = gqgpu.launch @b::@k ins(%x : !t) outs(%e : !t) -> !t
      scf.yield %1 : !t
    } else {
      %1 = gqgpu.launch @b::@k ins(%x : !t) outs(%e : !t) -> !t
      %2 = gqgpu.launch @b::@k ins(%1 : !t) outs(%e : !t) -> !t
      scf.yield %2 : !t
    }
    return %r : !t
  }
}
//--- buffer.mlir
!t = tensor<?x4xf32>
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>
  ]>, assembly = "// ptx of b">]
  func.func @f(%x: !t) -> !t {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %m = tensor.dim %x, %c0 : !t
    %e = tensor.empty(%m) : !t
    %few = arith.cmpi sle, %m, %c16 : index
    %0 = gqgpu.launch @b::@k ins(%x : !t) outs(%e : !t) -> !t
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: result 0 is in different buffers in the two branches
    %r = scf.if %few -> !t {
      %1 = gqgpu.launch @b::@k ins(%x : !t) outs(%0 : !t) -> !t
      scf.yield %1 : !t
    } else {
      %1 = gqgpu.launch @b::@k ins(%x : !t) outs(%e : !t) -> !t
      scf.yield %1 : !t
    }
    return %r : !t
  }
}
//--- sizes.mlir
!t = tensor<?x4xf32>
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>
  ]>, assembly = "// ptx of b">]
  func.func @f(%x: !t, %y: !t) -> !t {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %m = tensor.dim %x, %c0 : !t
    %e = tensor.empty(%m) : !t
    %few = arith.cmpi sle, %m, %c16 : index
    %n = tensor.dim %y, %c0 : !t
    %f = tensor.empty(%n) : !t
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: result 0 is of different sizes in the two branches
    %r = scf.if %few -> !t {
      %1 = gqgpu.launch @b::@k ins(%x : !t) outs(%e : !t) -> !t
      scf.yield %1 : !t
    } else {
      %1 = gqgpu.launch @b::@k ins(%y : !t) outs(%f : !t) -> !t
      scf.yield %1 : !t
    }
    return %r : !t
  }
}
//--- value.mlir
!t = tensor<?x4xf32>
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>
  ]>, assembly = "// ptx of b">]
  func.func @f(%x: !t, %y: tensor<i32>) -> !t {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %m = tensor.dim %x, %c0 : !t
    %e = tensor.empty(%m) : !t
    // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: error: op 'tensor.extract' on the host has no gpu lowering
    %v = tensor.extract %y[] : tensor<i32>
    %zero = arith.constant 0 : i32
    %c = arith.cmpi ne, %v, %zero : i32
    %r = scf.if %c -> !t {
      %1 = gqgpu.launch @b::@k ins(%x : !t) outs(%e : !t) -> !t
      scf.yield %1 : !t
    } else {
      %1 = gqgpu.launch @b::@k ins(%x : !t) outs(%e : !t) -> !t
      scf.yield %1 : !t
    }
    return %r : !t
  }
}
//--- overwritten.mlir
!t = tensor<?x4xf32>
module {
  gpu.binary @b [#gpu.object<#nvvm.target<chip = "sm_90a", features = "+ptx87">, kernels = <[
    #gpu.kernel_metadata<"k", !llvm.func<void (ptr<1>, ptr<1>)>, metadata = {gqgpu.launch = #gqgpu.launch<threads = 128, cluster = 1, shared_memory = 0, grid = <[0[0]] -> (s0)>, params = [#gqgpu.pointer<0>, #gqgpu.pointer<1>]>}>
  ]>, assembly = "// ptx of b">]
  func.func @f(%x: !t) -> !t {
    %c0 = arith.constant 0 : index
    %c16 = arith.constant 16 : index
    %m = tensor.dim %x, %c0 : !t
    %e = tensor.empty(%m) : !t
    %few = arith.cmpi sle, %m, %c16 : index
    %0 = gqgpu.launch @b::@k ins(%x : !t) outs(%e : !t) -> !t
    %s = scf.if %few -> !t {
      // CHECK: :[[#@LINE+8]]:{{[0-9]+}}: error: uses a tensor whose buffer has been written since; a launch that overwrites it must come last
      // CHECK: :[[#@LINE+1]]:{{[0-9]+}}: note: written here
      %1 = gqgpu.launch @b::@k ins(%x : !t) outs(%0 : !t) -> !t
      scf.yield %1 : !t
    } else {
      %1 = gqgpu.launch @b::@k ins(%0 : !t) outs(%e : !t) -> !t
      scf.yield %0 : !t
    }
    %r = gqgpu.launch @b::@k ins(%0 : !t) outs(%e : !t) -> !t
    return %r : !t
  }
}
