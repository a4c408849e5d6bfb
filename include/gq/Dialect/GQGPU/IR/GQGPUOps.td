//===- GQGPUOps.td - operations of the gqgpu dialect -------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "gq/Dialect/GQGPU/IR/GQGPUDependencyOps.td"
include "gq/Dialect/GQGPU/IR/GQGPUFragmentOps.td"
include "gq/Dialect/GQGPU/IR/GQGPULaunchAttrs.td"
include "gq/Dialect/GQGPU/IR/GQGPUMaximaOps.td"
include "gq/Dialect/GQGPU/IR/GQGPUPartOps.td"
include "gq/Dialect/GQGPU/IR/GQGPUPeerOps.td"
include "gq/Dialect/GQGPU/IR/GQGPUReduceOps.td"
include "gq/Dialect/GQGPU/IR/GQGPURingOps.td"
include "gq/Dialect/GQGPU/IR/GQGPURowSumOps.td"
include "gq/Dialect/GQGPU/IR/GQGPUSharedOps.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/LoopLikeInterface.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Kernels and their launches
//===----------------------------------------------------------------------===//

def GQGPU_KernelOp : GQGPU_Op<"kernel", [
    FunctionOpInterface, IsolatedFromAbove, AutomaticAllocationScope]> {
  let summary = "a function that runs on the GPU";
  let description = [{
    Arguments are memrefs in global memory (row-major, without gaps) and index
    or float scalars; it returns nothing. Between the rows of one that is
    `gq.pitched` there may be gaps; the kernel only reads it. `threads`, `cluster` and the bytes of
    `shared_memory` are what the kernel is launched with; the last is written by
    `gq-allocate-shared-memory`, with the `offset` of everything that lies there.
    `grid`, the number of clusters, is left by `gq-expand-tile-loops`; before
    that the tile loop says it.

    The thread blocks of a cluster share a tile of the kernel's tile loops. With
    `cluster_tiles` each has a tile of its own: a cluster takes so many tiles
    along each dimension of a loop at once, beside one another, and its thread
    blocks have them in order, the last dimension running fastest. Where the
    tiles along a dimension are no multiple, some thread blocks of the last
    clusters have a tile outside: they take part like the others, load zeros and
    store nothing. What they share a multicast brings, see `tma_load`; or each
    computes a part of all their tiles, see `sum_over_peers`.

    One that is `dependent` may begin before the kernel in front of it in the
    stream has completed: `gqgpu.dependency_wait` stands before what it reads or
    writes in global memory, and every thread block runs one of them. Arguments
    that are `gq.constant` it may read before, and never writes.

    A multiprocessor has room for `occupancy` thread blocks at once: each has so
    many-th of its registers and of its shared memory, and a persistent kernel has
    as many thread blocks for each multiprocessor.

    `pause` holds slots and nanoseconds: what a dependent kernel loads before it
    waits fills so many slots of a ring, and the others so much later. Written by
    `gq-pipeline-stages`; `gq-split-constants` makes a `gqgpu.pause` of it.

    Example:
    ```mlir
    gqgpu.kernel @k(%x: memref<?x128xbf16>) attributes {threads = 256 : i64} {
      gqgpu.return
    }
    // Neighbours along the second dimension share what depends on the first.
    gqgpu.kernel @pairs(%n: index)
        attributes {cluster = 2 : i64, cluster_tiles = array<i64: 1, 2>, threads = 384 : i64} {
      gqgpu.tile_loop (%i, %j) to (%n, %n) step [128, 128] persistent {
      }
      gqgpu.return
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
    TypeAttrOf<FunctionType>:$function_type,
    OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs,
    OptionalAttr<I64Attr>:$threads, OptionalAttr<I64Attr>:$cluster,
    OptionalAttr<DenseI64ArrayAttr>:$cluster_tiles,
    OptionalAttr<I64Attr>:$shared_memory, OptionalAttr<GQGPU_GridAttr>:$grid,
    UnitAttr:$dependent, OptionalAttr<I64Attr>:$occupancy,
    OptionalAttr<DenseI64ArrayAttr>:$pause);
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
    /// Thread blocks of a cluster that have a tile of their own; 1 where they
    /// share one.
    int64_t getPeers() {
      return getClusterTiles() ? static_cast<int64_t>(getCluster().value_or(1)) : 1;
    }
    /// Thread blocks that a multiprocessor has room for at once.
    int64_t getOccupancyOrOne() {
      return static_cast<int64_t>(getOccupancy().value_or(1));
    }
    /// Thread blocks that share a tile.
    int64_t getBlocksPerTile() {
      return static_cast<int64_t>(getCluster().value_or(1)) / getPeers();
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

    With `dependent` it may begin before the launch in front of it has completed
    (programmatic dependent launch); `gq-mark-dependent` writes it, and the kernel
    is `dependent` by the time it is compiled. Arguments of the kernel that are
    `gq.constant` are `ins`, and arguments of the function that are so as well.
    Those that are `gq.pitched` are the `ins` that are so in the function, and no
    others.

    Example:
    ```mlir
    %d = gqgpu.launch @gemm_kernels::@gemm ins(%a, %b : tensor<?x64xf8E4M3FN>, tensor<64x64xf8E4M3FN>)
           outs(%e : tensor<?x64xbf16>) -> tensor<?x64xbf16>
    ```
  }];
  let arguments = (ins SymbolRefAttr:$kernel, Variadic<AnyType>:$ins,
                       Variadic<AnyRankedTensor>:$outs, UnitAttr:$dependent);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    (`dependent` $dependent^)? $kernel (`ins` `(` $ins^ `:` type($ins) `)`)? `outs` `(` $outs `:` type($outs) `)`
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

    There are as many dimensions as `steps`; the last runs fastest. What is
    before the last two, as the matrices of a batch, is gone through one after
    the other. `raster n` numbers the tiles of the last two in bands of `n` tiles
    along the former, column by column inside a band, so that neighbours in time
    share operands in L2. Where clusters take several tiles at once
    (`cluster_tiles` of the kernel), all this is said of the tiles of a cluster
    together.

    Loop-carried values (cursors) go from one tile of a thread block to its next.

    With `turn i of n` the tiles of a thread block go round between `n` loops of
    its roles, one after another: this loop takes the first one from number `i`
    on, and then each `n`-th. The others take those between; each turn is that of
    one loop that stores (`gq-verify-protocol`).

    With `cut (...) of s among n` a tile has `s` steps of K, and the `g` thread
    blocks (`n` at most) divide those of the last tiles: where the number of
    tiles is no multiple of `g`, all tiles of the last wave and of the whole one
    before it. Their steps, tile by tile, are cut in ranges of equal numbers of them,
    the fewest with which there are no more ranges than thread blocks, or, where that
    is no more than an eighth longer, as many as divide a tile; the last one may be
    shorter. Thread block `b` has range `g - 1 - b`, if there is one. It goes first through the end of a tile that its range begins in, then through its
    whole tiles of the waves before, then through the rest of its range. The body
    has five more arguments:

    - the first step, and the one behind the last;
    - the number of the thread block's range;
    - the number behind that of the last range with steps of this tile. Ranges
      from the thread block's next one up to that have the rest of the tile;
    - whether the thread block owns the tile: it has its first step, adds up the
      sums of all, and stores.

    So an owner waits for thread blocks of lower numbers alone, and they wait for
    nobody before they have done what it waits for.

    The first operands are the upper bounds, as many as there are `steps`; the
    others are what the loop-carried values start with.

    Example:
    ```mlir
    gqgpu.tile_loop (%i, %j) to (%m, %n) step [256, 128] raster 8 persistent
        iter_args(%c = %first) -> (!gqgpu.cursor) {
      gqgpu.yield %c : !gqgpu.cursor
    }
    // Tiles b + g, b + 3 g, b + 5 g, ... of thread block b.
    gqgpu.tile_loop (%i, %j) to (%m, %n) step [128, 128] persistent turn 1 of 2 {
    }
    gqgpu.tile_loop (%i, %j) to (%m, %n) step [128, 128] persistent
        cut (%first, %last, %range, %end, %owns) of 64 among 132 {
    }
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$bounds_and_inits,
    DenseI64ArrayAttr:$steps, DefaultValuedOptionalAttr<I64Attr, "1">:$raster,
    UnitAttr:$persistent, DefaultValuedOptionalAttr<I64Attr, "0">:$turn,
    DefaultValuedOptionalAttr<I64Attr, "1">:$turns, OptionalAttr<I64Attr>:$depth,
    OptionalAttr<I64Attr>:$ranges);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::mlir::ValueRange":$ubs,
    "::llvm::ArrayRef<int64_t>":$steps, "int64_t":$raster, "bool":$persistent,
    "::mlir::ValueRange":$inits, CArg<"int64_t", "0">:$turn,
    CArg<"int64_t", "1">:$turns, CArg<"std::optional<int64_t>", "{}">:$depth,
    CArg<"std::optional<int64_t>", "{}">:$ranges)>];
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
      return getBody().getArguments().drop_front(getNumIndices());
    }
    /// Tiles are cut along K.
    bool isCut() { return getDepth().has_value(); }
    /// What the body knows of a tile that is cut, in the order of its arguments.
    enum CutArg : unsigned { First, Last, Range, End, Owns, NumCutArgs };
    ::mlir::Value getCutArg(CutArg which) {
      return getBody().getArgument(getSteps().size() + which);
    }
    /// Arguments of the body before the loop-carried values.
    unsigned getNumIndices() {
      return getSteps().size() + (isCut() ? NumCutArgs : 0);
    }
    /// Tiles along each dimension that the thread blocks of a cluster take at
    /// once.
    ::llvm::SmallVector<int64_t> getClusterTiles();
  }];
}

