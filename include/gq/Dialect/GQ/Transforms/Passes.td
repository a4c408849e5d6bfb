//===- Passes.td - passes on the gq dialect ----------------*- tablegen -*-===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_PASSES_TD
#define GQ_DIALECT_GQ_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def SetTargetPass : Pass<"gq-set-target", "::mlir::ModuleOp"> {
  let summary = "Write the GPU that a module is compiled for";
  let description = [{
    A module without `gq.target` gets the description called `name`; one that has
    it keeps it, with a warning where `name` is another. All passes and verifiers
    that depend on the GPU look it up there, which is why the pipelines run this
    pass first.
    ```mlir
    module { ... }
    ==> gq-set-target{name=h200}
    module attributes {gq.target = #gq.target<h200>} { ... }
    ```
  }];
  let options = [Option<"name", "name", "std::string", "\"\"",
    "h100, h200, h20 or gh200; without it what the module says, else h100">];
  let dependentDialects = ["::mlir::gq::GQDialect"];
}

def FlattenPass : Pass<"gq-flatten", "::mlir::ModuleOp"> {
  let summary = "Inline calls, and unroll loops around what has kernels";
  let description = [{
    Calls of functions with a body become that body, by upstream's inliner; a
    private function that nobody calls then goes. A loop (`scf.for`) of a
    function around gq or linalg ops, or elementwise ones, on tensors, of a static
    number of iterations, becomes these one after another. Equal ops are one, by
    upstream's CSE. So what is fused, and what a launch is, does not depend on how
    a program is written.

    A function that calls itself is an error, and so is such a loop of another
    number of iterations, or of more than 256.
    ```mlir
    %r = scf.for %i = %c0 to %c2 step %c1 iter_args(%v = %x) -> (tensor<64x128xbf16>) {
      %y = func.call @layer(%v, %i) : ...
      scf.yield %y : tensor<64x128xbf16>
    }
    ==>
    %y0 = gq.scaled_matmul %x, ...
    %y1 = gq.scaled_matmul %y0, ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
}

def CheckShapesPass : Pass<"gq-check-shapes", "::mlir::func::FuncOp"> {
  let summary = "Assert at run time what verifiers can only check for static sizes";
  let description = [{
    The ops demand that sizes agree: K of both operands, scales and blocks, results
    and inputs, and dimensions of a linalg op that share a loop. Where a size is
    dynamic the verifier cannot know; this pass writes the demand as a `cf.assert`
    with a message that names operands and arguments. It ends in the bundle, and the
    runtime refuses a call that breaks it, with both sizes. Sizes that are the same
    value need none; constants that differ are an error, and so is a `tensor.dim` of
    a dimension that does not exist. For an op in a loop over thread blocks the
    demand stands in front of the loop; it is an error where the sizes differ from
    iteration to iteration and cannot be shown to be the same in each. So stands there that
    slices end within tensors of dynamic sizes, in the first and in the last
    iteration; not where that is up to a number in memory. Slices that lie outside
    of static sizes are an error. So is it with slices in the function, and with scales
    that a product reads from an `origin` on, of which there may be more. An op that reads
    what `tensor.empty` made is an error, too, and so is a static size that kernels do not count to.
    ```mlir
    gq.scaled_matmul %a, %b ... : tensor<?x?xf8E4M3FN>, tensor<?x?xf8E4M3FN>, ...
    ==>
    %same = arith.cmpi eq, %dim_b_1, %dim_a_1 : index
    cf.assert %same, "gq.scaled_matmul: dimension 1 of operand b (argument 1) must equal ..."
    ```
  }];
  let dependentDialects = ["::mlir::cf::ControlFlowDialect", "::mlir::arith::ArithDialect",
    "::mlir::affine::AffineDialect", "::mlir::tensor::TensorDialect"];
}

def FoldScalesPass : Pass<"gq-fold-scales"> {
  let summary = "Multiply codes where a program multiplies what they stand for";
  let description = [{
    - a product of what two `gq.dequantize` make becomes a `gq.scaled_matmul` of
      the codes, where decoding is exact but for a rounding in f32: into f32, or
      into bf16 with f8E8M0FNU scales, in its range. That is a `gq.scaled_matmul` without scales,
      or a `linalg.matmul` into f32 (or an op on tensors like it) whose operands
      both have K last. Blocks along K are whole instructions, or one is all of K;
      sums are promoted as `gq.scaled_matmul` says.
    - a `linalg.transpose` of what `gq.dequantize` makes, which nothing else reads,
      becomes a `gq.dequantize` of transposed codes and scales where blocks are
      square. Blocks of 1 x N would be N x 1, which no product takes along K.
    - scales that a `linalg.broadcast` repeats along a dimension of static size
      are one block along it.
    Ops that have a config stay.
    ```mlir
    %x = gq.dequantize %a scales(%sa block [1, 32]) outs(%e : tensor<64x512xbf16>) ...
    %w = gq.dequantize %b scales(%sb block [1, 32]) outs(%f : tensor<256x512xbf16>) ...
    %d = gq.scaled_matmul %x, %w outs(%c : tensor<64x256xf32>) ...
    ==>
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32])
           outs(%c : tensor<64x256xf32>) ...
    ```
  }];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def CoarsenScalesPass : Pass<"gq-coarsen-scales"> {
  let summary = "Bring FP8 codes under fewer scales along K, if asked";
  let description = [{
    Operands of a `gq.scaled_matmul` with f8E8M0FNU scales whose blocks along K
    are shorter than `columns`, and go into it, as the 32 of MXFP8 do into 128,
    are quantised again, with f32 scales that are powers of two: `a` in blocks
    of `columns` along K, `b` in those of `columns` x `columns`. They are decoded
    to bf16, which is exact, and rounded to the same format. An element is
    rounded only if it is subnormal under its new scale: by at most half of the
    format's least step times that, for f8E4M3FN less than 2^-17 of the largest
    magnitude in its new block. Results change by that, so nothing does it
    unasked; products of many rows take half the time. `columns = 0` changes
    nothing. Ops that have a config, an origin or M-major scales, and batches,
    stay; a remark says so.
    ```mlir
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 32], %sb block [1, 32]) ...
    ==>
    %x = gq.dequantize %a scales(%sa block [1, 32]) outs(%e : tensor<64x512xbf16>) ...
    %q, %s = gq.quantize %x block [1, 128] outs(...) {pow2} ...
    %y = gq.dequantize %b scales(%sb block [1, 32]) outs(%f : tensor<256x512xbf16>) ...
    %p, %t = gq.quantize %y block [128, 128] outs(...) {pow2} ...
    %d = gq.scaled_matmul %q, %p scales(%s block [1, 128], %t block [128, 128]) ...
    ```
  }];
  let options = [
    Option<"columns", "columns", "int64_t", "0",
      "Elements of K that share a scale afterwards, a multiple of 32; 0: as they were">,
  ];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::affine::AffineDialect",
                           "::mlir::tensor::TensorDialect"];
}

def RefineScalesPass : Pass<"gq-refine-scales"> {
  let summary = "Read coarse grids of scales as finer ones, if asked";
  let description = [{
    Scales of a `gq.scaled_matmul` whose blocks are larger than `block`, along rows
    or along K, become those of blocks of that size, which repeat them: a
    `gq.dequantize` of codes that are all 1, in blocks of as many finer blocks as a
    coarse one has. A dimension of a block that is no longer than that of `block`
    stays, so that with `block=128,128` a grid of 256x256 becomes one of 128x128,
    and one of 1x256 one of 1x128. It is the converse of what `gq-fold-scales` does
    with scales that are repeated.

    The product keeps its bits. Along K a sum ends where a block does: so every end
    of a finer block has to be one already, since blocks of the other operand or
    `promote` elements end there. Scales of f8E8M0FNU become f32. With an `origin`
    the finer scales start in the middle of a coarse block where it does.

    No pipeline does that: kernels read coarse blocks as they are, and what repeats
    scales is a kernel of its own. It is for two products of one `a` that are alike
    but for the grids of `b`, which one kernel computes then; `gq-compile` takes
    what this leaves.

    Where `block` does not go into a coarse block, scales are padded or of a batch,
    or sums would end elsewhere, the grid stays; a remark says so. A config stays.
    ```mlir
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [256, 256]) ...
    ==>
    %ones = arith.constant dense<1> : tensor<8x4xi8>
    %s = gq.dequantize %ones scales(%sb block [2, 2]) outs(%e : tensor<8x4xf32>)
           : tensor<8x4xi8>, tensor<4x2xf32> -> tensor<8x4xf32>
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %s block [128, 128]) ...
    ```
  }];
  let options = [
    ListOption<"block", "block", "int64_t",
      "Rows and columns of the blocks of the finer grid; none: as they were">,
  ];
  let statistics = [Statistic<"numRefined", "num-refined", "Number of grids made finer">];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::affine::AffineDialect",
                           "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::tensor::TensorDialect"];
}

def RaiseReductionsPass : Pass<"gq-raise-reductions", "::mlir::func::FuncOp"> {
  let summary = "Make gq ops from linalg reductions and products";
  let description = [{
    Elementwise ops and reductions on tensors of more dimensions become such ops
    on views of them as matrices, if all their operands have the dimensions that
    become one side by side; vectors are matrices of one row.

    Products of two matrices, or of batches with K last, become
    `gq.scaled_matmul` without scales: of bf16 or f16 by the same, and of i8 into
    i32. An operand whose last dimension is not K is read transposed by an
    elementwise op, once. One of f32 becomes six products of bf16, parts of the
    operands whose sums they are: as exact as f32, and slow. A remark says so.

    A `linalg.generic` or `linalg.reduce` of rank 2 that reduces rows, columns or
    all of its loops becomes an elementwise op with what it computes of each
    element, a `gq.block_reduce`, and an elementwise op that adds what it starts
    from, where that is not neutral. A dimension of unknown size is one block of
    2^30 elements, which a launch must have at most, and one at least: a
    `cf.assert` says so. One with several results
    becomes one for each, as an elementwise op does. Ops whose dimensions all inputs and results have side by
    side are ops on matrices first. Sums in bf16 or f16 are in f32, and
    rounded once.

    What elementwise ops compute of the values of rows, of a `gq.block_absmax` as
    well, goes into the elementwise ops on matrices that read it, which read a
    column (`tensor<Rx1xf32>`) then; or stays an op on columns, where its result
    has to be in memory.
    ```mlir
    %s = linalg.generic {iterator_types = ["parallel", "reduction"], ...}
           ins(%x : tensor<?x4096xbf16>) outs(%zeros : tensor<?xf32>) { extf, mulf, addf }
    %r = linalg.generic ins(%s) { divf, rsqrt }
    %y = linalg.generic ins(%x, %r) { extf, mulf }
    ==>
    %q = linalg.generic ins(%x) { extf, mulf }
    %s = gq.block_reduce addf %q block [1, 4096] ... -> tensor<?x1xf32>
    %y = linalg.generic ins(%x, %s) { divf, rsqrt, extf, mulf }
    ```
  }];
  let statistics = [Statistic<"numRaised", "num-raised", "Number of gq.block_reduce made">];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::cf::ControlFlowDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def ExpandPass : Pass<"gq-expand"> {
  let summary = "Rewrite convenience forms with simpler ops";
  let description = [{
    - `gq.scaled_matmul` into bf16 or f16 becomes one into f32 and a rounding.
    - a sum that is added to a `tensor.empty` starts from zeros.
    - a block that is longer than what kernels count to, 2146435072, becomes so long: no
      tensor of theirs is longer.
    - a batch of products becomes a loop over thread blocks with a product of
      matrices, which lie below one another; or one product, where all have the
      same `b` and blocks of `a` end with its matrices. A batch of `gq.quantize`
      becomes one on the rows of all.
    - elementwise ops behind a view of what a kernel computes (`tensor.expand_shape`),
      or in front of one that a gq op reads (`tensor.collapse_shape`), become ops on
      the matrix.
    - what is computed and inserted into an argument of the function
      (`tensor.insert_slice`) is inserted into a `gq.copy` of it.
    - a slice of one of several matrices (`[2, 0, 0] [1, 256, 512]`), which a gq op
      reads, becomes one of the matrices below one another.
    - a `gq.scaled_matmul` whose K is 0 becomes what it starts from, or a `gq.copy`
      of that if no elementwise op makes it.
    - an elementwise op on the transpose of a product (`b . a^T` for `a . b^T`, as
      few rows of `a` want it) becomes the transpose of an elementwise op.
    - a product of i8 with f8E8M0FNU scales of blocks along K that are no whole
      instructions, such as those of 16 of MSFP16, becomes a product of bf16
      without scales, of what `gq.dequantize` makes of both operands: exact, unless
      a value leaves the range of bf16.
    - a product of i8 into f32 whose sum over all of K is one integer becomes a
      product without scales into i32, and an elementwise op that converts,
      scales and adds `init`. One with zero points becomes that as well: the
      product keeps those that are not known zeros (`zero_points_apart`), and the
      elementwise op adds the product of both. A config that does not let a kernel
      add up rows gets `row_sums = apart`.
    - scales that are the f32 of bf16 or f8E8M0FNU ones are read as these.
    - `gq.absmax_to_scale` of anything but the result of a `block_absmax` becomes an
      elementwise op.
    - with `quantize=true`, `gq.quantize` becomes `block_absmax`,
      `absmax_to_scale` and `scaled_cast`, and a `linalg.transpose` of scales that
      are stored transposed. One whose scales are padded stays.
    ```mlir
    %d = gq.scaled_matmul %a, %b ... outs(%c : tensor<64x64xbf16>) ...
    ==>
    %f = linalg.generic ins(%c) { arith.extf }
    %s = gq.scaled_matmul %a, %b ... outs(%f : tensor<64x64xf32>) ...
    %d = linalg.generic ins(%s) { arith.truncf }
    ```
  }];
  let options = [Option<"quantize", "quantize", "bool", "false",
                        "also split gq.quantize into its three steps">];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::arith::ArithDialect", "::mlir::affine::AffineDialect", "::mlir::gpu::GPUDialect",
                           "::mlir::math::MathDialect", "::mlir::scf::SCFDialect",
                           "::mlir::tensor::TensorDialect"];
}

def FuseQuantizePass : Pass<"gq-fuse-quantize"> {
  let summary = "Make gq.quantize from block_absmax, absmax_to_scale, scaled_cast";
  let description = [{
    The three ops read `x` twice; `gq.quantize` reads it once. Fuses where all
    three agree on `x` and block, and the cast has neither an origin nor a config
    of its own. A `linalg.transpose` that is the only use of the scales becomes
    `transposed_scales`. Elementwise ops that spell `absmax_to_scale` out, with a
    positive constant as the least maximum, are it: `max(amax, c) / fmt_max`, and
    that rounded to f8E8M0FNU or bf16; `c` is the `amax_floor` then. So is the constant
    behind the division, `max(amax / fmt_max, s)`, where `s` is a quotient of f32,
    and `amax / fmt_max` of a maximum that has an `amax_floor`. No scale may be below
    2^-126 by it, and `fmt_max` is that of the codes. Any other formula stays.
    ```mlir
    %m = gq.block_absmax %x block [1, 128] ...
    %s = gq.absmax_to_scale %m to f8E4M3FN ...
    %q = gq.scaled_cast %x scales(%s block [1, 128]) ...
    ==>
    %q, %s = gq.quantize %x block [1, 128] ...
    ```
  }];
  let statistics = [Statistic<"numFused", "num-fused", "Number of gq.quantize made">];
}

def AnchorElementwisePass : Pass<"gq-anchor-elementwise", "::mlir::func::FuncOp"> {
  let summary = "Give elementwise ops that no gq op takes along a kernel";
  let description = [{
    `gq-tile` makes kernels of gq ops, with the elementwise ops around them.
    Others, on matrices, get a `gq.copy` behind them where their result has to be
    in memory, which is such a gq op: a chain of them is one kernel. They stand
    in the function, or in a loop over thread blocks there. A `linalg.transpose`
    that no gq op stores becomes a `linalg.generic` that reads its operand
    transposed. Kernels load elements of 16 and 32 bits and store bf16, f16 and
    f32; they load and store f8E4M3FN, f8E5M2, i8 and f8E8M0FNU as well. What has
    others stays as it is, and `gq-compile` refuses it.
    ```mlir
    %y = linalg.generic ins(%x) { ... }
    return %y
    ==>
    %y = linalg.generic ins(%x) { ... }
    %z = gq.copy %y outs(%e : tensor<?x?xbf16>) : tensor<?x?xbf16> -> tensor<?x?xbf16>
    return %z
    ```
  }];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::tensor::TensorDialect"];
}

def AgreeScalesPass : Pass<"gq-agree-scales", "::mlir::func::FuncOp"> {
  let summary = "Write scales in the order in which products read them";
  let description = [{
    The scales of a `gq.quantize` that only products read are an intermediate that
    nobody else sees. Where all of these products prefer M-major ones, by what
    `gq-select-config` would weigh, the quantisation writes them so and the
    products read them so. Their rows have the length of a multiple of 16 bytes,
    as the copy engine needs them, however many rows `x` has.

    Nothing changes where the scales are returned or used otherwise, where an op
    has a config, in loops, or where no kernel quantises to M-major scales. Every
    decision is a remark, with the reason where scales stay as they are
    (`--remarks-filter=gq-agree-scales`).
    ```mlir
    %q, %s = gq.quantize %x block [1, 128] outs(%eq, %es : ..., tensor<?x8xf32>) ...
    %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], ...) ...
    ==>
    %q, %s = gq.quantize %x block [1, 128] outs(%eq, %et : ..., tensor<8x?xf32>)
               {padded_scales, transposed_scales} ...
    %d = gq.scaled_matmul %q, %b scales(%s block [1, 128], ...)
           {padded_a_scales, transposed_a_scales} ...
    ```
  }];
  let statistics = [Statistic<"numTurned", "num-turned", "Number of scales made M-major">];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::affine::AffineDialect",
                           "::mlir::tensor::TensorDialect"];
}

def SelectConfigPass : Pass<"gq-select-config"> {
  let summary = "Write the strategy of each kernel as its config";
  let description = [{
    Chooses tile, ring stages, warp groups and rasterisation of every
    `gq.scaled_matmul` and `gq.quantize` that has no `config`, from the shapes,
    the elementwise ops that `gq-tile` will fuse and the target model, and checks
    those that have one: a config that exceeds shared memory or registers, or
    that the hardware cannot run, is an error that says what is used and what the
    limit is. Keys that a person left to the compiler (`registers`, `park`) are
    filled in. A block along K that is the only one is rounded up to whole steps.
    `gq.block_absmax` and `gq.scaled_cast` get a config too. A reduction along
    rows, by `gq.block_reduce` or `gq.block_absmax`, gets none where kernels that
    read it can have tiles of whole rows, which they get then, nor does a `gq.copy`
    of what is computed of such values. A block
    that no tile can hold is quantised in two passes (`passes = 2`).

    Where the number of rows of a product is dynamic, tiles are weighed for ranges
    of it, and ranges that want different ones have a variant each, at most
    `max-variants`: the config is a `#gq.matmul_variants`. With 1, or in a loop
    over thread blocks, there is one config for all numbers of rows. An op that is
    `batch_invariant`, as the option `batch-invariant` makes all of them, has
    variants that add up in one order.

    With `tuned`, a file that `gq-tune` has written, a product of a kind that was
    measured on this target takes what was the fastest; for fewer rows than were
    measured, what is chosen without.

    With `schedule` products without a config get the best one of that schedule,
    whatever was measured.

    Every choice is a remark (`--remarks-filter=gq-select-config`), and so is
    every config that was weighed (`--remarks-filter=candidates`).
    ```mlir
    %d = gq.scaled_matmul ... : tensor<8192x8192xf8E4M3FN>, ...
    ==>
    %d = gq.scaled_matmul ... {config = #gq.matmul_config<tile = [256, 128, 128], raster = 7,
             registers = [40, 232], candidate = 0>}
    ```
  }];
  let options = [
    Option<"maxVariants", "max-variants", "int64_t", "12",
      "Kernels of a product with a dynamic number of rows, of which that number "
      "takes one, at most: 1 to 12">,
    Option<"batchInvariant", "batch-invariant", "bool", "false",
      "Make every product batch_invariant: a row has the same bits for every number of rows">,
    Option<"tuned", "tuned", "std::string", "",
      "A file of gq-tune: configs that were measured, taken for products without "
      "one">,
    Option<"schedule", "schedule", "std::string", "",
      "The schedule of products without a config: cooperative, pingpong or streamk">
  ];
}

