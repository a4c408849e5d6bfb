//===- GQGPUOps.td - operations of the gqgpu dialect -------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "gq/Dialect/GQGPU/IR/GQGPUFragmentOps.td"
include "gq/Dialect/GQGPU/IR/GQGPULaunchAttrs.td"
include "gq/Dialect/GQGPU/IR/GQGPUReduceOps.td"
include "gq/Dialect/GQGPU/IR/GQGPUSharedOps.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/LoopLikeInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Kernels and their launches
//===----------------------------------------------------------------------===//

def GQGPU_KernelOp : GQGPU_Op<"kernel", [
    FunctionOpInterface, IsolatedFromAbove, AutomaticAllocationScope]> {
  let summary = "a function that runs on the GPU";
  let description = [{
    Arguments are memrefs in global memory (row-major, without gaps) and index
    or float scalars; it returns nothing. `threads`, `cluster` and the bytes of
    `shared_memory` are what the kernel is launched with; the last is written by
    `gq-allocate-shared-memory`, with the `offset` of everything that lies there.
    `grid`, the number of clusters, is left by `gq-expand-tile-loops`; before
    that the tile loop says it.

    Example:
    ```mlir
    gqgpu.kernel @k(%x: memref<?x128xbf16>) attributes {threads = 256 : i64} {
      gqgpu.return
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
    TypeAttrOf<FunctionType>:$function_type,
    OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs,
    OptionalAttr<I64Attr>:$threads, OptionalAttr<I64Attr>:$cluster,
    OptionalAttr<I64Attr>:$shared_memory, OptionalAttr<GQGPU_GridAttr>:$grid);
  let regions = (region AnyRegion:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    ::mlir::ArrayRef<::mlir::Type> getArgumentTypes() {
      return getFunctionType().getInputs();
    }
    ::mlir::ArrayRef<::mlir::Type> getResultTypes() {
      return getFunctionType().getResults();
    }
  }];
}

def GQGPU_ReturnOp : GQGPU_Op<"return", [Pure, Terminator, HasParent<"KernelOp">]> {
  let summary = "end of a kernel";
  let assemblyFormat = "attr-dict";
}

def GQGPU_LaunchOp : GQGPU_Op<"launch", [AttrSizedOperandSegments,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a kernel on tensors";
  let description = [{
    Passes `ins`, then `outs`, to the kernel; each result is the tensor of its
    `outs` operand after the kernel has written it.

    Example:
    ```mlir
    %d = gqgpu.launch @gemm_kernels::@gemm ins(%a, %b : tensor<?x64xf8E4M3FN>, tensor<64x64xf8E4M3FN>)
           outs(%e : tensor<?x64xbf16>) -> tensor<?x64xbf16>
    ```
  }];
  let arguments = (ins SymbolRefAttr:$kernel, Variadic<AnyType>:$ins,
                       Variadic<AnyRankedTensor>:$outs);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $kernel (`ins` `(` $ins^ `:` type($ins) `)`)? `outs` `(` $outs `:` type($outs) `)`
    attr-dict `->` type($results)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

def GQGPU_TileLoopOp : GQGPU_Op<"tile_loop", [
    RecursiveMemoryEffects, SingleBlockImplicitTerminator<"YieldOp">,
    DeclareOpInterfaceMethods<LoopLikeOpInterface, [
      "getLoopInductionVars", "getLoopLowerBounds", "getLoopUpperBounds",
      "getLoopSteps", "getInitsMutable", "getRegionIterArgs",
      "getYieldedValuesMutable", "getLoopResults",
      "replaceWithAdditionalYields"]>,
    DeclareOpInterfaceMethods<RegionBranchOpInterface,
      ["getEntrySuccessorOperands"]>]> {
  let summary = "the tiles of a result, shared out between thread blocks";
  let description = [{
    Runs its body for every tile `(i, j)` of the space `ubs` in steps of
    `steps`. Tiles are numbered; thread block `b` of a grid of `g` runs tiles
    `b, b + g, ...`. With `persistent` the grid has at most as many thread
    blocks (clusters) as the GPU has room for; without, one per tile.

    `raster n` numbers tiles in bands of `n` tiles along the first dimension,
    column by column inside a band, so that neighbours in time share operands in
    L2.

    Loop-carried values (cursors) go from one tile of a thread block to its next.

    The first operands are the upper bounds, as many as there are `steps`; the
    others are what the loop-carried values start with.

    Example:
    ```mlir
    gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 128] raster 8 persistent
        iter_args(%c = %first) -> (!gqgpu.cursor) {
      gqgpu.yield %c : !gqgpu.cursor
    }
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$bounds_and_inits,
    DenseI64ArrayAttr:$steps, DefaultValuedOptionalAttr<I64Attr, "1">:$raster,
    UnitAttr:$persistent);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::mlir::ValueRange":$ubs,
    "::llvm::ArrayRef<int64_t>":$steps, "int64_t":$raster, "bool":$persistent,
    "::mlir::ValueRange":$inits)>];
  let extraClassDeclaration = [{
    ::mlir::OperandRange getUbs() {
      return getBoundsAndInits().take_front(getSteps().size());
    }
    ::mlir::OperandRange getInits() {
      return getBoundsAndInits().drop_front(getSteps().size());
    }
    ::mlir::ValueRange getInductionVars() {
      return getBody().getArguments().take_front(getSteps().size());
    }
    ::mlir::ValueRange getIterArgs() {
      return getBody().getArguments().drop_front(getSteps().size());
    }
  }];
}

