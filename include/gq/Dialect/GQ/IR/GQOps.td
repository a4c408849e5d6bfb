//===- GQOps.td - operations of the gq dialect -------------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_IR_GQOPS_TD
#define GQ_DIALECT_GQ_IR_GQOPS_TD

include "gq/Dialect/GQ/IR/GQBase.td"
include "gq/Dialect/GQ/IR/GQTarget.td"
include "gq/Support/KnownAttributes.td"
include "mlir/Dialect/Arith/IR/ArithBase.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/TilingInterface.td"

def GQ_Matrix : AnyTypeOf<[AnyRankedTensor, AnyMemRef],
    "a ranked tensor or a memref">;

def GQ_AnyMatmulConfig
    : AnyAttrOf<[GQ_MatmulConfigAttr, GQ_MatmulVariantsAttr],
        "a #gq.matmul_config or #gq.matmul_variants">;

// What every op of the dialect is: destination style (tensor results alias the
// `outs` operands; on memrefs there are no results), tileable, and with shapes
// that can be derived from its operands. Most follows from what the op says as a
// BlockOpInterface; BlockOp.cpp and BlockOpTiling.cpp have it for all.
class GQ_Op<string mnemonic, list<Trait> traits = []>
    : Op<GQ_Dialect, mnemonic, !listconcat([
        GQ_KnownAttributes,
        DestinationStyleOpInterface,
        DeclareOpInterfaceMethods<GQ_BlockOpInterface>,
        DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
        ConditionallySpeculatable,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
          ["reifyResultShapes"]>,
        DeclareOpInterfaceMethods<TilingInterface,
          ["getLoopIteratorTypes", "getIterationDomain",
           "getTiledImplementation", "getResultTilePosition",
           "generateResultTileValue"]>], traits)> {
  let hasVerifier = 1;
  // The inits are the shaped operands from number `firstInit` on, or where that
  // depends on which there are, `init` alone.
  int firstInit = 0;
  int numInits = 1;
  code speculatability = [{
    ::mlir::Speculation::Speculatability getSpeculatability() {
      return hasPureTensorSemantics() ? ::mlir::Speculation::Speculatable
                                      : ::mlir::Speculation::NotSpeculatable;
    }
  }];
  code destination = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return ::mlir::MutableOperandRange(getOperation(), }]
      # !cast<string>(firstInit) # ", " # !cast<string>(numInits) # [{);
    }
  }] # speculatability;
  code initAlone = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getInitMutable(); }
  }] # speculatability;
  let extraClassDeclaration = destination;
  let extraClassDefinition = [{
    void $cppClass::getEffects(
        ::llvm::SmallVectorImpl<::mlir::SideEffects::EffectInstance<
            ::mlir::MemoryEffects::Effect>> &effects) {
      detail::getEffects(*this, effects);
    }
    ::llvm::LogicalResult $cppClass::reifyResultShapes(
        ::mlir::OpBuilder &b, ::mlir::ReifiedRankedShapedTypeDims &shapes) {
      return detail::reifyShapes(*this, b, shapes);
    }
    ::llvm::SmallVector<::mlir::utils::IteratorType>
    $cppClass::getLoopIteratorTypes() {
      return detail::getIteratorTypes(*this);
    }
    ::llvm::SmallVector<::mlir::Range>
    $cppClass::getIterationDomain(::mlir::OpBuilder &b) {
      return detail::getIterationDomain(*this, b);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::getTiledImplementation(
        ::mlir::OpBuilder &b, ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return detail::tile(*this, b, offsets, sizes);
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &b, unsigned number,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      return detail::getResultTile(*this, b, number, offsets, sizes,
                                   resultOffsets, resultSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult> $cppClass::generateResultTileValue(
        ::mlir::OpBuilder &b, unsigned number,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return detail::tileOfResult(*this, b, number, offsets, sizes);
    }
  }];
}

// One that takes a single `block`.
class GQ_OneBlockOp<string mnemonic> : GQ_Op<mnemonic> {
  // Of an op with `packed` that makes codes.
  code codeFormat = [{
    /// What codes are: the element type of init, or what is packed in it.
    ::mlir::Type getFormat() {
      return getPacked().value_or(::mlir::getElementTypeOrSelf(getInit()));
    }
  }];
  code oneBlock = destination # [{
    ::llvm::SmallVector<::mlir::gq::NamedBlock> getBlocks() {
      return {{"block", getBlock()}};
    }
  }];
  let extraClassDeclaration = oneBlock;
}