def ApplyConfigPass : Pass<"gq-apply-config"> {
  let summary = "Rewrite ops as their config says, before they are tiled";
  let description = [{
    Some configs say more than how an op is tiled: they ask for other ops on
    tensors. This pass writes those, each with its config.

    Several variants of a product: an `scf.if` on its number of rows, with the op
    and one config in each branch. What is a part of its kernel (the elementwise
    ops and the transpose behind it, and what is computed in its tiles) goes into
    each branch. Variants with the same config are one branch.
    ```mlir
    %d = gq.scaled_matmul ... {config = #gq.matmul_variants<up_to 128 = <tile = [64, 128, 128]>,
                                                            above = <tile = [256, 128, 128]>>}
    ==>
    %few = arith.cmpi sle, %m, %c128 : index
    %d = scf.if %few -> (tensor<?x8192xf32>) {
      %0 = gq.scaled_matmul ... {config = #gq.matmul_config<tile = [64, 128, 128]>}
      scf.yield %0 : tensor<?x8192xf32>
    } else { ... }
    ```

    `pitch = either`: an `scf.if` on the lengths of the rows that the copy engine
    would bring or store. Where all are whole 16 bytes, the op with its configs;
    where not, with one of `pitch = any`.

    `swap = true`: the product of `b` and `a`, with the elementwise ops behind it
    the other way round, and a `linalg.transpose` of what these compute. Sums start
    from a `linalg.fill`, the op is in a function or an `scf.if` there, and what
    stands behind it computes with elements of its inputs alone; all else is refused.
    ```mlir
    %d = gq.scaled_matmul %a, %b scales(%sa block [1, 128], %sb block [128, 128])
           ... {config = #gq.matmul_config<tile = [64, 16, 128], swap = true>} ... -> tensor<?x8192xf32>
    ==>
    %p = gq.scaled_matmul %b, %a scales(%sb block [128, 128], %sa block [1, 128])
           ... {config = #gq.matmul_config<tile = [64, 16, 128]>} ... -> tensor<8192x?xf32>
    %d = linalg.transpose ins(%p : tensor<8192x?xf32>) ... permutation = [1, 0]
    ```

    `row_sums = apart`: the product without zero points; the sums of the rows of `b`
    that zero points of `a` want, and the other way round, as products of a row of
    ones; and an elementwise op behind the product that subtracts. The product has
    `zero_points_apart` and is in a function or an `scf.if` there.
    ```mlir
    %d = gq.scaled_matmul %a, %b a_zero_points(%z : tensor<i32>)
           ... {zero_points_apart, config = #gq.matmul_config<tile = [128, 256, 128], row_sums = apart>}
    ==>
    %ones, %s = gq.quantize ...
    %rows = gq.scaled_matmul %ones, %b ... -> tensor<1x8192xi32>
    %p = gq.scaled_matmul %a, %b ... {config = #gq.matmul_config<tile = [128, 256, 128]>}
    %d = linalg.generic ins(%p, %z, %rows) { %p - %z * %rows }
    ```

    `scales = either`: an `scf.if` on the length of the rows of M-major scales,
    with `scales = tma` where all are multiples of 16 bytes and `scales = copy`
    where they are not.

    Two passes over the input: a `gq.quantize` with `passes = 2` becomes
    `block_absmax`, `absmax_to_scale` and `scaled_cast`, each pass with the
    config's tile. With `slabs` above 1 it stays: one kernel then makes both
    passes.

    Tiles smaller than blocks: a `gq.block_absmax` (one of these, or written by
    hand) becomes two, the maxima of parts of each block, each as large as a
    tile, and the maxima of those. The parts are a tensor, so no two thread
    blocks write the same element, nothing has to be zeroed before, and the
    result does not depend on an order.
    ```mlir
    %q, %s = gq.quantize %x block [1, 65536] ... {config = #gq.quantize_config<tile = [1, 8192], passes = 2>}
    ==>
    %p = gq.block_absmax %x block [1, 8192] ... {config = #gq.quantize_config<tile = [1, 8192]>}
    %m = gq.block_absmax %p block [1, 8] ... {config = ...}
    %s = gq.absmax_to_scale %m to f8E4M3FN ...
    %q = gq.scaled_cast %x scales(%s block [1, 65536]) ... {config = #gq.quantize_config<tile = [1, 8192]>}
    ```
    Where one block covers a whole static dimension, the block is rounded up to
    tiles: a block counts only the elements that exist.
  }];
  let statistics = [Statistic<"numRewritten", "num-rewritten", "Number of ops rewritten">];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::affine::AffineDialect",
    "::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
}