def GQGPU_YieldOp : GQGPU_Op<"yield", [Pure, Terminator,
    DeclareOpInterfaceMethods<RegionBranchTerminatorOpInterface, ["getSuccessorRegions"]>,
    ParentOneOf<["TileLoopOp", "ElementwiseOp", "WarpSpecializeOp", "RoleOp"]>]> {
  let summary = "values of one iteration, or of one element";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, ::mlir::ValueRange()); }]>];
}

def GQGPU_LoadOp : GQGPU_Op<"load", [MemoryEffects<[MemRead]>, AttrSizedOperandSegments]> {
  let summary = "a tile of a tensor in global memory";
  let description = [{
    The tile whose first element is at `indices`; elements outside the memref
    are zero. `path` is written by `gq-promote-tma`: `tma` moves it with the
    copy engine, `copy` with ordinary loads. `swizzle` and `permuted` are how it
    shall lie in shared memory, as in `!gqgpu.tile`; the tensor is the same.
    Whole groups of rows are permuted: the source has a static multiple of them,
    and a tile starts at one. Of what the copy engine brings L2 fetches
    `l2_promotion` bytes at once: 64, 128 or, as it is without, 256.

    `decoded` says that the memref holds codes of four bits, two to a byte, and
    the tile what they stand for, as `gq.dequantize` computes it: each code times
    the scale of its block, rounded once to bf16. The threads that copy it decode
    it. `indices` count bytes; of the scales, those from the indices given with
    them on belong to the tile, whose first element begins a block or lies inside
    of one that has all of the tile. `gq-promote-tma` makes it of a `gq.dequantize`
    that only a product reads.

    Example:
    ```mlir
    %a = gqgpu.load %A[%m, %k] {path = #gqgpu.path<tma>, swizzle = 128 : i64}
           : memref<?x8192xf8E4M3FN> -> tensor<256x128xf8E4M3FN>
    %w = gqgpu.load %W[%n, %byte] decoded f4E2M1FN scales(%S[%n, %s] block [1, 32])
           {path = #gqgpu.path<copy>, swizzle = 128 : i64}
           : memref<1024x512xi8>, memref<1024x32xf8E8M0FNU> -> tensor<64x64xbf16>
    ```
  }];
  let arguments = (ins AnyMemRef:$source, Variadic<Index>:$indices,
    Optional<AnyMemRef>:$scales, Variadic<Index>:$scale_indices,
    OptionalAttr<TypeAttr>:$packed, OptionalAttr<DenseI64ArrayAttr>:$block,
    OptionalAttr<GQGPU_PathAttr>:$path, DefaultValuedOptionalAttr<I64Attr, "0">:$swizzle,
    DefaultValuedOptionalAttr<I64Attr, "0">:$permuted,
    OptionalAttr<GQGPU_EvictionAttr>:$evict, OptionalAttr<I64Attr>:$l2_promotion);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = [{
    $source `[` $indices `]`
    (`decoded` $packed^ `scales` `(` $scales `[` $scale_indices `]` `block` $block `)`)?
    attr-dict `:` type($source) (`,` type($scales)^)? `->` type($result)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$source,
      "::mlir::ValueRange":$indices), [{
    build($_builder, $_state, result, source, indices, /*scales=*/::mlir::Value(),
          /*scale_indices=*/::mlir::ValueRange(), /*packed=*/::mlir::TypeAttr(),
          /*block=*/::mlir::DenseI64ArrayAttr(), PathAttr(), ::mlir::IntegerAttr(),
          ::mlir::IntegerAttr(), EvictionAttr(), /*l2_promotion=*/::mlir::IntegerAttr());
  }]>];
  let hasVerifier = 1;
}

