//===- GQGPUFragmentOps.td - operations on fragments -------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUFRAGMENTOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUFRAGMENTOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPULayouts.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQGPU_SplatOp : GQGPU_Op<"splat", [Pure]> {
  let summary = "a fragment with one value everywhere";
  let arguments = (ins AnyType:$value);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_ForgetOp : GQGPU_Op<"forget", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "the same fragment, from which all is computed anew";
  let description = [{
    What was computed of `value`, such as f32 of its bf16, is not kept for what
    computes the same of the result: only the registers of `value` wait for
    that.

    Example: `%again = gqgpu.forget %x : !gqgpu.fragment<1x4096xbf16, #layout>`
  }];
  let arguments = (ins GQGPU_FragmentType:$value);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
  let hasVerifier = 1;
}

def GQGPU_MmaAsyncOp : GQGPU_Op<"mma_async", [MemoryEffects<[MemRead]>,
    AttrSizedOperandSegments]> {
  let summary = "start multiplying rows of one tile with another tile";
  let description = [{
    `result = A[row .. row+m, k0 .. k1] . B[.., k0 .. k1]^T` on the tensor
    cores; the result must not be used before `mma_wait`. `A` and `B` are tiles
    `a` and `b` of the slot, with K along the row. `product` is the instruction:
    it says what tiles it takes, how many rows `m` it multiplies, and what the
    result is. It takes all rows of `B`, or with `column` as many of them as it
    has columns, from there on: a multiple of 8, or of the groups in which they
    are permuted. `reuse` names a fragment that is no longer needed: its registers
    take the result, which keeps two products in a row from needing two sets.
    With `accumulate` the products are added to what that fragment holds, which
    may itself be a product in flight: so a sum goes on from one slot to the next
    before it is promoted.

    Example:
    ```mlir
    #wgmma = #gqgpu.wgmma<m = 64, n = 128, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32>
    %p = gqgpu.mma_async %ring[%slot] tiles(0, 1) by #wgmma row %row k [0, 128]
           : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
    %sum = gqgpu.mma_async %ring[%next] tiles(0, 1) by #wgmma row %row k [0, 128]
             reuse %p accumulate : !gqgpu.fragment<64x128xf32, #gqgpu.mma>
             : !ring -> !gqgpu.fragment<64x128xf32, #gqgpu.mma>
    #half = #gqgpu.wgmma<m = 64, n = 64, k = 32, a = f8E4M3FN, b = f8E4M3FN, acc = f32>
    %right = gqgpu.mma_async %ring[%slot] tiles(0, 1) by #half row %row column %c64 k [0, 128]
               : !ring -> !gqgpu.fragment<64x64xf32, #gqgpu.mma>
    ```
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$a, I64Attr:$b,
    Index:$row, Optional<Index>:$column, Optional<GQGPU_FragmentType>:$reuse, DenseI64ArrayAttr:$k,
    GQGPU_MmaInterface:$product, UnitAttr:$accumulate);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    $ring `[` $slot `]` `tiles` `(` $a `,` $b `)` `by` $product `row` $row (`column` $column^)? `k` $k
    (`reuse` $reuse^ (`accumulate` $accumulate^)? `:` type($reuse))?
    attr-dict `:` type($ring) `->` type($result)
  }];
  let hasVerifier = 1;
}

