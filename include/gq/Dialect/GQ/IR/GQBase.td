//===- GQBase.td - the gq dialect and its attributes -------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_IR_GQBASE_TD
#define GQ_DIALECT_GQ_IR_GQBASE_TD

include "gq/Dialect/GQ/IR/GQInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
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
      `fmt_max` is 448 (f8E4M3FN), 57344 (f8E5M2) or 127 (i8). In power-of-two
      mode the quotient is rounded up to a power of two first; only such scales
      can be of type f8E8M0FNU, whose code is the biased exponent:
      `2^(code - 127)`.
    - `q = convert.rn.satfinite(mul.rn(x, div.rn(1, scale)))`: round to nearest
      even, values past the largest finite one (infinities too) saturate, NaN
      gives the canonical NaN 0x7f. For i8 values saturate at -127 and 127, and
      NaN gives 0.
    - The dequantised value is `q * scale`.
    - `scaled_matmul` accumulates products in f32 over at most `promote`
      elements of K, multiplies each partial sum with the f32 product of the two
      scales and adds it to the f32 accumulator with one rounding (FMA).

    No flush to zero anywhere: f32 denormals are kept.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1; // gq.target
  let hasCanonicalizer = 1;
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

def GQ_Schedule : I32EnumAttr<"Schedule", "how the math warp groups share the work", [
    I32EnumAttrCase<"Cooperative", 0, "cooperative">
  ]> {
  let cppNamespace = "::mlir::gq";
  let genSpecializedAttr = 0;
}

// Text forms of parameters: a list in brackets, `true` or `false`, a number.
class GQ_ListParameter<string desc> : ArrayRefParameter<"int64_t", desc> {
  let parser = "::mlir::gq::parseList($_parser)";
  let printer = "::mlir::gq::printList($_printer, $_self)";
}
class GQ_OptionalListParameter<string desc> : OptionalArrayRefParameter<"int64_t", desc> {
  let parser = "::mlir::gq::parseList($_parser)";
  let printer = "::mlir::gq::printList($_printer, $_self)";
}
class GQ_FlagParameter<string default> : DefaultValuedParameter<"bool", default> {
  let parser = "::mlir::gq::parseFlag($_parser)";
  let printer = "$_printer << ($_self ? \"true\" : \"false\")";
}
def GQ_OptionalFlagParameter : OptionalParameter<"std::optional<bool>"> {
  let parser = "::mlir::gq::parseOptionalFlag($_parser)";
  let printer = "$_printer << (*$_self ? \"true\" : \"false\")";
}
def GQ_OptionalNumberParameter : OptionalParameter<"std::optional<int64_t>"> {
  let parser = "::mlir::gq::parseOptionalNumber($_parser)";
  let printer = "$_printer << *$_self";
}

