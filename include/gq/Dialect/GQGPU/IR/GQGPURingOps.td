//===- GQGPURingOps.td - rings of slots in shared memory ---*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPURINGOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPURINGOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "gq/Dialect/GQGPU/IR/GQGPULaunchAttrs.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQGPU_RingCreateOp : GQGPU_Op<"ring_create", [MemoryEffects<[MemAlloc]>]> {
  let summary = "a ring of empty slots";
  let description = [{
    `bytes` is what the TMA loads into one slot bring, `gq-pipeline-stages`
    writes it. Who fills and who consumes the slots, by name, and how many
    arrivals make a slot full and empty again, is known once there are roles:
    `gq-warp-specialize` and `gq-split-copies` write it. A ring without that
    belongs to a kernel without roles. All threads of the thread block create
    it, outside of roles. Where it is in shared memory, from `at` on, is written
    by `gq-allocate-shared-memory`.

    Every thread block of a cluster has a ring of its own. Where a slot is
    released to other thread blocks as well, `in_cluster` says how many arrivals
    make it empty in each of them; that a slot is full takes the same in all.

    Example:
    ```mlir
    %r = gqgpu.ring_create bytes 49152 filled_by ["tma", "copy"] arrivals 33
           consumed_by ["math"] arrivals 8 : !ring
    // Thread block 0 of two waits for the math groups of both.
    %s = gqgpu.ring_create bytes 49152 filled_by ["tma", "copy"] arrivals 33
           consumed_by ["math"] arrivals 8 in_cluster [16, 8] : !ring
    ```
  }];
  let arguments = (ins DefaultValuedAttr<I64Attr, "0">:$bytes,
    OptionalAttr<StrArrayAttr>:$filled_by, OptionalAttr<I64Attr>:$full_arrivals,
    OptionalAttr<StrArrayAttr>:$consumed_by, OptionalAttr<I64Attr>:$empty_arrivals,
    OptionalAttr<DenseI64ArrayAttr>:$cluster_arrivals, OptionalAttr<I64Attr>:$offset);
  let results = (outs GQGPU_RingType:$ring);
  let builders = [OpBuilder<(ins "::mlir::gqgpu::RingType":$ring, "int64_t":$bytes)>];
  let assemblyFormat = [{
    (`bytes` $bytes^)? (`filled_by` $filled_by^ `arrivals` $full_arrivals)?
    (`consumed_by` $consumed_by^ `arrivals` $empty_arrivals)?
    (`in_cluster` $cluster_arrivals^)? (`at` $offset^)?
    attr-dict `:` type($ring)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The ring says who fills it and who consumes it.
    bool hasRoles() { return getFilledBy() && getConsumedBy(); }
    bool isFilledBy(::llvm::StringRef role);
    bool isConsumedBy(::llvm::StringRef role);
    /// Arrivals that make a slot empty in thread block `rank` of its cluster.
    int64_t getEmptyArrivalsIn(int64_t rank);
  }];
}

def GQGPU_CursorOp : GQGPU_Op<"cursor", [Pure]> {
  let summary = "where a role starts in a ring";
  let description = [{
    The first slot in the first round; with `stage` and `parity` another slot,
    or a round of the other parity. All roles of a ring start at the same place,
    and where a ring is fresh, that is a round of parity 0.

    Example: `%c = gqgpu.cursor {stage = 1 : i64} : !gqgpu.cursor`
  }];
  let arguments = (ins DefaultValuedAttr<I64Attr, "0">:$stage,
                       DefaultValuedAttr<I64Attr, "0">:$parity);
  let hasVerifier = 1;
  let results = (outs GQGPU_CursorType:$cursor);
  let assemblyFormat = "attr-dict `:` type($cursor)";
}

def GQGPU_AdvanceOp : GQGPU_Op<"advance", [Pure, AllTypesMatch<["cursor", "result"]>]> {
  let summary = "the slot after a cursor; the parity flips when the ring wraps";
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_CursorType:$cursor);
  let results = (outs GQGPU_CursorType:$result);
  let assemblyFormat = "$ring `[` $cursor `]` attr-dict `:` type($ring) `,` type($cursor)";
}

class GQGPU_RingWaitOp<string mnemonic> : GQGPU_Op<mnemonic,
    [MemoryEffects<[MemRead, MemWrite]>]> {
  let results = (outs GQGPU_SlotType:$slot);
}

