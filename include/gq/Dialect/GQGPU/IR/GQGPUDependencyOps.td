//===- GQGPUDependencyOps.td - kernels that begin early ----*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUDEPENDENCYOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUDEPENDENCYOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQGPU_DependencyWaitOp : GQGPU_Op<"dependency_wait",
    [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "wait until the kernel in front of this one has completed";
  let description = [{
    The threads that run it go on once the kernel before, and so all that is in
    front of that, has completed and its memory can be seen
    (`griddepcontrol.wait`). Where nothing was launched early, they go on at once.
    Only a kernel that is `dependent` waits. `gq-place-dependency` writes it.

    Example: `gqgpu.dependency_wait`
  }];
  let assemblyFormat = "attr-dict";
  let hasVerifier = 1;
}

def GQGPU_DependencyTriggerOp : GQGPU_Op<"dependency_trigger",
    [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "the kernel behind this one may begin";
  let description = [{
    Once all thread blocks have come here or ended, the next kernel may begin, if
    it was launched `dependent` (`griddepcontrol.launch_dependents`). It does not
    tell that one anything about memory: `dependency_wait` there waits for the end
    of this kernel. Without a trigger the end of its thread blocks is one. All
    threads run it, once: it stands in the body of the kernel.

    Example: `gqgpu.dependency_trigger`
  }];
  let assemblyFormat = "attr-dict";
  let hasVerifier = 1;
}

def GQGPU_PauseOp : GQGPU_Op<"pause", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "let loads of the kernel in front go first";
  let description = [{
    Where `when` holds, the role goes on after so many nanoseconds, or once the
    first slot of the ring is full for the first time: the kernel's turn has come.
    Nothing else may depend on how long it takes, and that may be no time at all. The
    role is of kind tma and fills the ring before `dependency_wait`.

    Thread blocks of the next kernel begin when those of the one before last end,
    and memory serves loads in the order in which they come: a whole ring of the
    next kernel's is served before what this one loads for the slots that it has
    used. `gq-split-constants` writes it where the config has a `pause`.

    Example: `gqgpu.pause %ring for 2000 when %fifth : !ring`
  }];
  let arguments = (ins GQGPU_RingType:$ring, I64Attr:$nanoseconds, I1:$when);
  let assemblyFormat = "$ring `for` $nanoseconds `when` $when attr-dict `:` type($ring)";
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUDEPENDENCYOPS_TD