def TilePass : Pass<"gq-tile", "::mlir::func::FuncOp"> {
  let summary = "Tile each op with a config, and fuse the elementwise ops around it";
  let description = [{
    A `gq.scaled_matmul` is tiled together with the elementwise consumers that
    only it feeds (bias, activation, rounding), and with a `linalg.transpose` of
    what they compute, into an `scf.forall` over tiles of the product, and its K
    dimension into an `scf.for`. A `gq.quantize` is
    tiled with the elementwise producers of its input, and so are
    `gq.block_absmax`, with the `gq.absmax_to_scale` that takes its result, and
    `gq.scaled_cast`. A reduction along rows without a config is tiled with what
    reads it; what is computed of its values and others read as well is a result
    of the same loop, and a `gq.copy` of that without a config is this result.
    Loops are what upstream's
    tiling makes through `TilingInterface`; other passes may tile instead.

    An op may be in an `scf.forall` over thread blocks whose mapping leaves y and
    x free, directly in the function, with slices and indices beside it: the two
    loops become one, and the iterations tiles of one kernel. The number of tiles is
    the same in all iterations, and what the op computes is inserted into a result,
    once.
    ```mlir
    scf.forall (%s) in (3) ... { %d = gq.scaled_matmul ... } {mapping = [#gpu.block<z>]}
    ==>
    scf.forall (%s, %i, %j) = (0, 0, 0) to (3, 100, 96) step (1, 128, 128) ...
      {mapping = [#gpu.block<z>, #gpu.block<y>, #gpu.block<x>]}
    ```

    Tiles of a result that is inserted into a wider tensor, and read by nobody
    else, are written there.
    ```mlir
    %d = gq.scaled_matmul ... -> tensor<64x96xf32>
    %r = tensor.insert_slice %d into %all[0, 64] [64, 96] [1, 1] : ...
    ==>
    %r = scf.forall ... shared_outs(%acc = %all) -> (tensor<64x160xf32>) ...
    ```

    With `split_k` above 1 a tile of the loop is what one thread block of a
    cluster stores, so many-th of the columns of the config's tile. It is a
    `gq.sum_of_parts`, in which the loop over K of each part computes all of them.
    ```mlir
    scf.forall (%i, %j) = (0, 0) to (128, 512) step (128, 64) ... {
      %j0 = affine.apply affine_map<(j) -> (j floordiv 128 * 128)>(%j)
      %column = affine.apply affine_map<(j) -> (j mod 128)>(%j)
      %d = gq.sum_of_parts 2 from %zero[%column] : tensor<128x64xf32> {
      ^bb0(%part: index):
        %k0 = affine.apply affine_map<(p) -> (p * 1024)>(%part)
        %t = scf.for %k = %c0 to %c1024 step %c128 ... // 128 columns from %j0
        gq.yield %t : tensor<128x128xf32>
      }
    ```
  }];
  let dependentDialects = ["::mlir::gq::GQDialect", "::mlir::scf::SCFDialect",
    "::mlir::gpu::GPUDialect", "::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::tensor::TensorDialect"];
}

#endif // GQ_DIALECT_GQ_TRANSFORMS_PASSES_TD
