//===- GQOps.td - operations of the gq dialect -------------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_IR_GQOPS_TD
#define GQ_DIALECT_GQ_IR_GQOPS_TD

include "gq/Dialect/GQ/IR/GQMatmulOps.td"
include "gq/Dialect/GQ/IR/GQOpBase.td"
include "gq/Dialect/GQ/IR/GQPartOps.td"
include "gq/Dialect/GQ/IR/GQTarget.td"
include "mlir/Dialect/Arith/IR/ArithBase.td"
include "mlir/IR/OpAsmInterface.td"

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

#endif // GQ_DIALECT_GQ_IR_GQOPS_TD