def GQ_BlockAbsmaxOp : GQ_OneBlockOp<"block_absmax"> {
  let firstInit = 1;
  let extraClassDeclaration = oneBlock # [{
    ::llvm::StringRef getKernelWord() { return "absmax"; }
  }];
  let summary = "largest magnitude of each block";
  let description = [{
    `init[i, j] = max(amax_floor, max |x[r, c]|)` over the elements of block
    `(i, j)`, in f32; NaN elements are ignored and an infinite maximum becomes
    the largest finite f32.

    | operand | shape | element types |
    |---|---|---|
    | `x` | `R x C` | bf16, f16, f32 |
    | `init` | `ceil(R/r) x ceil(C/c)` | f32 |

    A tile must not cut a block: tiling with sizes that are no multiple of the
    block is refused. A block larger than a tile is reduced in two steps:
    `block_absmax` of parts of the block, then of the parts' results, which
    `gq-apply-config` writes.

    Example:
    ```mlir
    %amax = gq.block_absmax %x block [128, 128] outs(%e : tensor<8x64xf32>)
              : tensor<1024x8192xbf16> -> tensor<8x64xf32>
    ```
  }];
  let arguments = (ins GQ_Matrix:$x, GQ_Matrix:$init, DenseI64ArrayAttr:$block,
    DefaultValuedOptionalAttr<F32Attr, "0.0f">:$amax_floor,
    OptionalAttr<GQ_QuantizeConfigAttr>:$config);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [
    // The maxima of a tensor `x`.
    OpBuilder<(ins "::mlir::Value":$x, "::llvm::ArrayRef<int64_t>":$block)>
  ];
  let assemblyFormat = [{
    $x `block` $block `outs` `(` $init `:` type($init) `)` attr-dict
    `:` type($x) (`->` type($results)^)?
  }];
}

def GQ_BlockReduceOp : GQ_OneBlockOp<"block_reduce"> {
  let firstInit = 1;
  let extraClassDeclaration = oneBlock # [{
    ::llvm::StringRef getKernelWord() { return "reduce"; }
    /// Sums and products of floats are rounded in the order of the executor.
    bool pinsBits();
    ::mlir::TypedAttr getNeutral();
  }];
  let summary = "sum, product, maximum or minimum of each block";
  let description = [{
    `init[i, j]` is what `kind` makes of the elements of block `(i, j)`, in f32
    or i32; in which order is not said. `init` is overwritten. `kind` is one of
    arith's:

    | `kind` | elements |
    |---|---|
    | `addf`, `mulf` | floats: sum, product |
    | `maximumf`, `minimumf` | floats: the largest, the smallest; NaN if one is NaN |
    | `maxnumf`, `minnumf` | floats: the same of those that are not NaN |
    | `addi`, `muli`, `maxs`, `maxu`, `mins`, `minu`, `andi`, `ori`, `xori` | i32 |

    | operand | shape | element types |
    |---|---|---|
    | `x` | `R x C` | bf16, f16, f32; i32 |
    | `init` | `ceil(R/r) x ceil(C/c)` | f32; i32 |

    A block of one row and all columns is a reduction along rows. One without a
    config that elementwise ops in front of another op's kernel read is computed
    in that kernel, whose tiles have whole rows. Otherwise it has a kernel, which
    may reduce blocks in parts, as `gq.block_absmax`.

    Example:
    ```mlir
    %s = gq.block_reduce addf %x block [1, 4096] outs(%e : tensor<?x1xf32>)
           : tensor<?x4096xbf16> -> tensor<?x1xf32>
    ```
  }];
  let arguments = (ins AtomicRMWKindAttr:$kind, GQ_Matrix:$x, GQ_Matrix:$init,
    DenseI64ArrayAttr:$block, OptionalAttr<GQ_QuantizeConfigAttr>:$config);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [
    // Of a tensor `x`: i32 of i32, f32 of floats.
    OpBuilder<(ins "::mlir::arith::AtomicRMWKind":$kind, "::mlir::Value":$x,
      "::llvm::ArrayRef<int64_t>":$block)>
  ];
  let assemblyFormat = [{
    $kind $x `block` $block `outs` `(` $init `:` type($init) `)` attr-dict
    `:` type($x) (`->` type($results)^)?
  }];
}

