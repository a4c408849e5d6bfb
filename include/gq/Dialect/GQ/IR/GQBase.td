//===- GQBase.td - the gq dialect and its attributes -------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_IR_GQBASE_TD
#define GQ_DIALECT_GQ_IR_GQBASE_TD

include "gq/Dialect/GQ/IR/GQInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"

def GQ_Dialect : Dialect {
  let name = "gq";
  let cppNamespace = "::mlir::gq";
  let summary = "block quantisation and block-scaled matrix multiplication";
  let description = [{
    Operations on tensors that are quantised block by block: a *block* is a
    rectangle of elements that shares one scale. `[1, 128]` is one row by 128
    columns (DeepSeek's activations), `[128, 128]` a square (its weights), and
    `[256, 256]` GridQuant's default; any positive sizes are allowed. Blocks
    that stick out of a tensor cover only the elements that exist, so a tensor
    of `R x C` elements with blocks `[r, c]` has `ceil(R/r) x ceil(C/c)` scales.

    ### Numerics

    Every executor (the CPU reference and the GPU kernels) computes the
    following, to the bit for everything up to `scaled_matmul`:

    - `amax` is the largest `|x|` of a block in f32. NaN elements are ignored
      (a block of only NaN has `amax` 0); an infinite `amax` becomes the largest
      finite f32; it is at least `amax_floor`.
    - `scale = max(div.rn(amax, fmt_max), 2^-126)` for `amax > 0`, else 1.
      `fmt_max` is 448 (f8E4M3FN), 57344 (f8E5M2) or 127 (i8), of codes of four
      bits 7 (i4) or 6 (f4E2M1FN). In power-of-two mode the quotient is
      rounded up to a power of two first; only such scales can be of type
      f8E8M0FNU, whose code is the biased exponent:
      `2^(code - 127)`. A scale of type bf16 is the f32 one, rounded to nearest
      even: never below 2^-126, but up to 2^-8 of it smaller. Codes are made with
      the rounded scale; what is beyond `fmt_max` by that saturates.
    - `q = convert.rn.satfinite(mul.rn(x, div.rn(1, scale)))`: round to nearest
      even, values past the largest finite one (infinities too) saturate, NaN
      gives the canonical NaN 0x7f. For i8 values saturate at -127 and 127, for
      i4 at -7 and 7, and NaN gives 0. f4E2M1FN has no NaN: it gives 6.
    - The dequantised value is `q * scale`.
    - `scaled_matmul` accumulates products in f32 over at most `promote`
      elements of K, of one block of `a` and of `b` (of i8 as integers, rounded
      to f32 at the end), multiplies each partial sum with the f32 product of
      the two scales and adds it to the f32 accumulator with one rounding (FMA).
      Without scales these are 1; products of bf16 and f16 are added to the
      accumulator itself.

    Elementwise ops compute what their dialect says. `arith.truncf` to FP8 rounds
    to nearest even and does not saturate, as its constant folder: what is too
    large becomes infinite in f8E5M2 and the NaN 0x7f in f8E4M3FN, which has no
    infinity (above 464, which rounds to the largest one, 448). Programs that want the
    largest finite value clamp before. `arith.fptosi` saturates, at -128 and 127
    for i8, and takes NaN to 0.

    A `linalg` op that adds up products into bf16 or f16 (`linalg.matmul` and its
    like) has sums in f32, and its result is rounded once, as those who write it
    mean it; taken at its word it would round each addition.

    No flush to zero anywhere: f32 denormals are kept.

    ### Attributes of functions

    `gq.dependent_launch` says which kernels of a `func.func` may begin before the
    one in front of them in the stream has completed, with whatever does not need
    its memory: `"within"` all but the first, `"callers"` the first as well, whose
    predecessor is the caller's; `"none"`, or without it, none.

    An argument that is `gq.constant` no kernel writes that may still run when one
    of this function begins; weights are that. Kernels may load it before they wait
    for the one in front. With `"within"` all that is in front of the function has
    completed by then, and what is left to the caller is to pass no result in the
    same memory. With `"callers"` kernels of earlier calls may still run: it was
    written before something that they, or the host, have waited for.

    ```mlir
    func.func @linear(%x: tensor<?x8192xbf16>, %w: tensor<8192x8192xf8E4M3FN> {gq.constant},
                      %s: tensor<64x64xf32> {gq.constant}) -> tensor<?x8192xbf16>
        attributes {gq.dependent_launch = "within"}
    ```

    An argument that is `gq.pitched` is a matrix whose rows may be further apart
    than they are long: columns of a wider tensor. Elements of a row are side by
    side; from row to row it is a multiple of 16 bytes, or the length of a row.
    Kernels take the distance, the pitch, as a parameter of each launch.

    ```mlir
    func.func @linear(%x: tensor<?x8192xbf16> {gq.pitched}, %w: tensor<8192x8192xbf16>)
    ```
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1; // gq.target, gq.dependent_launch
  let hasRegionArgAttrVerify = 1; // gq.constant, gq.pitched
  let hasCanonicalizer = 1;
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

// The text form, what may be, and what it means: the rows of the config, in
// include/gq/Config.
class GQ_ConfigAttr<string name, string text>
    : AttrDef<GQ_Dialect, name, [GQ_StrategyAttrInterface]> {
  let mnemonic = text;
  let summary = "a #gq." # text;
  let parameters = (ins AttrOrTypeParameter<"::mlir::gq::" # name,
    "the values of the keys", "const ::mlir::gq::" # name # " &">:$value);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  code config = [{
    ::llvm::ArrayRef<int64_t> getTile() const { return getValue().tile; }
    ::std::optional<int64_t> getCandidate() const {
      return getValue().candidate;
    }
    ::llvm::StringRef getRewriting() const { return getValue().rewriting(); }
  }];
}

def GQ_MatmulConfigAttr : GQ_ConfigAttr<"MatmulConfig", "matmul_config"> {
  let description = [{
    The strategy that a `gq.scaled_matmul` is compiled with. Written on the op
    by `gq-select-config`, or by hand; every later pass obeys it and none
    overrides it.

    @keys include/gq/Config/MatmulConfig.h

    Keys that are left out take their defaults. A config with a `candidate` is
    the compiler's own: if its kernel spills registers, `gq-compile` takes the
    next one. One without is compiled or refused.

    Example:
    ```mlir
    #gq.matmul_config<tile = [256, 128, 128], stages = 4, math_groups = 2>
    #gq.matmul_config<tile = [256, 128, 128], raster = 7, registers = [40, 232], candidate = 0>
    ```
  }];
  let extraClassDeclaration = config # [{
    int64_t getRaster() const { return getValue().raster; }
    /// Roles decide, see gq-warp-specialize.
    ::std::optional<int64_t> getLaunchThreads() const { return std::nullopt; }
    ::std::optional<int64_t> getLaunchCluster() const {
      if (getValue().clusterSize() == 1)
        return std::nullopt;
      return getValue().clusterSize();
    }
    ::llvm::SmallVector<int64_t> getClusterTiles() const {
      if (!getLaunchCluster())
        return {};
      auto [rows, columns] = getValue().clusterTiles();
      return {rows, columns};
    }
    int64_t getParts() const { return getValue().splitK; }
    int64_t getSharers() const { return getValue().sharers(); }
    ::std::optional<int64_t> getOccupancy() const {
      if (getValue().occupancy == 1)
        return std::nullopt;
      return getValue().occupancy;
    }
  }];
}

def GQ_MatmulVariantsAttr
    : AttrDef<GQ_Dialect, "MatmulVariants", [GQ_StrategyAttrInterface]> {
  let mnemonic = "matmul_variants";
  let summary = "a #gq.matmul_variants";
  let description = [{
    Several strategies for one `gq.scaled_matmul`, of which the number of rows M
    takes one at launch: the first whose limit is at least M, else the last,
    which has none. Written by `gq-select-config` where M is dynamic, or by hand;
    `gq-apply-config` makes an `scf.if` around the op of it, with a config in each
    branch, and configs that are the same become one branch.

    Limits are positive and ascend; there are at most 12 configs.

    Example:
    ```mlir
    #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128], stages = 8, math_groups = 1>,
                        up_to 256 = <tile = [128, 128, 128], stages = 6>,
                        above = <tile = [256, 128, 128]>>
    ```
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$limits,
    ArrayRefParameter<"::mlir::gq::MatmulConfigAttr">:$configs);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// That of `rows` rows.
    ::mlir::gq::MatmulConfigAttr getConfigFor(int64_t rows) const;
    /// Limits of variant `number`: more than the first, at most the second,
    /// which the last one does not have.
    std::pair<int64_t, ::std::optional<int64_t>> getRows(size_t number) const;

    // Passes that obey a config see those of the branches.
    ::llvm::ArrayRef<int64_t> getTile() const;
    int64_t getRaster() const;
    ::std::optional<int64_t> getLaunchThreads() const { return std::nullopt; }
    ::std::optional<int64_t> getLaunchCluster() const { return std::nullopt; }
    ::llvm::SmallVector<int64_t> getClusterTiles() const { return {}; }
    int64_t getParts() const { return 1; }
    int64_t getSharers() const { return 1; }
    ::std::optional<int64_t> getOccupancy() const { return std::nullopt; }
    ::std::optional<int64_t> getCandidate() const { return std::nullopt; }
    ::llvm::StringRef getRewriting() const { return "several variants"; }
  }];
}