def GQGPU_YieldOp : GQGPU_Op<"yield", [Pure, Terminator,
    DeclareOpInterfaceMethods<RegionBranchTerminatorOpInterface, ["getSuccessorRegions"]>,
    ParentOneOf<["TileLoopOp", "ElementwiseOp", "WarpSpecializeOp"]>]> {
  let summary = "values of one iteration, or of one element";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, ::mlir::ValueRange()); }]>];
}

def GQGPU_LoadOp : GQGPU_Op<"load", [MemoryEffects<[MemRead]>]> {
  let summary = "a tile of a tensor in global memory";
  let description = [{
    The tile whose first element is at `indices`; elements outside the memref
    are zero. `path` is written by `gq-promote-tma`: `tma` moves it with the
    copy engine, `copy` with ordinary loads.

    Example:
    ```mlir
    %a = gqgpu.load %A[%m, %k] {path = #gqgpu.path<tma>, swizzle = 128 : i64}
           : memref<?x8192xf8E4M3FN> -> tensor<256x128xf8E4M3FN>
    ```
  }];
  let arguments = (ins AnyMemRef:$source, Variadic<Index>:$indices,
    OptionalAttr<GQGPU_PathAttr>:$path, DefaultValuedOptionalAttr<I64Attr, "0">:$swizzle,
    OptionalAttr<GQGPU_EvictionAttr>:$evict);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = "$source `[` $indices `]` attr-dict `:` type($source) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_StoreOp : GQGPU_Op<"store", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes a tile to a tensor in global memory";
  let description = [{
    Elements that fall outside the memref are not written. `path` as in `load`.
  }];
  let arguments = (ins AnyStaticShapeTensor:$value, AnyMemRef:$dest, Variadic<Index>:$indices,
    OptionalAttr<GQGPU_PathAttr>:$path);
  let assemblyFormat = "$value `,` $dest `[` $indices `]` attr-dict `:` type($value) `,` type($dest)";
  let hasVerifier = 1;
}

def GQGPU_MaskOp : GQGPU_Op<"mask", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "zero the elements of a tile at or past the given sizes";
  let description = [{
    A tile at the edge of a tensor holds zeros where the tensor ends; computing
    on it can turn them into something else. Reductions need them to be zero.
  }];
  let arguments = (ins AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$value,
    Variadic<Index>:$sizes);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = "$value `to` `(` $sizes `)` attr-dict `:` type($value)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Rings
//===----------------------------------------------------------------------===//

def GQGPU_RingCreateOp : GQGPU_Op<"ring_create", [MemoryEffects<[MemAlloc]>]> {
  let summary = "a ring of empty slots";
  let arguments = (ins OptionalAttr<I64Attr>:$offset);
  let results = (outs GQGPU_RingType:$ring);
  let assemblyFormat = "(`at` $offset^)? attr-dict `:` type($ring)";
}