def GQGPU_LoadScalarOp : GQGPU_Op<"load_scalar", [MemoryEffects<[MemRead]>,
    TypesMatchWith<"result has the element type of source", "source", "result",
                   "::llvm::cast<::mlir::MemRefType>($_self).getElementType()">]> {
  let summary = "a number from global memory, the same for all threads";
  let description = [{
    The element at `indices`, which the kernel does not write; 0 outside of the
    memref. Each role that needs it loads it for itself. Kernels use it as an
    index: it is not negative and fits 31 bits.

    Example:
    ```mlir
    %g = gqgpu.load_scalar %groups[%t] : memref<?xi32>
    %group = arith.index_cast %g : i32 to index
    %b = gqgpu.load %weights[%group, %k] : memref<?x512xf8E4M3FN> -> tensor<128x128xf8E4M3FN>
    ```
  }];
  let arguments = (ins AnyMemRef:$source, Variadic<Index>:$indices);
  let results = (outs AnyTypeOf<[I32, I64]>:$result);
  let assemblyFormat = "$source `[` $indices `]` attr-dict `:` type($source)";
  let hasVerifier = 1;
}

def GQGPU_StoreOp : GQGPU_Op<"store", [MemoryEffects<[MemWrite]>,
    AttrSizedOperandSegments]> {
  let summary = "writes a tile to a tensor in global memory";
  let description = [{
    Elements that fall outside the memref are not written. `path` as in `load`.

    `ends [d](%e)` says that what is written ends at index `e` of dimension `d`,
    before the memref does: elements at or past it are not written either. So a
    tile at the end of one matrix of a batch leaves the next one alone. The copy
    engine ends where a memref does; with path `tma` there are no ends.

    `deferred` asks `gq-defer-stores` to let the tile leave under the products of
    the next one; `gq-promote-tma` writes it where the config of the matmul says
    `store = deferred`.

    Example:
    ```mlir
    gqgpu.store %t, %d[%i, %j] ends [0](%end) {path = #gqgpu.path<copy>}
      : tensor<128x128xf32>, memref<300x256xf32>
    ```
  }];
  let arguments = (ins AnyStaticShapeTensor:$value, AnyMemRef:$dest, Variadic<Index>:$indices,
    Variadic<Index>:$ends, DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$end_dims,
    OptionalAttr<GQGPU_PathAttr>:$path, UnitAttr:$deferred);
  let assemblyFormat = [{
    $value `,` $dest `[` $indices `]` (`ends` $end_dims `(` $ends^ `)`)? attr-dict
    `:` type($value) `,` type($dest)
  }];
  let hasVerifier = 1;
}