def GQ_QuantizeConfigAttr : GQ_ConfigAttr<"QuantizeConfig", "quantize_config"> {
  let description = [{
    The strategy that a `gq.quantize`, or one pass of it (`gq.block_absmax`,
    `gq.scaled_cast`), is compiled with. Written on the op by
    `gq-select-config`, or by hand; every later pass obeys it and none overrides
    it.

    @keys include/gq/Config/QuantizeConfig.h

    With `slabs` above 1 the rows of a tile are those of one block, and
    `cluster` is 1. `passes = 2` then means one kernel that keeps no slab: it
    reads all of them for the scale, and all of them again for the cast.

    Keys that are left out take their defaults. A tile of `block_absmax` or of
    two passes holds whole blocks or a part of one.

    Example:
    ```mlir
    #gq.quantize_config<tile = [16, 512], threads = 256>
    #gq.quantize_config<tile = [1, 8192], passes = 2>
    #gq.quantize_config<tile = [256, 256], threads = 512, slabs = 2, park = true>
    ```
  }];
  let extraClassDeclaration = config # [{
    int64_t getRaster() const { return 1; }
    ::std::optional<int64_t> getLaunchThreads() const {
      return getValue().threads;
    }
    ::std::optional<int64_t> getLaunchCluster() const {
      return getValue().cluster;
    }
    ::llvm::SmallVector<int64_t> getClusterTiles() const { return {}; }
    int64_t getParts() const { return 1; }
    int64_t getSharers() const { return 1; }
    ::std::optional<int64_t> getOccupancy() const { return std::nullopt; }
  }];
}

#endif // GQ_DIALECT_GQ_IR_GQBASE_TD
