//===- GQGPURowSumOps.td - sums of the rows of operands ----*- tablegen -*-===//
//
// Beside a product of i8 with zero points, of the tiles that it multiplies.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_IR_GQGPUROWSUMOPS_TD
#define GQ_DIALECT_GQGPU_IR_GQGPUROWSUMOPS_TD

include "gq/Dialect/GQGPU/IR/GQGPUBase.td"
include "gq/Dialect/GQGPU/IR/GQGPUFragmentOps.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQGPU_RowSumsType : GQGPU_Type<"RowSums", "row_sums"> {
  let summary = "sums of 64 rows of a tile, in parts";
  let description = [{
    In i32, modulo 2^32, in the registers of a warp group: thread `t` (warp
    `w = t / 32`, lane `l = t % 32`) has parts of the sums of rows
    `16w + l/4 + 8h`, `h` in {0, 1}, those of an accumulator of `#gqgpu.mma`. What
    the four lanes of a row have is the sum together.
  }];
}

def GQGPU_TileOrRowSums : AnyTypeOf<[AnyStaticShapeTensor, GQGPU_RowSumsType]>;

def GQGPU_ZeroSumsOp : GQGPU_Op<"zero_sums", [Pure]> {
  let summary = "what sums of rows start from";
  let description = [{
    Of all rows of a tile, those of the `rows` or of the `cols` of the product, or
    of 64 of these.

    Example: `%z = gqgpu.zero_sums cols : tensor<256x1xi32>`
  }];
  let arguments = (ins GQGPU_Dim:$dim);
  let results = (outs GQGPU_TileOrRowSums:$result);
  let assemblyFormat = "$dim attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def GQGPU_AddRowSumsOp : GQGPU_Op<"add_row_sums", [Pure,
    AllTypesMatch<["sums", "result"]>]> {
  let summary = "adds the sum of each row of a tile";
  let description = [{
    `result[r] = sums[r] + sum over k of x[r, k]`, of i8, in i32 modulo 2^32. The
    tile is operand a of a product, whose rows are the `rows` of its result, or b,
    whose rows are the `cols`.

    Example:
    `%s = gqgpu.add_row_sums cols %b into %z : tensor<256x128xi8>, tensor<256x1xi32>`
  }];
  let arguments = (ins GQGPU_Dim:$dim, AnyStaticShapeTensor:$x, AnyStaticShapeTensor:$sums);
  let results = (outs AnyStaticShapeTensor:$result);
  let assemblyFormat = "$dim $x `into` $sums attr-dict `:` type($x) `,` type($sums)";
  let hasVerifier = 1;
}

def GQGPU_SumSlotRowsOp : GQGPU_Op<"sum_slot_rows", [MemoryEffects<[MemRead]>,
    AllTypesMatch<["sums", "result"]>]> {
  let summary = "adds the sums of 64 rows of a tile in a slot";
  let description = [{
    Of rows `first` to `first + 63` as they lie in the tile, columns `k`. Of rows
    past its end the sum is that of any row.

    Example:
    ```mlir
    %t = gqgpu.sum_slot_rows %ring[%slot] tile 1 rows %c64 k [0, 128] into %s : !ring
    ```
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile,
    Index:$first, DenseI64ArrayAttr:$k, GQGPU_RowSumsType:$sums);
  let results = (outs GQGPU_RowSumsType:$result);
  let assemblyFormat = [{
    $ring `[` $slot `]` `tile` $tile `rows` $first `k` $k `into` $sums attr-dict `:` type($ring)
  }];
  let hasVerifier = 1;
}

def GQGPU_SpreadSumsOp : GQGPU_Op<"spread_sums", [Pure]> {
  let summary = "the sum of its row, or of its column, for each element";
  let description = [{
    `result[r, c]` is sum `r` of `rows`, or sum `c` of `cols`. Threads have those of
    the rows that they hold; those of columns they get through a slot (`put_sums`),
    which `gq-warp-specialize` makes of it.

    Example:
    ```mlir
    %r = gqgpu.spread_sums cols %s : tensor<256x1xi32> -> tensor<128x256xi32>
    %f = gqgpu.spread_sums rows %t : !gqgpu.row_sums -> !gqgpu.fragment<64x256xi32, #gqgpu.mma>
    ```
  }];
  let arguments = (ins GQGPU_Dim:$dim, GQGPU_TileOrRowSums:$sums);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = "$dim $sums attr-dict `:` type($sums) `->` type($result)";
  let hasVerifier = 1;
}

def GQGPU_PutSumsOp : GQGPU_Op<"put_sums", [MemoryEffects<[MemWrite]>]> {
  let summary = "writes sums of rows into a tile of an acquired slot";
  let description = [{
    A math role hands them to all of its threads, its groups those of some rows
    each: those of rows `first` to `first + 63`, and nothing past the end of the
    tile, which has one for each row. Rows that are `permuted` as those of a
    product's b are in order there.

    Example:
    ```mlir
    gqgpu.put_sums %t rows %c64 to %ring[%slot] tile 0
      : !gqgpu.row_sums, !gqgpu.ring<2, !gqgpu.tile<256x1xi32>>
    ```
  }];
  let arguments = (ins GQGPU_TileOrRowSums:$sums, Optional<Index>:$first,
    GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile,
    DefaultValuedAttr<I64Attr, "0">:$permuted);
  let assemblyFormat = [{
    $sums (`rows` $first^)? `to` $ring `[` $slot `]` `tile` $tile (`permuted` $permuted^)? attr-dict
    `:` type($sums) `,` type($ring)
  }];
  let hasVerifier = 1;
}

def GQGPU_ReadSumsOp : GQGPU_Op<"read_sums", [MemoryEffects<[MemRead]>]> {
  let summary = "the sum of its column for each element, from a slot";
  let description = [{
    `result[r, c]` is what `put_sums` has put into the tile for row `first + c`.

    Example:
    ```mlir
    %f = gqgpu.read_sums %ring[%slot] tile 0 cols %c0
      : !gqgpu.ring<2, !gqgpu.tile<256x1xi32>> -> !gqgpu.fragment<64x256xi32, #gqgpu.mma>
    ```
  }];
  let arguments = (ins GQGPU_RingType:$ring, GQGPU_SlotType:$slot, I64Attr:$tile,
    Optional<Index>:$first);
  let results = (outs AnyTypeOf<[AnyStaticShapeTensor, GQGPU_FragmentType]>:$result);
  let assemblyFormat = [{
    $ring `[` $slot `]` `tile` $tile (`cols` $first^)? attr-dict `:` type($ring) `->` type($result)
  }];
  let hasVerifier = 1;
}

#endif // GQ_DIALECT_GQGPU_IR_GQGPUROWSUMOPS_TD