def GQ_AbsmaxToScaleOp : GQ_Op<"absmax_to_scale"> {
  let firstInit = 1;
  let summary = "scale of a block from its largest magnitude";
  let description = [{
    `init = max(div.rn(amax, fmt_max), 2^-126)` for `amax > 0`, else 1, element
    by element; `fmt_max` is the largest magnitude of `format` (f8E4M3FN, f8E5M2,
    i8, or of four bits i4, f4E2M1FN). With `pow2` the quotient is rounded up to a power of two first, which
    makes the scale exact in the E8M0 format: `init` may then be f8E8M0FNU
    instead of f32. An `init` of bf16 has the scale rounded to nearest even.

    Example:
    ```mlir
    %s = gq.absmax_to_scale %amax to f8E4M3FN outs(%e : tensor<8x64xf32>)
           : tensor<8x64xf32> -> tensor<8x64xf32>
    ```
  }];
  let arguments = (ins GQ_Matrix:$amax, GQ_Matrix:$init, TypeAttr:$format,
    UnitAttr:$pow2);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [
    // `scaleType` is f32 or, with powers of two, f8E8M0FNU.
    OpBuilder<(ins "::mlir::Value":$amax, "::mlir::Type":$format,
      "::mlir::Type":$scaleType)>
  ];
  let assemblyFormat = [{
    $amax `to` $format `outs` `(` $init `:` type($init) `)` attr-dict
    `:` type($amax) (`->` type($results)^)?
  }];
}

def GQ_CopyOp : GQ_Op<"copy"> {
  let firstInit = 1;
  let extraClassDeclaration = destination # [{
    ::llvm::StringRef getKernelWord() { return "elementwise"; }
  }];
  let summary = "what elementwise ops compute, stored";
  let description = [{
    `init[r, c] = x[r, c]`. A kernel of its own, which takes the elementwise ops
    along that compute `x`: `gq-anchor-elementwise` writes it behind those that
    are not a part of another kernel.

    | operand | shape | element types |
    |---|---|---|
    | `x` | `R x C` | bf16, f16, f32, i32, f8E4M3FN, f8E5M2, i8, f8E8M0FNU |
    | `init` | `R x C` | that of `x` |

    Example:
    ```mlir
    %z = gq.copy %y outs(%e : tensor<64x512xbf16>) : tensor<64x512xbf16> -> tensor<64x512xbf16>
    ```
  }];
  let arguments = (ins GQ_Matrix:$x, GQ_Matrix:$init,
    OptionalAttr<GQ_QuantizeConfigAttr>:$config);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [OpBuilder<(ins "::mlir::Value":$x)>];
  let assemblyFormat = [{
    $x `outs` `(` $init `:` type($init) `)` attr-dict
    `:` type($x) (`->` type($results)^)?
  }];
}

def GQ_ScaledCastOp : GQ_OneBlockOp<"scaled_cast"> {
  let firstInit = 2;
  let extraClassDeclaration = oneBlock # [{
    ::llvm::StringRef getKernelWord() { return "cast"; }
  }] # codeFormat;
  let summary = "quantise with given scales";
  let description = [{
    `init[r, c] = convert.rn.satfinite(x[r, c] * div.rn(1, scales[i, j]))` where
    `(i, j)` is the block of element `(r, c)`. `init` is f8E4M3FN, f8E5M2 or i8,
    `scales` f32, bf16 or f8E8M0FNU; with `packed` it is i8, of two codes of four
    bits in each byte, as `gq.quantize` has them. With `divide` it is
    `convert.rn.satfinite(div.rn(x[r, c], scales[i, j]))`, as other quantisers
    have it: a code may then differ by one step, and each element costs a division.

    `origin`, two index values, says where in the blocks this op's element
    (0, 0) lies: row `r` uses scale row `(origin0 mod block0 + r) / block0`. It
    is zero when left out, and appears when an op is tiled with sizes that are
    no multiple of the block. A tile may also be a part of a block.

    Example:
    ```mlir
    %q = gq.scaled_cast %x scales(%s block [1, 128]) outs(%e : tensor<64x512xf8E4M3FN>)
           : tensor<64x512xbf16>, tensor<64x4xf32> -> tensor<64x512xf8E4M3FN>
    ```
  }];
  let arguments = (ins GQ_Matrix:$x, GQ_Matrix:$scales, GQ_Matrix:$init,
    Variadic<Index>:$origin, DenseI64ArrayAttr:$block,
    OptionalAttr<GQ_QuantizeConfigAttr>:$config, UnitAttr:$divide,
    OptionalAttr<TypeAttr>:$packed);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [
    // To codes of `format`; those of four bits, i4 or f4E2M1FN, are packed.
    OpBuilder<(ins "::mlir::Value":$x, "::mlir::Value":$scales,
      "::llvm::ArrayRef<int64_t>":$block, "::mlir::Type":$format)>
  ];
  let assemblyFormat = [{
    $x `scales` `(` $scales `block` $block `)` (`origin` `(` $origin^ `)`)?
    `outs` `(` $init `:` type($init) `)` attr-dict
    `:` type($x) `,` type($scales) (`->` type($results)^)?
  }];
}