def GQ_MatmulConfigAttr : AttrDef<GQ_Dialect, "MatmulConfig",
                                  [GQ_StrategyAttrInterface]> {
  let mnemonic = "matmul_config";
  let summary = "a #gq.matmul_config";
  let description = [{
    The strategy that a `gq.scaled_matmul` is compiled with. Written on the op
    by `gq-select-config`, or by hand; every later pass obeys it and none
    overrides it.

    | key | meaning |
    |---|---|
    | `tile` | rows and columns of the result that one thread block computes, and the step along K |
    | `stages` | slots of the shared-memory ring between the roles that fill and the math groups |
    | `math_groups` | warp groups of 128 threads that multiply; the tile's rows are split between them |
    | `schedule` | `cooperative`: the math groups work on one tile together |
    | `raster` | tile rows visited per column before the next column |
    | `early_wait` | wait for the next slot while the tensor cores still run |
    | `registers` | registers per thread of the roles that fill and of the math groups; `gq-select-config` fills them in |
    | `candidate` | the place of this config among those the compiler weighed, from 0; none if a person wrote it |

    Keys that are left out take their defaults. A config with a `candidate` is
    the compiler's own: if its kernel spills registers, `gq-compile` takes the
    next one. One without is compiled or refused.

    Example:
    ```mlir
    #gq.matmul_config<tile = [256, 128, 128], stages = 4, math_groups = 2>
    #gq.matmul_config<tile = [256, 128, 128], raster = 7, registers = [40, 232], candidate = 0>
    ```
  }];
  let parameters = (ins
    GQ_ListParameter<"rows, columns, step along K">:$tile,
    DefaultValuedParameter<"int64_t", "kStages">:$stages,
    DefaultValuedParameter<"int64_t", "kMathGroups">:$math_groups,
    DefaultValuedParameter<"::mlir::gq::Schedule", "::mlir::gq::Schedule::Cooperative">:$schedule,
    DefaultValuedParameter<"int64_t", "1">:$raster,
    GQ_FlagParameter<"true">:$early_wait,
    GQ_OptionalListParameter<"of the roles that fill and of a math group">:$registers,
    GQ_OptionalNumberParameter:$candidate
  );
  let extraClassDeclaration = [{
    /// Of an op without a config as well.
    static constexpr int64_t kStages = 4, kMathGroups = 2;
    /// Roles decide, see gq-warp-specialize.
    std::optional<int64_t> getLaunchThreads() const { return std::nullopt; }
    std::optional<int64_t> getLaunchCluster() const { return std::nullopt; }
    int64_t getSlabs() const { return 1; }
    bool isSplit() const { return false; }
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def GQ_QuantizeConfigAttr : AttrDef<GQ_Dialect, "QuantizeConfig",
                                    [GQ_StrategyAttrInterface]> {
  let mnemonic = "quantize_config";
  let summary = "a #gq.quantize_config";
  let description = [{
    The strategy that a `gq.quantize`, or one pass of it (`gq.block_absmax`,
    `gq.scaled_cast`), is compiled with. Written on the op by
    `gq-select-config`, or by hand; every later pass obeys it and none overrides
    it.

    | key | for | meaning |
    |---|---|---|
    | `tile` | all | elements of x that one thread block (or cluster) takes |
    | `threads` | all | threads of one thread block |
    | `cluster` | all | thread blocks that share a tile, through distributed shared memory |
    | `passes` | `quantize` | 2: one pass over the input for the scales and one for the cast, see `gq-split-quantize`; 1: both at once |
    | `slabs` | `quantize` | turns in which one thread block takes the rows of a tile; all but the last are read again for the cast |
    | `park` | `quantize` with slabs | what is read again waits in shared memory; `gq-select-config` fills it in |
    | `candidate` | all | the place of this config among those the compiler weighed, from 0; none if a person wrote it |

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
  let parameters = (ins
    GQ_ListParameter<"rows and columns">:$tile,
    DefaultValuedParameter<"int64_t", "256">:$threads,
    DefaultValuedParameter<"int64_t", "1">:$cluster,
    DefaultValuedParameter<"int64_t", "1">:$passes,
    DefaultValuedParameter<"int64_t", "1">:$slabs,
    GQ_OptionalFlagParameter:$park,
    GQ_OptionalNumberParameter:$candidate
  );
  let extraClassDeclaration = [{
    /// This config for an op that is one pass and takes its tiles at once.
    QuantizeConfigAttr withoutPasses() const;
    /// The tensor is read by one kernel after another.
    bool isSplit() const { return getPasses() == 2 && getSlabs() == 1; }
    std::optional<int64_t> getLaunchThreads() const { return getThreads(); }
    std::optional<int64_t> getLaunchCluster() const { return getCluster(); }
    int64_t getRaster() const { return 1; }
    /// Slabs wait in shared memory for their cast.
    bool parks() const { return getPark().value_or(false); }
  }];
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // GQ_DIALECT_GQ_IR_GQBASE_TD
