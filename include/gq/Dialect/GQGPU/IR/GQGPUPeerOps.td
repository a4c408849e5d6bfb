//===- GQGPUPeerOps.td - sums and maxima over a cluster ----*- tablegen -*-===//
//
// Thread blocks of a cluster that each compute a part of a sum, or have a part
// of the elements that a maximum is of. gq-distribute spreads the tiles of
// sum_over_peers and max_over_peers, gq-expand-peers makes steps of them.
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
    type, and has some columns of the sum: as many as `init` has, thread block 0
    the first of the part, thread block 1 those behind them, and so on to the
    last. The result are these columns of the part of thread block 0 added to
    `init`, then those of thread block 1, and so on, one rounding in f32 for
    each; i32 is added modulo 2^32.

    Where `init` has as many columns as the part, thread block 0 has all of the
    sum, and the result of the others is not to be used.

    Example:
    ```mlir
    %sum = gqgpu.sum_over_peers %part from %init
      : tensor<128x128xf32>, tensor<128x64xf32>
    ```
  }];
  let arguments = (ins AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$part,
    AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$init);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = [{
    $part `from` $init attr-dict `:` type($part) `,` type($init)
  }];
  let hasVerifier = 1;
}

def GQGPU_MaxOverPeersOp : GQGPU_Op<"max_over_peers", [
    MemoryEffects<[MemRead, MemWrite]>, AllTypesMatch<["value", "result"]>]> {
  let summary = "the largest of what the thread blocks of a cluster have found";
  let description = [{
    Every thread block of the cluster comes with values of the same type, and all
    get the largest of each. They are numbers: a NaN loses.

    Of a product, a math group has them for blocks of all of its rows, as
    `read_maxima` and `spread_blocks` leave them: every thread has the same.

    Example: `%all = gqgpu.max_over_peers %own : tensor<1x2xf32>`
  }];
  let arguments = (ins AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$value);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Through inboxes
//===----------------------------------------------------------------------===//

class GQGPU_InboxOp<string mnemonic, list<Trait> traits> : GQGPU_Op<mnemonic, traits> {
  let hasVerifier = 1;
}

def GQGPU_ArriveClusterOp : GQGPU_InboxOp<"arrive_cluster", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "all threads of a thread block say that they have come so far, and go on";
  let description = [{
    The first half of a `gqgpu.barrier cluster`, once in a kernel that has no
    other: whoever needs what other thread blocks of the cluster did before
    waits for that (`await_cluster`), and nobody else.

    Example: `gqgpu.arrive_cluster`
  }];
  let assemblyFormat = "attr-dict";
}

def GQGPU_AwaitClusterOp : GQGPU_InboxOp<"await_cluster", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits until all thread blocks of the cluster have come to arrive_cluster";
  let description = [{
    In a math role, once. What each has done to shared memory before it arrived is
    there afterwards.

    Example: `gqgpu.await_cluster`
  }];
  let assemblyFormat = "attr-dict";
}

def GQGPU_InboxCreateOp : GQGPU_InboxOp<"inbox_create", [MemoryEffects<[MemAlloc, MemWrite]>]> {
  let summary = "where the other thread blocks of a cluster put their parts";
  let description = [{
    In the shared memory of each thread block, at `offset` bytes from its start,
    which `gq-allocate-shared-memory` writes: tiles for the parts that all other
    thread blocks have for this one, and two mbarriers. The role `of` of all thread
    blocks uses it, of which `arrivals` warps come in each. They wait until all
    thread blocks have created theirs: by a `gqgpu.barrier cluster` between it and
    the roles, or `gqgpu.arrive_cluster` there and `gqgpu.await_cluster` in the
    role.

    The role goes through five steps for each tile, as often in all thread
    blocks: it offers its inbox, awaits the offers of the others, pushes its
    parts to them (`push`, or `push_maxima`), awaits theirs, and reads them
    (`sum_pushed`, or `max_pushed`).

    With `to_first` only thread block 0 gets parts, all columns of them: it offers,
    awaits and reads, and the others await that it does and push. A step of the
    other side is none.

    Example: `%x = gqgpu.inbox_create of "math" arrivals 8 at 1024 : !gqgpu.inbox<<128x64xf32>>`
  }];
  let arguments = (ins StrAttr:$role, I64Attr:$arrivals, UnitAttr:$to_first,
    OptionalAttr<I64Attr>:$offset);
  let results = (outs GQGPU_InboxType:$inbox);
  let assemblyFormat = [{
    `of` $role `arrivals` $arrivals (`to_first` $to_first^)? (`at` $offset^)? attr-dict
    `:` type($inbox)
  }];
}