def GQGPU_AcquireOp : GQGPU_RingWaitOp<"acquire"> {
  let summary = "wait until a slot is empty (roles that fill)";
  let description = [{
    Slots of a ring without tiles may be filled by math roles as well: each warp
    arrives when it commits.

    A role that drives the copy engine says here how many bytes will come: those of
    the ring, or `bytes` of them, where several such roles fill it.

    Examples:
    ```mlir
    %slot = gqgpu.acquire %ring[%c] : !ring -> !gqgpu.slot
    %part = gqgpu.acquire %ring[%c] bytes 16384 : !ring -> !gqgpu.slot
    ```
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_CursorType:$cursor,
    OptionalAttr<I64Attr>:$bytes);
  let hasVerifier = 1;
  let assemblyFormat = [{
    $ring `[` $cursor `]` (`bytes` $bytes^)? attr-dict `:` type($ring) `->` type($slot)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$slot, "::mlir::Value":$ring,
      "::mlir::Value":$cursor), [{
    build($_builder, $_state, slot, ring, cursor, /*bytes=*/::mlir::IntegerAttr());
  }]>];
  let extraClassDeclaration = [{
    /// What the ring, created by `create`, is to be brought by this role.
    int64_t getBytesOf(::mlir::gqgpu::RingCreateOp create);
  }];
}

def GQGPU_WaitOp : GQGPU_RingWaitOp<"wait"> {
  let summary = "wait until a slot is full (roles that consume)";
  let description = [{
    With a `when` operand that is false it does not wait, and the slot must not
    be used for results: its memory is valid but may hold anything.

    `late` keeps `gq-schedule-math` from moving the wait to the step before,
    under the product; `gq-pipeline-stages` writes it where the config of the
    matmul says `early_wait = false`.
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_CursorType:$cursor, Optional<I1>:$when,
    UnitAttr:$late);
  let hasVerifier = 1;
  let assemblyFormat = [{
    $ring `[` $cursor `]` (`when` $when^)? (`late` $late^)? attr-dict
    `:` type($ring) `->` type($slot)
  }];
}

class GQGPU_FillOp<string mnemonic, dag more = (ins), list<Trait> traits = []>
    : GQGPU_Op<mnemonic, [MemoryEffects<[MemRead, MemWrite]>] # traits> {
  let arguments = !con((ins AnyMemRef:$source, Variadic<Index>:$indices,
    GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile,
    OptionalAttr<GQGPU_EvictionAttr>:$evict), more);
  let assemblyFormat = [{
    $source `[` $indices `]` `->` $ring `[` $slot `]` `tile` $tile attr-dict
    `:` type($source) `,` type($ring)
  }];
  let hasVerifier = 1;
}

def GQGPU_TmaLoadOp : GQGPU_FillOp<"tma_load", (ins OptionalAttr<I64Attr>:$multicast,
    UnitAttr:$past_end, OptionalAttr<I64Attr>:$l2_promotion)> {
  let summary = "start a TMA copy into a tile of an acquired slot";
  let description = [{
    Elements outside the memref arrive as zeros and count as bytes all the same.
    The last index is a multiple of 16 bytes: others are an illegal instruction
    on a GPU, and refused by the simulator. Rows of a tile that is permuted come in
    whole groups: the source has a static multiple of them, and the first index is
    one. A tile has elements of the memref, which the simulator sees to, unless
    `past_end` says that it may start at or past the end of the rows: it is one of
    several of a step of K, of which the last may have none, and so as long as its
    swizzle. L2 fetches `l2_promotion` bytes at once: 64, 128 or, as it
    is without, 256.

    With `multicast = n` the tile is the same for all thread blocks of a cluster
    (`cluster_tiles` of the kernel). Thread block `n` loads it into the slot of
    each of them; the others start nothing, and wait for its bytes as for those
    of their own loads. So thread block `n` must know that the slot is empty in
    all: they `release` it to `n` as well. `gq-warp-specialize` writes it.

    Example:
    ```mlir
    gqgpu.tma_load %a[%i, %k] -> %ring[%slot] tile 0 {multicast = 0 : i64}
      : memref<?x8192xf8E4M3FN>, !ring
    ```
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$source, "::mlir::ValueRange":$indices,
    "::mlir::Value":$ring, "::mlir::Value":$slot, "::mlir::IntegerAttr":$tile,
    "::mlir::gqgpu::EvictionAttr":$evict, "::mlir::UnitAttr":$past_end,
    "::mlir::IntegerAttr":$l2_promotion), [{
    build($_builder, $_state, source, indices, ring, slot, tile, evict,
          /*multicast=*/::mlir::IntegerAttr(), past_end, l2_promotion);
  }]>];
}

def GQGPU_CopyLoadOp : GQGPU_FillOp<"copy_load", (ins OptionalAttr<I64Attr>:$aligned,
    UnitAttr:$past_end, Optional<AnyMemRef>:$scales, Variadic<Index>:$scale_indices,
    OptionalAttr<TypeAttr>:$packed, OptionalAttr<DenseI64ArrayAttr>:$block),
    [AttrSizedOperandSegments]> {
  let summary = "start an asynchronous element-wise copy into a tile of an acquired slot";
  let description = [{
    For tiles that TMA cannot take (any row pitch, any alignment of elements):
    the threads of the role copy words of 4 bytes with cp.async. Smaller elements
    go by words where rows of the tile and of the source are whole words and
    start at one, else one by one through registers. Elements outside the memref
    arrive as zeros. A tile with a swizzle is an operand of a tensor-core product:
    a `commit` of the role then waits for its copies before it arrives, and orders
    them before what the tensor core reads.

    `aligned = n` says that the last index is a multiple of `n`, as in
    `load_fragment`; `gq-annotate-alignment` writes it. `past_end` says what it says
    of `tma_load`.

    `decoded` says that the source holds codes of four bits, and the tile what
    they stand for, as in `load`. A thread decodes what it copies: whole words of
    codes, or the bytes of one where rows of the source are not whole words.

    Examples:
    ```mlir
    // Four scales of one byte each: a word, if rows of %s are whole words.
    gqgpu.copy_load %s[%i, %j] -> %ring[%slot] tile 2 {aligned = 4 : i64}
      : memref<?x224xf8E8M0FNU>, !gqgpu.ring<4, ..., <128x4xf8E8M0FNU>, <1x1xf32>>
    gqgpu.copy_load %w[%n, %byte] decoded f4E2M1FN scales(%s[%n, %k] block [1, 32])
      -> %ring[%slot] tile 0
      : memref<1024x512xi8>, !gqgpu.ring<4, <64x64xbf16, 128>>, memref<1024x32xf8E8M0FNU>
    ```
  }];
  let assemblyFormat = [{
    $source `[` $indices `]`
    (`decoded` $packed^ `scales` `(` $scales `[` $scale_indices `]` `block` $block `)`)?
    `->` $ring `[` $slot `]` `tile` $tile attr-dict
    `:` type($source) `,` type($ring) (`,` type($scales)^)?
  }];
  let extraClassDeclaration = [{
    /// The tile that it fills.
    ::mlir::gqgpu::TileType getTileType();
    /// Elements that a thread could move at once: as many as are in a word, or 1
    /// where rows of the tile are not whole words.
    int64_t getUnit();
    /// True if it goes by words whatever the sizes are; false if it goes by
    /// elements; nullopt when that is known only once the kernel runs.
    std::optional<bool> isByWords();
  }];
}

def GQGPU_CommitOp : GQGPU_Op<"commit", [MemoryEffects<[MemWrite]>]> {
  let summary = "this role's part of the slot is there when its loads have landed";
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot);
  let hasVerifier = 1;
  let assemblyFormat = "$ring `[` $slot `]` attr-dict `:` type($ring)";
}