def GQ_DequantizeOp : GQ_OneBlockOp<"dequantize"> {
  let firstInit = 2;
  let extraClassDeclaration = oneBlock # [{
    ::llvm::StringRef getKernelWord() { return "dequantize"; }
  }];
  let summary = "value of a quantised tensor";
  let description = [{
    `init[r, c] = q[r, c] * scales[i, j]`, the product in f32, rounded once to
    the element type of `init` (f32, bf16 or f16). `origin` as in `scaled_cast`.

    | operand | shape | element types |
    |---|---|---|
    | `q` | `R x C` | f8E4M3FN, f8E5M2, i8 |
    | `q` with `packed` | `R x ceil(C/2)` | i8: bytes of two codes |
    | `scales` | `ceil(R/r) x ceil(C/c)` | f32, bf16, f16, f8E8M0FNU |
    | `init` | `R x C` | f32, bf16, f16 |

    With `packed` codes have four bits, two in each byte of `q`: that of column
    `2i` in the low four bits of byte `i` of its row, that of column `2i + 1` in
    the high ones, which at the end of a row of odd length stand for nothing.
    `packed` says what they are:

    | `packed` | values | of |
    |---|---|---|
    | `i4` | -8 to 7, two's complement | INT4; MSFP12, whose codes are -7 to 7 |
    | `f4E2M1FN` | 0, 0.5, 1, 1.5, 2, 3, 4, 6 below a sign | MXFP4 |

    All of these are exact in bf16 with scales of f8E8M0FNU, where the result
    is in its range. Blocks have an even number of columns then.

    Example:
    ```mlir
    %y = gq.dequantize %q scales(%s block [1, 128]) outs(%e : tensor<64x512xbf16>)
           : tensor<64x512xf8E4M3FN>, tensor<64x4xf32> -> tensor<64x512xbf16>
    %w = gq.dequantize %p scales(%t block [1, 32]) outs(%e : tensor<64x512xbf16>)
           {packed = f4E2M1FN}
           : tensor<64x256xi8>, tensor<64x16xf8E8M0FNU> -> tensor<64x512xbf16>
    ```
  }];
  let arguments = (ins GQ_Matrix:$q, GQ_Matrix:$scales, GQ_Matrix:$init,
    Variadic<Index>:$origin, DenseI64ArrayAttr:$block,
    OptionalAttr<GQ_QuantizeConfigAttr>:$config, OptionalAttr<TypeAttr>:$packed);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [
    // To elements of `type`. `packed`: the format of codes of four bits.
    OpBuilder<(ins "::mlir::Value":$q, "::mlir::Value":$scales,
      "::llvm::ArrayRef<int64_t>":$block, "::mlir::Type":$type,
      CArg<"::mlir::Type", "{}">:$packed)>
  ];
  let assemblyFormat = [{
    $q `scales` `(` $scales `block` $block `)` (`origin` `(` $origin^ `)`)?
    `outs` `(` $init `:` type($init) `)` attr-dict
    `:` type($q) `,` type($scales) (`->` type($results)^)?
  }];
}

