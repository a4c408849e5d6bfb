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

def GQ_ConfigAttr : AttrDef<GQ_Dialect, "Config",
                            [GQ_StrategyAttrInterface]> {
  let mnemonic = "config";
  let summary = "the strategy a kernel is compiled with";
  let description = [{
    Written on an op by `gq-select-config`, or by hand; every later pass obeys
    it and none overrides it.

    | key | for | meaning |
    |---|---|---|
    | `tile` | all | elements of the result computed by one thread block (or cluster), then, for `scaled_matmul`, the step along K |
    | `stages` | matmul | slots of the shared-memory ring between producer and math groups |
    | `math_groups` | matmul | warp groups of 128 threads that multiply; the tile's rows are split between them |
    | `schedule` | matmul | `cooperative`: the math groups work on one tile together |
    | `raster` | matmul | tile rows visited per column before the next column, 0 lets the compiler choose |
    | `early_wait` | matmul | wait for the next slot while the tensor cores still run |
    | `registers` | matmul | registers per thread of the producer and of the math groups |
    | `threads` | quantise | threads of one thread block |
    | `passes` | `quantize` | 2: one pass over the input for the scales and one for the cast, see `gq-split-quantize`; 1: both at once |
    | `cluster` | all | thread blocks that share a tile, through distributed shared memory |
    | `slabs` | `quantize` | turns in which one thread block takes the rows of a tile; all but the last are read again for the cast |

    With `slabs` above 1 the rows of a tile are those of one block, and
    `cluster` is 1. `passes = 2` then means one kernel that keeps no slab: it
    reads all of them for the scale, and all of them again for the cast.

    Keys that are left out take their defaults. A tile of `block_absmax` or of
    two passes holds whole blocks or a part of one.

    Example:
    ```mlir
    #gq.config<tile = [256, 128, 128], stages = 4, math_groups = 2>
    #gq.config<tile = [16, 512], threads = 256>
    #gq.config<tile = [1, 8192], passes = 2>
    #gq.config<tile = [256, 256], threads = 512, slabs = 2>
    ```
  }];
  let parameters = (ins
    ArrayRefParameter<"int64_t">:$tile,
    DefaultValuedParameter<"int64_t", "4">:$stages,
    DefaultValuedParameter<"int64_t", "2">:$mathGroups,
    DefaultValuedParameter<"::mlir::gq::Schedule", "::mlir::gq::Schedule::Cooperative">:$schedule,
    DefaultValuedParameter<"int64_t", "0">:$raster,
    DefaultValuedParameter<"bool", "true">:$earlyWait,
    ArrayRefParameter<"int64_t">:$registers,
    DefaultValuedParameter<"int64_t", "256">:$threads,
    DefaultValuedParameter<"int64_t", "1">:$cluster,
    DefaultValuedParameter<"int64_t", "1">:$passes,
    DefaultValuedParameter<"int64_t", "1">:$slabs
  );
  let extraClassDeclaration = [{
    /// This config for an op that is one pass and takes its tiles at once.
    ConfigAttr withoutPasses() const;
    /// The tensor is read by one kernel after another.
    bool isSplit() const { return getPasses() == 2 && getSlabs() == 1; }
    /// Of a product, roles decide: gq-warp-specialize.
    std::optional<int64_t> getLaunchThreads() const {
      return isMatmul() ? std::nullopt : std::optional(getThreads());
    }
    std::optional<int64_t> getLaunchCluster() const {
      return isMatmul() ? std::nullopt : std::optional(getCluster());
    }
    bool isMatmul() const { return getTile().size() == 3; }
  }];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // GQ_DIALECT_GQ_IR_GQBASE_TD
