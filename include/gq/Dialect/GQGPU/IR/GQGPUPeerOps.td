//===- GQGPUPeerOps.td - sums over a cluster ---------------*- tablegen -*-===//
//
// Thread blocks of a cluster that each compute a part of a sum. gq-distribute
// spreads the tiles of sum_over_peers, gq-expand-peer-sums makes steps of it.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUPEEROPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUPEEROPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "gq/Dialect/GQGPU/IR/GQGPUInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQGPU_SumOverPeersOp : GQGPU_Op<"sum_over_peers", [
    MemoryEffects<[MemRead, MemWrite]>, AllTypesMatch<["init", "result"]>]> {
  let summary = "adds up what the thread blocks of a cluster have computed";
  let description = [{
    Every thread block of the cluster comes with its part, a tile of the same
    type. The result of each are the columns from `column` on, as many as `init`
    has: those of thread block 0 added to `init`, then those of thread block 1,
    and so on, one rounding in f32 for each. The part's columns are those of
    `init` for each thread block.

    Example:
    ```mlir
    %sum = gqgpu.sum_over_peers %part[%column] from %init
      : tensor<128x128xf32>, tensor<128x64xf32>
    ```
  }];
  let arguments = (ins AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$part,
    Index:$column, AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$init);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = [{
    $part `[` $column `]` `from` $init attr-dict `:` type($part) `,` type($init)
  }];
  let hasVerifier = 1;
}

def GQGPU_MeetingCreateOp : GQGPU_Op<"meeting_create", [MemoryEffects<[MemAlloc, MemWrite]>]> {
  let summary = "where a role meets those of the other thread blocks of its cluster";
  let description = [{
    An mbarrier in each thread block, at `offset` bytes from the start of the
    kernel's shared memory, which `gq-allocate-shared-memory` writes. It is
    complete when the role `of` has come in all thread blocks of the cluster, with
    `arrivals` in each: one for each warp. A `gqgpu.barrier cluster` stands
    between it and the role.

    Example: `%m = gqgpu.meeting_create of "math" arrivals 8 at 230400 : !gqgpu.meeting`
  }];
  let arguments = (ins StrAttr:$role, I64Attr:$arrivals, OptionalAttr<I64Attr>:$offset);
  let results = (outs GQGPU_MeetingType:$meeting);
  let assemblyFormat = [{
    `of` $role `arrivals` $arrivals (`at` $offset^)? attr-dict `:` type($meeting)
  }];
  let hasVerifier = 1;
}

def GQGPU_MeetOp : GQGPU_Op<"meet", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "a role waits for those of the same name in the other thread blocks of its cluster";
  let description = [{
    What each has written to shared memory before is there for all of them
    afterwards. All come as often: it stands in no loop but one over tiles, and
    under no condition.

    Example: `gqgpu.meet %m : !gqgpu.meeting`
  }];
  let arguments = (ins GQGPU_MeetingType:$meeting);
  let assemblyFormat = "$meeting attr-dict `:` type($meeting)";
  let hasVerifier = 1;
}

def GQGPU_ShareOp : GQGPU_Op<"share", [MemoryEffects<[MemWrite]>,
    DeclareOpInterfaceMethods<GQGPU_SharedMemoryOpInterface>]> {
  let summary = "a copy of a fragment in shared memory, for other thread blocks of the cluster";
  let description = [{
    Every thread of a math role writes its own elements; the thread of the same
    number in another thread block reads some of them. The buffer holds the
    elements of all groups of the role, in an order of its own: vectors of all
    threads lie side by side.

    Example: `gqgpu.share %part into %buffer : !part, !gqgpu.tile<128x128xf32>`
  }];
  let arguments = (ins GQGPU_FragmentType:$value, GQGPU_TileType:$buffer);
  let assemblyFormat = "$value `into` $buffer attr-dict `:` type($value) `,` type($buffer)";
  let hasVerifier = 1;
}

def GQGPU_SumSharedOp : GQGPU_Op<"sum_shared", [MemoryEffects<[MemRead]>,
    DeclareOpInterfaceMethods<GQGPU_SharedMemoryOpInterface>,
    AllTypesMatch<["init", "result"]>]> {
  let summary = "adds up what the thread blocks of a cluster share";
  let description = [{
    `init`, plus the columns from `column` on of what thread block 0 of the
    cluster has in its buffer, plus those of thread block 1, and so on, as
    `sum_over_peers` says. `column` is a multiple of the columns of `init`.

    Example:
    ```mlir
    %sum = gqgpu.sum_shared %buffer[%column] from %init : !gqgpu.tile<128x128xf32>, !columns
    ```
  }];
  let arguments = (ins GQGPU_TileType:$buffer, Index:$column, GQGPU_FragmentType:$init);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    $buffer `[` $column `]` `from` $init attr-dict `:` type($buffer) `,` type($init)
  }];
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUPEEROPS_TD