def GQ_QuantizeOp : GQ_OneBlockOp<"quantize"> {
  let firstInit = 1;
  let numInits = 2;
  let extraClassDeclaration = oneBlock # [{
    ::llvm::StringRef getKernelWord() { return "quantize"; }
  }] # codeFormat;
  let summary = "dynamic block quantisation";
  let description = [{
    `block_absmax`, `absmax_to_scale` and `scaled_cast` in one op that reads its
    input once: the first result is the quantised tensor, the second its scales.
    `gq-fuse-quantize` makes it from the three, `gq-expand{quantize=true}` splits it.

    | operand | shape | element types |
    |---|---|---|
    | `x` | `R x C` | bf16, f16, f32 |
    | `init` | `R x C` | f8E4M3FN, f8E5M2, i8 |
    | `init` with `packed` | `R x ceil(C/2)` | i8: bytes of two codes |
    | `scales_init` | `ceil(R/r) x ceil(C/c)` | f32, bf16; with `pow2` also f8E8M0FNU |

    Codes are those of the scale as it is stored, which bf16 rounds. With `transposed_scales` the scales are stored M-major, as
    `ceil(C/c) x ceil(R/r)`: block `(i, j)` has its scale at `(j, i)`. With
    `padded_scales` as well, their rows are as long as the next multiple of 16
    bytes; behind the scales of the last block stand those of blocks of zeros.
    `divide` as in `scaled_cast`.

    With `packed` codes have four bits, two in each byte of `init`, as
    `gq.dequantize` reads them; at the end of a row of odd length the high four
    bits are the code of a zero. Blocks have an even number of columns then.

    | `packed` | codes | `fmt_max` | NaN becomes |
    |---|---|---|---|
    | `i4` | nearest even, -7 to 7: never -8 | 7 | 0 |
    | `f4E2M1FN` | nearest even in its step, saturating | 6 | 6 |

    MSFP12 is `packed = i4` with `pow2`, scales of f8E8M0FNU and blocks of 1x16,
    MXFP4 `packed = f4E2M1FN` with those of 1x32, INT4 `packed = i4` with scales
    of f32 or bf16.

    Operands with a dimension more, in front, are a batch: each matrix is quantised.
    No block is of two of them: it has one row, or so many that matrices of a static
    size end with blocks. `gq-expand` makes one op on their rows of it. Scales are
    row-major.

    A tile must not cut a block, unless its config says `passes = 2`: then
    `gq-apply-config` makes two passes of it, for blocks of any size.

    Without a config it is a part of the kernel of the product that it alone reads,
    whose config says `quantize = true`. What the product computes is rounded only
    where the program does that. Codes that are packed have a kernel of their own.

    Example:
    ```mlir
    %q, %s = gq.quantize %x block [1, 128]
               outs(%eq, %es : tensor<64x512xf8E4M3FN>, tensor<64x4xf32>)
               : tensor<64x512xbf16> -> tensor<64x512xf8E4M3FN>, tensor<64x4xf32>
    %p, %t = gq.quantize %x block [1, 128]
               outs(%ep, %et : tensor<64x512xi8>, tensor<4x64xf8E8M0FNU>)
               {pow2, transposed_scales}
               : tensor<64x512xbf16> -> tensor<64x512xi8>, tensor<4x64xf8E8M0FNU>
    %b, %u = gq.quantize %x block [1, 32]
               outs(%eb, %eu : tensor<64x256xi8>, tensor<64x16xf8E8M0FNU>)
               {pow2, packed = f4E2M1FN}
               : tensor<64x512xbf16> -> tensor<64x256xi8>, tensor<64x16xf8E8M0FNU>
    ```
  }];
  let arguments = (ins GQ_Matrix:$x, GQ_Matrix:$init, GQ_Matrix:$scales_init,
    DenseI64ArrayAttr:$block, UnitAttr:$pow2, UnitAttr:$transposed_scales,
    UnitAttr:$padded_scales,
    DefaultValuedOptionalAttr<F32Attr, "0.0f">:$amax_floor,
    OptionalAttr<GQ_QuantizeConfigAttr>:$config, UnitAttr:$divide,
    OptionalAttr<TypeAttr>:$packed);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let builders = [
    // Codes of `format`; those of four bits, i4 or f4E2M1FN, are packed.
    // `scaleType` is f32, also where it is null, or f8E8M0FNU, whose scales are
    // powers of two.
    OpBuilder<(ins "::mlir::Value":$x, "::llvm::ArrayRef<int64_t>":$block,
      "::mlir::Type":$format, CArg<"::mlir::Type", "{}">:$scaleType,
      CArg<"bool", "false">:$transposedScales)>
  ];
  let assemblyFormat = [{
    $x `block` $block
    `outs` `(` $init `,` $scales_init `:` type($init) `,` type($scales_init) `)`
    attr-dict `:` type($x) (`->` type($results)^)?
  }];
}

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

//===----------------------------------------------------------------------===//
// Tiles in parts
//===----------------------------------------------------------------------===//

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

#endif // GQ_DIALECT_GQ_IR_GQOPS_TD