def GQGPU_MaskOp : GQGPU_Op<"mask", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "zero the elements of a tile at or past the given sizes";
  let description = [{
    A tile at the edge of a tensor holds zeros where the tensor ends; computing
    on it can turn them into something else. Reductions need them to be zero, or
    what they do not notice, with `filling`.

    Example: `%z = gqgpu.mask %x to (%m, %n) filling 1.0 : f32 : tensor<8x1024xf32>`
  }];
  let arguments = (ins AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$value,
    Variadic<Index>:$sizes, OptionalAttr<TypedAttrInterface>:$fill);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = [{
    $value `to` `(` $sizes `)` (`filling` $fill^)? attr-dict `:` type($value)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Roles
//===----------------------------------------------------------------------===//

def GQGPU_WarpSpecializeOp : GQGPU_Op<"warp_specialize", [RecursiveMemoryEffects,
    HasParent<"KernelOp">, SingleBlockImplicitTerminator<"YieldOp">,
    DeclareOpInterfaceMethods<RegionBranchOpInterface>]> {
  let summary = "warps with different jobs";
  let description = [{
    Holds the roles of a kernel, which run at the same time, each in warps of its
    own, and talk only through rings. Warps are numbered in the order of the
    roles. `setmaxnreg` acts on aligned groups of four warps: roles that share
    one have the same number of registers.

    Example:
    ```mlir
    gqgpu.warp_specialize {
      gqgpu.role "math" kind math groups 2 warps 4 registers 232 (%group) {
      }
      gqgpu.role "tma" kind tma warps 1 registers 40 {
      }
      gqgpu.role "copy" kind copy warps 1 registers 40 {
      }
    }
    ```
  }];
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$body attr-dict";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The roles in the order of their warps.
    ::llvm::SmallVector<::mlir::gqgpu::RoleOp> getRoles();
    /// The role of that name; null when there is none.
    ::mlir::gqgpu::RoleOp getRole(::llvm::StringRef name);
    /// Warps that the roles want.
    int64_t getWarps();
    /// Threads of the kernel: whole warp groups.
    int64_t getThreads();
  }];
}

