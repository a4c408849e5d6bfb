//===- GQGPUMaximaOps.td - maxima that a math role shares --*- tablegen -*-===//
//
// Of blocks of a product that several warps of a math role hold elements of.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUMAXIMAOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUMAXIMAOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQGPU_PutMaximaOp : GQGPU_Op<"put_maxima", [MemoryEffects<[MemWrite]>,
    AttrSizedOperandSegments]> {
  let summary = "writes the largest magnitudes of parts of a tile into an acquired slot";
  let description = [{
    Tile `tile` of the slot has a word for each part of 16 rows and as many columns
    as the parts are wide: word `[j, i]` is of rows `16i` to `16i + 15`, of part `j`
    from left to right. Rows at or past `rows` do not count. NaN loses against
    numbers, of NaN alone the maximum is 0; an infinite one is the largest finite
    number.

    What the threads of a group have of their product are partial maxima of its
    rows, in blocks as wide as parts; `at` is its first row and column in the tile.
    Each warp reduces those of its 16 rows, and one lane writes.

    Example:
    ```mlir
    gqgpu.put_maxima %p at (%c64, %c0) rows %m to %ring[%slot] tile 0
      : !gqgpu.partial<<64x128xf32, #gqgpu.mma<permuted = 32>, block = [1, 128]>, lanes = 1>,
        !gqgpu.ring<2, <2x8xf32>>
    ```
  }];
  let arguments = (ins AnyTypeOf<[AnyStaticShapeTensor, GQGPU_PartialType]>:$value,
    Variadic<Index>:$at, Optional<Index>:$rows, GQGPU_RingType:$ring, GQGPU_SlotType:$slot,
    I64Attr:$tile);
  let assemblyFormat = [{
    $value (`at` `(` $at^ `)`)? (`rows` $rows^)? `to` $ring `[` $slot `]` `tile` $tile attr-dict
    `:` type($value) `,` type($ring)
  }];
  let hasVerifier = 1;
}

def GQGPU_ReadMaximaOp : GQGPU_Op<"read_maxima", [MemoryEffects<[MemRead]>]> {
  let summary = "the largest magnitude of each block, from a slot";
  let description = [{
    Of blocks of `block` elements, the largest of the words that `put_maxima` has put
    into the tile for parts of it, and of `floor`. Blocks are of whole parts. The
    result is a tile of one value for each block; or what all threads of a group
    have for the product `at` a row and a column of the tile, a value for as many
    columns as a part has.

    Example:
    ```mlir
    %m = gqgpu.read_maxima %ring[%slot] tile 0 block [128, 128] floor 0.0
      : !gqgpu.ring<2, <2x8xf32>> -> tensor<1x2xf32>
    ```
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile,
    DenseI64ArrayAttr:$block, F32Attr:$floor, Variadic<Index>:$at);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = [{
    $ring `[` $slot `]` `tile` $tile `block` $block `floor` $floor
    (`at` `(` $at^ `)`)? attr-dict `:` type($ring) `->` type($result)
  }];
  let hasVerifier = 1;
}

def GQGPU_SpreadBlocksOp : GQGPU_Op<"spread_blocks", [Pure]> {
  let summary = "values of columns as those of blocks of all rows";
  let description = [{
    `result[r, c] = value[0, c]`, in other registers only where an op wants them.

    Example:
    ```mlir
    %b = gqgpu.spread_blocks %m
      : !gqgpu.fragment<1x128xf32, #layout, block = [1, 128]>
        -> !gqgpu.fragment<64x128xf32, #layout, block = [64, 128]>
    ```
  }];
  let arguments = (ins GQGPU_FragmentType:$value);
  let results = (outs GQGPU_FragmentType:$result);
  let assemblyFormat = "$value attr-dict `:` type($value) `->` type($result)";
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUMAXIMAOPS_TD