def GQGPU_MmaWaitOp : GQGPU_Op<"mma_wait", [MemoryEffects<[MemWrite]>,
    AllTypesMatch<["value", "result"]>]> {
  let summary = "wait for a product";
  let arguments = (ins GQGPU_FragmentType:$value);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def GQGPU_Dim : I32EnumAttr<"Dim", "rows or columns", [
    I32EnumAttrCase<"Rows", 0, "rows">, I32EnumAttrCase<"Cols", 1, "cols">]> {
  let cppNamespace = "::mlir::gqgpu";
}

def GQGPU_ReadScalesOp : GQGPU_Op<"read_scales", [MemoryEffects<[MemRead]>]> {
  let summary = "the scales of a fragment's rows or columns from a slot";
  let description = [{
    The tile holds one scale per `block` rows (columns) of the operand, along
    its first dimension, and along its second one for each block along K. Row or
    column `i` of the fragment takes the scale `(first + i) / block` of `column`,
    where `first` is its position in the scales' first block. `past n` adds a
    number of columns that is known only in the kernel: a tile may hold more
    columns than this step of K needs, because the copy engine starts at
    multiples of 16 bytes. Of a `transposed` tile the dimensions are the other
    way round: its rows are what is called columns here.

    Scales are f32, bf16 or f8E8M0FNU; the result is f32. For `rows` it is `R x 1`, or
    `1 x 1` when all rows share a scale; for `cols` it is `1 x N`, or `1 x 1`.
    Where every thread needs scales of all columns, one may stand for each group
    of `n`: `block = [1, n]` in its type. `n` divides the block of the op, and
    `first` is a multiple of `n`, so that no group lies in two blocks.

    The rows of the tile may be permuted, as those of the product's `b` are: then
    `cols` are read from 0, each has a scale (`block 1`), and the result's layout is
    permuted in the same groups. Lanes that hold neighbouring columns read other
    banks of shared memory so.

    Example:
    ```mlir
    // The scales of rows 64 to 127 for the elements 32 to 63 of this step of K.
    %s = gqgpu.read_scales %ring[%slot] tile 2 rows %c64 block 1 column 1
           : !gqgpu.ring<4, <128x128xf8E4M3FN, swizzle = 128>,
                            <128x128xf8E4M3FN, swizzle = 128>,
                            <128x4xf8E8M0FNU>, <1x1xf32>>
          -> !gqgpu.fragment<64x1xf32, #gqgpu.mma>
    %each = gqgpu.read_scales %ring[%slot] tile 3 cols %c0 block 1
              : !ring -> <1x128xf32, #gqgpu.mma>
    %halves = gqgpu.read_scales %ring[%slot] tile 3 cols %c0 block 64
                : !ring -> <1x128xf32, #gqgpu.mma, block = [1, 64]>
    // 160 columns that start 96 behind the start of a block: 1 + 4 groups.
    %parts = gqgpu.read_scales %ring[%slot] tile 3 cols %c96 block 128
               : !ring -> <1x160xf32, #gqgpu.mma, block = [1, 32]>
    ```
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile,
    GQGPU_Dim:$dim, Index:$first, I64Attr:$block, DefaultValuedAttr<I64Attr, "0">:$column,
    Optional<Index>:$past, UnitAttr:$transposed);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    $ring `[` $slot `]` `tile` $tile $dim $first `block` $block (`column` $column^)? (`past` $past^)? attr-dict
    `:` type($ring) `->` type($result)
  }];
  let hasVerifier = 1;
}