def GQGPU_ReleaseOp : GQGPU_Op<"release", [MemoryEffects<[MemWrite]>]> {
  let summary = "this math group no longer reads the slot";
  let description = [{
    `peers` are thread blocks of the cluster that hear it besides, those that
    load into the slots of others (`multicast` of `tma_load`). One that is among
    them hears its own releases once.

    Example: `gqgpu.release %ring[%slot] peers [0] : !ring`
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot,
    OptionalAttr<DenseI64ArrayAttr>:$peers);
  let hasVerifier = 1;
  let assemblyFormat = "$ring `[` $slot `]` (`peers` $peers^)? attr-dict `:` type($ring)";
  let builders = [OpBuilder<(ins "::mlir::Value":$ring, "::mlir::Value":$slot), [{
    build($_builder, $_state, ring, slot, /*peers=*/::mlir::DenseI64ArrayAttr());
  }]>];
}

def GQGPU_SlotReadOp : GQGPU_Op<"slot_read", [MemoryEffects<[MemRead]>]> {
  let summary = "a tile of a full slot as a tensor";
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = [{
    $ring `[` $slot `]` `tile` $tile attr-dict `:` type($ring) `->` type($result)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// From math role to math role
//===----------------------------------------------------------------------===//

def GQGPU_PutOp : GQGPU_Op<"put", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a value into a tile of an acquired slot";
  let description = [{
    A math role of one group hands something to another one: f32, by all of its
    threads, each of which writes its own elements for the thread of the same
    number.

    Example: `gqgpu.put %sum to %ring[%slot] tile 0 : !acc, !ring`
  }];
  let arguments = (ins AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$value,
    GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile);
  let assemblyFormat = [{
    $value `to` $ring `[` $slot `]` `tile` $tile attr-dict `:` type($value) `,` type($ring)
  }];
  let hasVerifier = 1;
}

def GQGPU_AddPutOp : GQGPU_Op<"add_put", [MemoryEffects<[MemRead]>,
    AllTypesMatch<["value", "result"]>]> {
  let summary = "adds what another role has put into a slot";
  let description = [{
    To `value`: one rounding in f32 for each element, or i32 modulo 2^32.

    Example: `%all = gqgpu.add_put %sum, %ring[%slot] tile 0 : !acc, !ring`
  }];
  let arguments = (ins AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$value,
    GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = [{
    $value `,` $ring `[` $slot `]` `tile` $tile attr-dict `:` type($value) `,` type($ring)
  }];
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPURINGOPS_TD