// Without memory effects of its own, so that a role with nothing to do is not
// taken for dead: its warps and registers are there all the same.
def GQGPU_RoleOp : GQGPU_Op<"role", [
    HasParent<"WarpSpecializeOp">, SingleBlockImplicitTerminator<"YieldOp">,
    DeclareOpInterfaceMethods<RegionBranchOpInterface>]> {
  let summary = "a job, and the warps that do it";
  let description = [{
    `groups` copies of the role have `warps` warps each; only `math` has more
    than one, of four warps, and an argument: the group's number. `registers` is
    per thread (`setmaxnreg`), a multiple of 8. What each kind does is in the
    description of the dialect.
  }];
  let arguments = (ins StrAttr:$name, GQGPU_RoleKind:$kind,
    DefaultValuedAttr<I64Attr, "1">:$groups, I64Attr:$warps, I64Attr:$registers);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name `kind` $kind (`groups` $groups^)? `warps` $warps `registers` $registers
    custom<RoleBody>($body) attr-dict
  }];
  let hasVerifier = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::gqgpu::RoleKind":$kind,
    "int64_t":$groups, "int64_t":$warps, "int64_t":$registers)>];
  let skipDefaultBuilders = 1;
  let extraClassDeclaration = [{
    bool isMath() { return getKind() == ::mlir::gqgpu::RoleKind::Math; }
    /// Warps of all groups.
    int64_t getAllWarps() {
      return static_cast<int64_t>(getGroups()) * static_cast<int64_t>(getWarps());
    }
    /// The number of its first warp.
    int64_t getFirstWarp();
    /// Arrivals of the whole role at a barrier of a slot.
    int64_t getArrivals();
    /// Arrivals of each of its groups.
    int64_t getArrivalsOfGroup();
    /// The group's number, of a math role.
    ::mlir::Value getGroup();
    /// `math group 1`, `the tma role`.
    std::string describe(std::optional<int64_t> group = std::nullopt);
  }];
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUOPS_TD