def GQGPU_CursorOp : GQGPU_Op<"cursor", [Pure]> {
  let summary = "where a role starts in a ring";
  let description = [{
    The first slot in the first round; with `stage` and `parity` another slot,
    or a round of the other parity. Both roles of a ring start at the same place,
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
  let summary = "wait until a slot is empty (producer)";
  let description = [{
    `expect` is the number of bytes that the TMA loads into the slot will bring:
    the slot is full when they have landed. Without it the lowering adds up the
    tiles of the loads itself, which must then be in the block of the acquire.

    Example: `%slot = gqgpu.acquire %ring[%c] expect 49152 : !ring -> !gqgpu.slot`
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_CursorType:$cursor,
    OptionalAttr<I64Attr>:$expect);
  let hasVerifier = 1;
  let assemblyFormat = [{
    $ring `[` $cursor `]` (`expect` $expect^)? attr-dict `:` type($ring) `->` type($slot)
  }];
}

def GQGPU_WaitOp : GQGPU_RingWaitOp<"wait"> {
  let summary = "wait until a slot is full (math groups)";
  let description = [{
    With a `when` operand that is false it does not wait, and the slot must not
    be used for results: its memory is valid but may hold anything.
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_CursorType:$cursor, Optional<I1>:$when);
  let assemblyFormat = [{
    $ring `[` $cursor `]` (`when` $when^)? attr-dict `:` type($ring) `->` type($slot)
  }];
}

class GQGPU_FillOp<string mnemonic> : GQGPU_Op<mnemonic,
    [MemoryEffects<[MemRead, MemWrite]>]> {
  let arguments = (ins AnyMemRef:$source, Variadic<Index>:$indices, GQGPU_RingType:$ring,
    GQGPU_SlotType:$slot, I64Attr:$tile, OptionalAttr<GQGPU_EvictionAttr>:$evict);
  let assemblyFormat = [{
    $source `[` $indices `]` `->` $ring `[` $slot `]` `tile` $tile attr-dict
    `:` type($source) `,` type($ring)
  }];
  let hasVerifier = 1;
}

def GQGPU_TmaLoadOp : GQGPU_FillOp<"tma_load"> {
  let summary = "start a TMA copy into a tile of an acquired slot";
  let description = [{
    Elements outside the memref arrive as zeros and count as bytes all the same.
  }];
}

def GQGPU_CopyLoadOp : GQGPU_FillOp<"copy_load"> {
  let summary = "start an asynchronous element-wise copy into a tile of an acquired slot";
  let description = [{
    For tiles that TMA cannot take (any row pitch, any alignment of elements):
    the lanes of one producer warp copy 4-byte elements with cp.async. Elements
    outside the memref arrive as zeros.
  }];
}

def GQGPU_CommitOp : GQGPU_Op<"commit", [MemoryEffects<[MemWrite]>]> {
  let summary = "the slot becomes full when the loads into it have landed";
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot);
  let assemblyFormat = "$ring `[` $slot `]` attr-dict `:` type($ring)";
}

def GQGPU_ReleaseOp : GQGPU_Op<"release", [MemoryEffects<[MemWrite]>]> {
  let summary = "this math group no longer reads the slot";
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot);
  let assemblyFormat = "$ring `[` $slot `]` attr-dict `:` type($ring)";
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
// Roles
//===----------------------------------------------------------------------===//

def GQGPU_WarpSpecializeOp : GQGPU_Op<"warp_specialize", [RecursiveMemoryEffects,
    SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "warp groups with different jobs";
  let description = [{
    The `producer` region runs in one warp group, the `math` region in
    `groups` warp groups of 128 threads, all at the same time; the math region's
    argument is the group's number. The two talk only through rings. The
    numbers of registers are per thread (`setmaxnreg`): multiples of 8.
  }];
  let arguments = (ins I64Attr:$groups, I64Attr:$producer_registers,
                       I64Attr:$math_registers);
  let regions = (region SizedRegion<1>:$producer, SizedRegion<1>:$math);
  let assemblyFormat = [{
    `groups` $groups `registers` `(` $producer_registers `,` $math_registers `)`
    `producer` $producer `math` $math attr-dict
  }];
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUOPS_TD