def GQGPU_OfferOp : GQGPU_InboxOp<"offer", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "tells the other thread blocks of the cluster that an inbox is free";
  let description = [{
    What was in it is read, and the others may write it. Nobody waits here.

    Example: `gqgpu.offer %x : !inbox`
  }];
  let arguments = (ins GQGPU_InboxType:$inbox);
  let assemblyFormat = "$inbox attr-dict `:` type($inbox)";
}

def GQGPU_AwaitOffersOp : GQGPU_InboxOp<"await_offers", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits until all other thread blocks of the cluster have offered their inboxes";
  let description = [{
    Example: `gqgpu.await_offers %x : !inbox`
  }];
  let arguments = (ins GQGPU_InboxType:$inbox);
  let assemblyFormat = "$inbox attr-dict `:` type($inbox)";
}

def GQGPU_PushOp : GQGPU_InboxOp<"push", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a part into the inboxes of the other thread blocks of the cluster";
  let description = [{
    Into tile `tile` of each the columns of `part` that this thread block has of
    the sum, see `sum_over_peers`: so the tile has `part`'s columns less those of
    one thread block, and its rows in all groups of the role; all columns, of as
    many thread blocks, where the inbox is `to_first`. Every thread writes
    its own elements, for the thread of the same number: vectors of four, those of
    all threads side by side. Nobody waits: the inbox counts the bytes that come.

    Example: `gqgpu.push %part to %x tile 0 : !part, !gqgpu.inbox<<128x64xf32>>`
  }];
  let arguments = (ins GQGPU_FragmentType:$part, GQGPU_InboxType:$inbox, I64Attr:$tile);
  let assemblyFormat = [{
    $part `to` $inbox `tile` $tile attr-dict `:` type($part) `,` type($inbox)
  }];
}

def GQGPU_AwaitPushesOp : GQGPU_InboxOp<"await_pushes", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "waits until what all other thread blocks push has come to an inbox";
  let description = [{
    All tiles of all of them.

    Example: `gqgpu.await_pushes %x : !inbox`
  }];
  let arguments = (ins GQGPU_InboxType:$inbox);
  let assemblyFormat = "$inbox attr-dict `:` type($inbox)";
}

// What has come is taken: nobody pushes more before that.
def GQGPU_SumPushedOp : GQGPU_InboxOp<"sum_pushed", [MemoryEffects<[MemRead, MemWrite]>,
    AllTypesMatch<["init", "result"]>]> {
  let summary = "adds up a part and those that have come to an inbox";
  let description = [{
    To `init` the columns of the thread block are added, those of thread block 0
    of the cluster first, as `sum_over_peers` says: of its own from `part`, of the
    others from tile `tile` of the inbox.

    Example:
    ```mlir
    %sum = gqgpu.sum_pushed %x tile 0, %part from %init
      : !gqgpu.inbox<<128x64xf32>>, !part, !columns
    ```
  }];
  let arguments = (ins GQGPU_InboxType:$inbox, I64Attr:$tile, GQGPU_FragmentType:$part,
    GQGPU_FragmentType:$init);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    $inbox `tile` $tile `,` $part `from` $init attr-dict
    `:` type($inbox) `,` type($part) `,` type($init)
  }];
}

//===----------------------------------------------------------------------===//
// Maxima
//===----------------------------------------------------------------------===//

def GQGPU_PushMaximaOp : GQGPU_InboxOp<"push_maxima", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes maxima into the inboxes of the other thread blocks of the cluster";
  let description = [{
    Tile `tile` has a row for each warp of the role, where lie the values of the
    other thread blocks side by side, in their order. All threads of a warp have
    the same values: one writes them, for the warp of the same number. Nobody
    waits: the inbox counts the bytes that come.

    Example: `gqgpu.push_maxima %max to %x tile 0 : !blocks, !gqgpu.inbox<<8x1xf32>>`
  }];
  let arguments = (ins GQGPU_FragmentType:$value, GQGPU_InboxType:$inbox, I64Attr:$tile);
  let assemblyFormat = [{
    $value `to` $inbox `tile` $tile attr-dict `:` type($value) `,` type($inbox)
  }];
}

def GQGPU_MaxPushedOp : GQGPU_InboxOp<"max_pushed", [MemoryEffects<[MemRead, MemWrite]>,
    AllTypesMatch<["value", "result"]>]> {
  let summary = "the largest of own maxima and those that have come to an inbox";
  let description = [{
    Example: `%all = gqgpu.max_pushed %x tile 0, %own : !gqgpu.inbox<<8x1xf32>>, !blocks`
  }];
  let arguments = (ins GQGPU_InboxType:$inbox, I64Attr:$tile, GQGPU_FragmentType:$value);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    $inbox `tile` $tile `,` $value attr-dict `:` type($inbox) `,` type($value)
  }];
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUPEEROPS_TD
