//===- GQMatmulOps.td - products of quantised matrices -----*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_IR_GQMATMULOPS_TD
#define GQ_DIALECT_GQ_IR_GQMATMULOPS_TD

include "gq/Dialect/GQ/IR/GQOpBase.td"

def GQ_AnyMatmulConfig
    : AnyAttrOf<[GQ_MatmulConfigAttr, GQ_MatmulVariantsAttr],
        "a #gq.matmul_config or #gq.matmul_variants">;

def GQ_ScaledMatmulOp : GQ_Op<"scaled_matmul", [AttrSizedOperandSegments]> {
  let extraClassDeclaration = initAlone # [{
    /// Both operands have scales, or neither.
    bool isScaled() { return getAScales() && getBScales(); }
    ::llvm::SmallVector<::mlir::gq::NamedBlock> getBlocks();
    ::llvm::ArrayRef<::llvm::StringLiteral> getLoopNames();
    ::llvm::StringRef getKernelWord() { return "matmul"; }
    bool isPersistent() { return true; }
    bool readsInit() { return true; }
    bool isBatchInvariant() { return getBatchInvariant(); }
    void dropPadding() {
      setPaddedAScales(false);
      setPaddedBScales(false);
    }
    ::std::optional<int64_t> getPromotionStep();
    void keepPromotionStep(::std::optional<int64_t> step);
    /// One integer for each element, over all of K, becomes an f32: sums of i8
    /// of which each has one scale of a and one of b, that of its row or of all
    /// rows.
    bool isOneIntegerSum() { return refuseOneIntegerSum().empty(); }
    /// Why it is not; empty: it is.
    ::std::string refuseOneIntegerSum();
    bool hasZeroPoints() { return getAZeroPoints() || getBZeroPoints(); }
    ::llvm::StringRef getUnexpanded() {
      return hasZeroPoints() && !getZeroPointsApart() ? "zero points" : "";
    }
    /// Sums of floats inside the tensor core are not pinned to the bit.
    bool pinsBits() {
      return ::mlir::getElementTypeOrSelf(getInit().getType()).isInteger();
    }
    /// The config, the defaults where there is none; fails with an error if it
    /// has several variants, for a pass that is behind gq-apply-config.
    ::mlir::FailureOr<::mlir::gq::MatmulConfig> requireOneConfig();
  }];
  let summary = "block-scaled matrix multiplication, accumulating into init";
  let description = [{
    `init[m, n] += sum over k of sa * sb * a[m, k] * b[n, k]`: both operands are
    K-major, as Hopper's tensor cores want operands of one byte.

    | operand | shape | element types |
    |---|---|---|
    | `a` | `M x K` | f8E4M3FN, f8E5M2, i8; without scales also bf16, f16 |
    | `b` | `N x K` | f8E4M3FN or f8E5M2 (may differ from `a`), otherwise that of `a` |
    | `a_scales` | `ceil(M/am) x ceil(K/ak)`, block `[am, ak]` | f32, bf16, f8E8M0FNU |
    | `b_scales` | `ceil(N/bn) x ceil(K/bk)`, block `[bn, bk]` | f32, bf16, f8E8M0FNU (may differ from `a_scales`) |
    | `a_zero_points` | none, or `M` | i8, i32 |
    | `b_zero_points` | none, or `N` | i8, i32 |
    | `init` | `M x N` | f32, or bf16 / f16: rounded once at the end; of i8 without scales also i32 |

    The tensor core adds at most `promote` products along K before the partial
    sum is scaled and added to the accumulator in f32 (Hopper's FP8 accumulator
    keeps about 14 bits; the two-level sum is DeepSeek-V3's). A partial sum ends
    where a block of `a` or of `b` does. The accumulator starts from `init` (from
    zeros, where that is a `tensor.empty`), and the sums are added in the order of
    K. Products of i8 are added up as integers,
    exactly; the sum is rounded to f32 when it is promoted.

    Where `promote` is not given, and `a` and `b` of i8 have one block along K each,
    of blocks of one row or of all, K being static and at most 131071 (no sum leaves
    s32), the integers are added up over all of K: `init + f32(sum) * (sa * sb)`,
    where the product of the scales and the sum are rounded to f32 first, and then
    there is one fma. So are those of i8 without scales, to which nothing but
    `init` is added. Kernels keep such sums in the tensor core, and read the scales
    behind the loop over K.

    With an `init` of i32, i8 is multiplied without scales, and the result is the
    integer, modulo 2^32; `promote` is refused.

    With `a_zero_points`, `b_zero_points` or both, i8 or i32, what is added up is
    `(a[m, k] - za) * (b[n, k] - zb)`: affine quantisation. They are of rank 0, one
    for all rows, or of rank 1, one for each row. K is static, and sums are
    integers modulo 2^32 over all of K: `init` is i32, or all is as above for one
    integer, but that K is at most 33024, so that s32 holds the sum if zero points
    are in the range of i8. Kernels multiply the codes, and subtract what
    zero points make of the sums of the rows of `b`, if `a` has zero points, and of
    `a`, if `b` has: they add up the rows of the tiles that they multiply, or
    kernels of their own do (`row_sums` of the config).

    With `zero_points_apart`, which `gq-expand` writes, what is added up is
    `a[m, k] * b[n, k] - za * b[n, k] - zb * a[m, k]`, into an `init` of i32: the
    product of both zero points is added elsewhere, so that zeros past the end of K
    add nothing.

    Without `scales` the operands are what they say: `sa` and `sb` are 1. There
    is no block, no `origin` and none of the attributes of scales. FP8 is
    promoted as above; products of bf16 and of f16, whose accumulator is an f32,
    stay in the tensor core over all of K: they are added to `init` one after
    another, and `promote` is refused.

    Products of i8 with f8E8M0FNU scales of blocks along K that are no multiples
    of 32, as the boxes of 16 of MSFP16, kernels compute as products of bf16
    without scales, in which every `sa * a[m, k]` and `sb * b[n, k]` is exact.

    Operands with a dimension more, in front, are a batch: a product for each, all
    in one kernel. `init` has it, and `a`, `b` or both; what has none, weights or
    scales, is the same for all. `gq-expand` makes a loop over thread blocks of it.
    There is no `origin` beside it, and there are no padded scales.

    `gq-select-config` may choose by M, and `config` be a `#gq.matmul_variants`.
    With `batch_invariant` a row of the result has the same bits however many
    rows there are: all variants add up in one order, in as many parts of K,
    promoted as often (tiles, operands that are swapped and when scales and
    results move may differ; `split_k` and `k_groups` may not, nor where parts
    start, nor is there `streamk`).

    With `transposed_a_scales` the scales of `a` are stored M-major, as
    `ceil(K/ak) x ceil(M/am)`, and with `transposed_b_scales` those of `b` are
    stored as `ceil(K/bk) x ceil(N/bn)`: `gq.quantize` leaves them so with
    `transposed_scales`. With `padded_a_scales` or `padded_b_scales` as well, their
    rows are as long as the next multiple of 16 bytes, as `padded_scales` leaves
    them, which the copy engine needs; what is behind the last scale is not read
    for any element of the result.

    `origin`, three index values (M, N, K), says where in the scale blocks this
    op's element (0, 0, 0) lies, see `scaled_cast`.

    Example:
    ```mlir
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
           outs(%c : tensor<64x256xf32>) {promote = 128}
           : tensor<64x512xf8E4M3FN>, tensor<256x512xf8E4M3FN>,
             tensor<64x4xf32>, tensor<2x4xf32> -> tensor<64x256xf32>
    %e = gq.scaled_matmul %x, %w outs(%c : tensor<64x256xf32>)
           : tensor<64x512xbf16>, tensor<256x512xbf16> -> tensor<64x256xf32>
    %f = gq.scaled_matmul %p, %q outs(%zeros : tensor<64x256xi32>)
           : tensor<64x512xi8>, tensor<256x512xi8> -> tensor<64x256xi32>
    %g = gq.scaled_matmul %p, %q scales(%sp block [1, 512], %sq block [1, 512])
           a_zero_points(%zp : tensor<i32>) b_zero_points(%zq : tensor<256xi8>)
           outs(%c : tensor<64x256xf32>)
           : tensor<64x512xi8>, tensor<256x512xi8>,
             tensor<64x1xf32>, tensor<256x1xf32> -> tensor<64x256xf32>
    ```
  }];
  let arguments = (ins GQ_Matrix:$a, GQ_Matrix:$b,
    Optional<GQ_Matrix>:$a_scales, Optional<GQ_Matrix>:$b_scales,
    Optional<GQ_Matrix>:$a_zero_points, Optional<GQ_Matrix>:$b_zero_points,
    GQ_Matrix:$init, Variadic<Index>:$origin,
    OptionalAttr<DenseI64ArrayAttr>:$a_block,
    OptionalAttr<DenseI64ArrayAttr>:$b_block,
    DefaultValuedOptionalAttr<I64Attr, "128">:$promote,
    UnitAttr:$batch_invariant, OptionalAttr<GQ_AnyMatmulConfig>:$config,
    UnitAttr:$transposed_a_scales, UnitAttr:$transposed_b_scales,
    UnitAttr:$padded_a_scales, UnitAttr:$padded_b_scales,
    UnitAttr:$zero_points_apart);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [
    // From zeros, into elements of `type`.
    OpBuilder<(ins "::mlir::Value":$a, "::mlir::Value":$b,
      "::mlir::Value":$aScales, "::mlir::Value":$bScales,
      "::llvm::ArrayRef<int64_t>":$aBlock, "::llvm::ArrayRef<int64_t>":$bBlock,
      "::mlir::Type":$type)>,
    // Without scales.
    OpBuilder<(ins "::mlir::Value":$a, "::mlir::Value":$b, "::mlir::Type":$type)>
  ];
  let assemblyFormat = [{
    $a `,` $b
    (`scales` `(` $a_scales^ `block` $a_block `,` $b_scales `block` $b_block `)`)?
    (`a_zero_points` `(` $a_zero_points^ `:` type($a_zero_points) `)`)?
    (`b_zero_points` `(` $b_zero_points^ `:` type($b_zero_points) `)`)?
    (`origin` `(` $origin^ `)`)? `outs` `(` $init `:` type($init) `)` attr-dict
    `:` type($a) `,` type($b) (`,` type($a_scales)^ `,` type($b_scales))?
    (`->` type($results)^)?
  }];
}

#endif // GQ_DIALECT_GQ_IR_GQMATMULOPS_TD