def GQGPU_PromoteOp : GQGPU_Op<"promote", [Pure, AllTypesMatch<["acc", "result"]>]> {
  let summary = "acc + f32(sum) * (row scale * column scale)";
  let description = [{
    Scales a sum of products and adds it to the accumulator, in f32: the product
    of the scales is rounded, then one FMA. The sum is f32, f16 or i32, as its
    instruction leaves it; an i32 that f32 does not have is rounded to nearest
    even (none of up to 1024 products of i8 is: they are at most 2^24).

    Of an accumulator of M x N, row scales are `M x 1` or `1 x 1`, column scales
    `1 x N` (for each column, or for each block of columns) or `1 x 1`, in the
    accumulator's layout: a thread has those of the elements it holds.

    The type of a sum that is not the accumulator's is written.

    Example:
    ```mlir
    %s = gqgpu.promote %p, %rows, %cols into %acc
           : <64x1xf32, #gqgpu.mma>, <1x1xf32, #gqgpu.mma>, <64x128xf32, #gqgpu.mma>
           from <64x128xi32, #gqgpu.mma>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$sum, GQGPU_FragmentType:$row_scales,
    GQGPU_FragmentType:$col_scales, GQGPU_FragmentType:$acc);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    $sum `,` $row_scales `,` $col_scales `into` $acc attr-dict
    `:` type($row_scales) `,` type($col_scales) `,` type($acc)
    custom<SumType>(type($sum), ref(type($acc)))
  }];
  let hasVerifier = 1;
}

def GQGPU_ElementwiseOp : GQGPU_Op<"elementwise", [RecursiveMemoryEffects,
    SingleBlockImplicitTerminator<"YieldOp">]> {
  let summary = "a scalar computation on every element";
  let description = [{
    The region gets one element of each operand and yields one of each result.
    Operands share shape and layout; an operand may also be constant over blocks.

    A thread computes its elements one after another; with `at_once` as many as
    it says side by side, op by op, which takes registers for all of them, and
    divisions of f32 that share a branch. `gq-expand-math` writes it.
  }];
  let arguments = (ins Variadic<GQGPU_FragmentType>:$operands, OptionalAttr<I64Attr>:$at_once);
  let results = (outs Variadic<GQGPU_FragmentType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `(` $operands `)` $body attr-dict `:` functional-type($operands, $results)
  }];
  let extraClassDeclaration = [{
    /// A division of f32 by what is no constant: rounded correctly, it has a
    /// branch for operands of any size.
    static bool isDivision(Operation &op);
  }];
  let hasVerifier = 1;
}

def GQGPU_LoadFragmentOp : GQGPU_Op<"load_fragment", [AttrSizedOperandSegments,
    MemoryEffects<[MemRead]>]> {
  let summary = "elements of a tensor in global memory, in a fragment's layout";
  let description = [{
    Element `(r, c)` of the fragment is `source[indices + map(r, c)]`, or zero
    outside the memref. A map such as `(r, c) -> (c)` broadcasts a vector.

    A fragment that is constant over blocks takes one element per block: `(r, c)`
    counts blocks, from the fragment's first.

    `aligned = n` says that the last index is a multiple of `n`: chunks of at
    most so many elements then start at multiples of their length, and may move
    at once. `gq-annotate-alignment` writes what it can prove.

    What a load may assume is part of it, for a load of memory that nobody writes
    may otherwise be moved to where it fills registers that something else needs:

    - `coherent`: it stays behind the stores and barriers before it, and its
      addresses are computed when it runs. For what is loaded a second time, and
      for what this kernel has written;
    - `after`: not before this partial maximum is known. For a slab that takes
      the registers of one that is reduced then.

    Example:
    ```mlir
    %a = gqgpu.load_fragment %X[%i, %j] map #id : memref<?x512xf32> -> !slab
    %p = gqgpu.thread_absmax %a : !slab -> !partial
    %b = gqgpu.load_fragment %X[%k, %j] map #id after %p : !partial : memref<?x512xf32> -> !slab
    // ...
    %c = gqgpu.load_fragment %X[%i, %j] map #id {coherent} : memref<?x512xf32> -> !slab
    ```
  }];
  let arguments = (ins AnyMemRef:$source, Variadic<Index>:$indices, AffineMapAttr:$map,
    Optional<GQGPU_PartialType>:$after, OptionalAttr<GQGPU_EvictionAttr>:$evict,
    UnitAttr:$coherent, OptionalAttr<I64Attr>:$aligned);
  let results = (outs GQGPU_FragmentType:$result);
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$source,
      "::mlir::ValueRange":$indices, "::mlir::AffineMap":$map,
      CArg<"::mlir::gqgpu::EvictionAttr", "{}">:$evict,
      CArg<"bool", "false">:$coherent), [{
    build($_builder, $_state, result, source, indices, map, /*after=*/::mlir::Value(),
          evict, coherent, /*aligned=*/::mlir::IntegerAttr());
  }]>];
  let assemblyFormat = [{
    $source `[` $indices `]` `map` $map (`after` $after^ `:` type($after))? attr-dict
    `:` type($source) `->` type($result)
  }];
  let hasVerifier = 1;
}

def GQGPU_StoreFragmentOp : GQGPU_Op<"store_fragment", [MemoryEffects<[MemWrite]>,
    AttrSizedOperandSegments]> {
  let summary = "writes a fragment to a tensor in global memory";
  let description = [{
    Element `(r, c)` goes to `indices + (r, c)`, or to `indices + (c, r)` with
    `transposed`; of a fragment that is constant over blocks, so does block
    `(r, c)`, as one element. What falls outside the memref is not written, nor
    what is at or past one of the `ends`, as in `store`. With path `tma` the
    fragment goes through shared memory and the copy engine, row by row, so not
    transposed. `aligned` as in `load_fragment`, `deferred` as in `store`.

    `gq-stage-stores` takes stores apart that go through shared memory, which are
    those with path `tma` and of transposed codes, and those of scales that leave
    as whole sectors. Without it, threads store what they hold.

    Example:
    ```mlir
    gqgpu.store_fragment %s, %S[%j, %i] {transposed} : !scales, memref<4x?xf32>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$value, AnyMemRef:$dest, Variadic<Index>:$indices,
    Variadic<Index>:$ends, DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$end_dims,
    OptionalAttr<GQGPU_PathAttr>:$path, UnitAttr:$transposed, UnitAttr:$deferred,
    OptionalAttr<I64Attr>:$aligned);
  let assemblyFormat = [{
    $value `,` $dest `[` $indices `]` (`ends` $end_dims `(` $ends^ `)`)? attr-dict
    `:` type($value) `,` type($dest)
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$value, "::mlir::Value":$dest,
    "::mlir::ValueRange":$indices, "::mlir::ValueRange":$ends,
    "::llvm::ArrayRef<int64_t>":$end_dims, "::mlir::gqgpu::PathAttr":$path,
    "bool":$transposed, "bool":$deferred), [{
      build($_builder, $_state, value, dest, indices, ends, end_dims, path, transposed,
            deferred, /*aligned=*/::mlir::IntegerAttr());
    }]>];
  let extraClassDeclaration = [{
    /// The elements along the last index that threads can store at once: a chunk, or
    /// two of 16 bits of a transposed `#gqgpu.mma`, whose lanes turn matrices of 8 x 8.
    int64_t getUnit();
  }];
  let hasVerifier = 1;
}

def GQGPU_BlockAbsmaxOp : GQGPU_Op<"block_absmax", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "largest magnitude of each block of a fragment";
  let description = [{
    `gq.block_absmax` on a fragment of f32, bf16 or f16; the result is f32, and
    exact, since a maximum is an element. Blocks that span threads are reduced
    across lanes, warps and the thread blocks of a cluster, as far as the layout
    spreads them: how is what `gq-expand-reductions` writes. All threads of the
    thread block take part, so it stands outside of roles.

    Several fragments of one type are the slabs of a tile above one another,
    whose blocks are as high as all of them: the result's block has the rows of
    a fragment, and its values are the maxima over all fragments.

    Example:
    ```mlir
    %a = gqgpu.block_absmax %top, %bottom {amax_floor = 0.0 : f32} : !slab, !slab
           -> !gqgpu.fragment<128x256xf32, #layout, block = [128, 256]>
    ```
  }];
  let arguments = (ins Variadic<GQGPU_FragmentType>:$values, F32Attr:$amax_floor);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$values attr-dict `:` type($values) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_ScaledCastOp : GQGPU_Op<"scaled_cast", [Pure]> {
  let summary = "quantise a fragment with given scales";
  let description = [{
    `gq.scaled_cast` on a fragment of f32, bf16 or f16: one division per scale,
    then for each element a widening to f32, a multiplication and a saturating
    conversion to f8E4M3FN, f8E5M2 or i8. With `divide` each element is divided.

    `normal` says that all scales are from 2^-126 to 2^126, as those of
    `gq.quantize` are; a reciprocal of these needs no branch. The simulator
    refuses others.

    With `packed`, i4 or f4E2M1FN, codes have four bits, and the result is what
    `gqgpu.unpack` reads: bytes of two neighbouring columns of a thread, in chunks
    of half the length.

    Example:
    ```mlir
    %q = gqgpu.scaled_cast %x, %s {normal} : !gqgpu.fragment<16x512xbf16, #layout>,
           !gqgpu.fragment<16x512xf32, #layout, block = [1, 128]>
        -> !gqgpu.fragment<16x512xf8E4M3FN, #layout>
    %p = gqgpu.scaled_cast %x, %s {normal, packed = f4E2M1FN}
           : !gqgpu.fragment<16x512xbf16, #gqgpu.blocked<[8, 32], chunk = 8>>,
             !gqgpu.fragment<16x512xf32, #gqgpu.blocked<[8, 32], chunk = 8>, block = [1, 32]>
          -> !gqgpu.fragment<16x256xi8, #gqgpu.blocked<[8, 32], chunk = 4>>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$value, GQGPU_FragmentType:$scales,
    UnitAttr:$divide, UnitAttr:$normal, OptionalAttr<TypeAttr>:$packed);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = [{
    $value `,` $scales attr-dict `:` type($value) `,` type($scales) `->` type($result)
  }];
  let hasVerifier = 1;
}

def GQGPU_EncodeScalesOp : GQGPU_Op<"encode_scales", [Pure]> {
  let summary = "power-of-two scales as E8M0";
  let description = [{
    The biased exponents of f32 scales that are positive normal powers of two;
    of any other value the result is unspecified.

    Example:
    ```mlir
    %e = gqgpu.encode_scales %s
           : !gqgpu.fragment<16x512xf32, #layout, block = [1, 128]>
          -> !gqgpu.fragment<16x512xf8E8M0FNU, #layout, block = [1, 128]>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$scales);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$scales attr-dict `:` type($scales) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_UnpackOp : GQGPU_Op<"unpack", [Pure]> {
  let summary = "values of codes of four bits";
  let description = [{
    The values, in f32, of the codes in bytes of two: the code in the low four
    bits of the byte in column `i` is that of column `2i`, the other one that of
    column `2i + 1`. `format` says what they are, i4 or f4E2M1FN. A thread has the
    codes of the bytes that it holds, so chunks of the result are twice as long.

    Example:
    ```mlir
    %v = gqgpu.unpack %bytes as f4E2M1FN
           : !gqgpu.fragment<16x64xi8, #gqgpu.blocked<[8, 16], chunk = 4>>
          -> !gqgpu.fragment<16x128xf32, #gqgpu.blocked<[8, 16], chunk = 8>>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$bytes, TypeAttr:$format);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat =
    "$bytes `as` $format attr-dict `:` type($bytes) `->` type($result)";
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUFRAGMENTOPS_TD
