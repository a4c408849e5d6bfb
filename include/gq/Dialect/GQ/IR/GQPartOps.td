//===- GQPartOps.td - tiles in parts -----------------------*- tablegen -*-===//
//
// Tiles that are computed part by part. gq-tile writes the ops where a config
// gives a tile to the thread blocks of a cluster, and gq-outline-kernels gives
// each thread block its part.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_IR_GQPARTOPS_TD
#define GQ_DIALECT_GQ_IR_GQPARTOPS_TD

include "gq/Dialect/GQ/IR/GQBase.td"
include "gq/Support/KnownAttributes.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def GQ_SumOfPartsOp : Op<GQ_Dialect, "sum_of_parts", [
    GQ_KnownAttributes, DestinationStyleOpInterface, RecursiveMemoryEffects,
    SingleBlock, AllTypesMatch<["init", "result"]>]> {
  let summary = "the sum of tiles that are computed part by part";
  let description = [{
    The body computes a tile for each part, from 0 to `parts - 1`; its argument
    is the part's number. Of these tiles, which have as many rows as `init`, the
    columns from `column` on are added to `init`, those of part 0 first, then
    those of part 1, and so on, one rounding in f32 for each; of i32 none, modulo
    2^32.

    `gq-tile` writes it where a config says `split_k`: parts are parts of K, and
    the tile is that of a cluster, of which each thread block stores the columns
    that it asks for here. So all of them compute the same parts, and
    `gq-outline-kernels` has each compute one and tell the others
    (`gqgpu.sum_over_peers`).

    Example:
    ```mlir
    %sum = gq.sum_of_parts 2 from %zero[%column] : tensor<128x64xf32> {
    ^bb0(%part: index):
      %k = affine.apply affine_map<(p) -> (p * 512)>(%part)
      ...
      gq.yield %product : tensor<128x128xf32>
    }
    ```
  }];
  let arguments = (ins I64Attr:$parts, RankedTensorOf<[F32, I32]>:$init, Index:$column);
  let results = (outs RankedTensorOf<[F32, I32]>:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $parts `from` $init `[` $column `]` attr-dict `:` type($init) $body
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
    ::mlir::BlockArgument getPart() { return getBody().getArgument(0); }
    /// The tile of a part.
    ::mlir::Value getYielded() {
      return getBody().front().getTerminator()->getOperand(0);
    }
  }];
}

def GQ_AbsmaxOfPartsOp : Op<GQ_Dialect, "absmax_of_parts", [
    GQ_KnownAttributes, RecursiveMemoryEffects, SingleBlock]> {
  let summary = "a tile, and the largest magnitudes of blocks that go on in tiles below and above";
  let description = [{
    The body computes a tile for each part, from 0 to `parts - 1`; its argument is
    the part's number. Of a row of blocks, of `block[0]` rows, each part has
    `block[0] / parts`, part 0 the first, or fewer where the tensor ends. `tile` is
    the part that begins `row` rows below the first one, and `amax[0, j]` is, as
    of `block_absmax`, the largest magnitude of all parts in columns
    `j * block[1]` to `(j + 1) * block[1] - 1`.

    `gq-tile` writes it where a config with `quantize` has tiles of fewer rows
    than blocks have: those of the thread blocks of a cluster. All of them compute
    the same parts, and `gq-outline-kernels` has each compute its own and tell
    the others its maxima (`gqgpu.max_over_peers`).

    Example:
    ```mlir
    %x, %amax = gq.absmax_of_parts 2 at %row block [256, 256]
        : tensor<128x256xbf16>, tensor<1x1xf32> {
    ^bb0(%part: index):
      %m = affine.apply affine_map<(m, p) -> (m - m mod 256 + p * 128)>(%i, %part)
      ...
      gq.yield %product : tensor<128x256xbf16>
    }
    ```
  }];
  let arguments = (ins I64Attr:$parts, Index:$row, DenseI64ArrayAttr:$block,
    DefaultValuedOptionalAttr<F32Attr, "0.0f">:$amax_floor);
  let results = (outs RankedTensorOf<[F32, BF16, F16]>:$tile, RankedTensorOf<[F32]>:$amax);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $parts `at` $row `block` $block attr-dict `:` type($tile) `,` type($amax) $body
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::BlockArgument getPart() { return getBody().getArgument(0); }
    /// The tile of a part.
    ::mlir::Value getYielded() {
      return getBody().front().getTerminator()->getOperand(0);
    }
    /// Rows of a part that the tensor does not end in.
    int64_t getRowsOfPart() { return getBlock()[0] / static_cast<int64_t>(getParts()); }
  }];
}

def GQ_YieldOp : Op<GQ_Dialect, "yield", [Pure, Terminator,
    ParentOneOf<["SumOfPartsOp", "AbsmaxOfPartsOp"]>]> {
  let summary = "the tile of one part";
  let arguments = (ins AnyRankedTensor:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

#endif // GQ_DIALECT_GQ_IR_GQPARTOPS_TD
