//===- ConfigRewrites.h - ops that a config asks for ------------*- C++ -*-===//
//
// The steps of gq-apply-config. Each gets an op that has a config and says
// whether it has rewritten it; failure has an error at the op. Ops that it
// leaves behind have a config that asks for nothing more of this step.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_CONFIGREWRITES_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_CONFIGREWRITES_H

#include "gq/Dialect/GQ/IR/GQ.h"

namespace mlir::gq {

using ConfigRewrite = FailureOr<bool> (*)(RewriterBase &, BlockOpInterface);

// RowPitches.cpp

/// A product with `pitch = either`: in two branches, with its configs where
/// rows are whole 16 bytes, and with one of `pitch = any` where not.
FailureOr<bool> branchOnPitch(RewriterBase &rewriter, BlockOpInterface op);

// DualBranch.cpp

/// A product of whose variants some have `dual = true` and others have not: in
/// two branches, with the other product in both.
FailureOr<bool> branchOnDual(RewriterBase &rewriter, BlockOpInterface op);
/// The same of variants with `dequantize = true`, with the gq.dequantize in
/// both.
FailureOr<bool> branchOnDequantize(RewriterBase &rewriter, BlockOpInterface op);

// Variants.cpp

/// An op with a #gq.matmul_variants: in branches, each with one config.
FailureOr<bool> branchOnRows(RewriterBase &rewriter, BlockOpInterface op);

// ScalePaths.cpp

/// A product with `scales = either`: in two branches, or as the one that is
/// known to be right.
FailureOr<bool> branchOnScales(RewriterBase &rewriter, BlockOpInterface op);

// DecodeOperands.cpp

/// A product with `decode = true`: a gq.dequantize of each operand, with a
/// config, and the product in bf16 without scales.
FailureOr<bool> decodeAsAsked(RewriterBase &rewriter, BlockOpInterface op);

// SeparateEpilogue.cpp

/// A product with an `epilogue`: the elementwise ops behind those that it keeps
/// have a gq.copy, with a config as a quantisation behind them.
FailureOr<bool> separateEpilogue(RewriterBase &rewriter, BlockOpInterface op);
/// The same of a product whose variants all have one, before they are branches.
FailureOr<bool> separateOfVariants(RewriterBase &rewriter, BlockOpInterface op);

// RowSums.cpp

/// A product with `row_sums = apart`: one without zero points, sums of rows by
/// kernels of their own, and an elementwise op that subtracts these.
FailureOr<bool> sumRowsApart(RewriterBase &rewriter, BlockOpInterface op);

// SwapOperands.cpp

/// A product with `swap = true`: the transpose of that of b and a, with the
/// elementwise ops behind it.
FailureOr<bool> swapOperands(RewriterBase &rewriter, BlockOpInterface op);

// TwoPasses.cpp

/// gq.quantize {passes = 2}, without slabs, as absmax, scales and cast.
FailureOr<bool> quantizeInTwoPasses(RewriterBase &rewriter,
                                    BlockOpInterface op);
/// Blocks that are larger than the tiles of a gq.block_absmax: in parts. Where
/// one block covers a static dimension, that of a gq.scaled_cast as well is
/// rounded up to tiles.
FailureOr<bool> fitBlocksToTiles(RewriterBase &rewriter, BlockOpInterface op);

/// In this order; each sees what those before it have left.
constexpr ConfigRewrite kConfigRewrites[] = {
    separateOfVariants, branchOnPitch,  branchOnDual,        branchOnDequantize,
    branchOnRows,       decodeAsAsked,  separateEpilogue,    sumRowsApart,
    swapOperands,       branchOnScales, quantizeInTwoPasses, fitBlocksToTiles,
};

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_CONFIGREWRITES_H
