//===- GQOps.cpp - the operands of the gq ops -----------------------------===//
//
// Which loops each operand runs along. BlockOp.cpp and BlockOpTiling.cpp derive
// sizes, shapes and tiles from it.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::gq;

#define GET_OP_CLASSES
#include "gq/Dialect/GQ/IR/GQOps.cpp.inc"

namespace {
/// The loops of a matrix and of a product.
enum : unsigned { Rows, Columns };
enum : unsigned { M, N, K };
} // namespace

/// One value per block of a matrix.
static OperandSpec blocksOf(StringRef name, OperandRole role,
                            ArrayRef<int64_t> block) {
  return OperandSpec::ofBlocks(name, role,
                               {{Rows, block[0]}, {Columns, block[1]}});
}

SmallVector<OperandSpec> BlockAbsmaxOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}).asReduced(),
          blocksOf("init", OperandRole::Maxima, getBlock())};
}

/// The elements are those of the maxima.
SmallVector<OperandSpec> AbsmaxToScaleOp::getOperandSpecs() {
  return {OperandSpec::elements("amax", {Rows, Columns}, OperandRole::Maxima),
          OperandSpec::elements("init", {Rows, Columns}, OperandRole::Scales)};
}

SmallVector<OperandSpec> CopyOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}),
          OperandSpec::elements("init", {Rows, Columns})};
}

SmallVector<OperandSpec> ScaledCastOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}),
          blocksOf("scales", OperandRole::Scales, getBlock()),
          OperandSpec::elements("init", {Rows, Columns})};
}

SmallVector<OperandSpec> DequantizeOp::getOperandSpecs() {
  return {OperandSpec::elements("q", {Rows, Columns}),
          blocksOf("scales", OperandRole::Scales, getBlock()),
          OperandSpec::elements("init", {Rows, Columns})};
}

SmallVector<OperandSpec> QuantizeOp::getOperandSpecs() {
  return {OperandSpec::elements("x", {Rows, Columns}).asReduced(),
          OperandSpec::elements("init", {Rows, Columns}),
          blocksOf("scales_init", OperandRole::Scales, getBlock())
              .transposedIf(getTransposedScales())
              .paddedIf(getPaddedScales(), getScalesInit().getType())};
}

SmallVector<OperandSpec> ScaledMatmulOp::getOperandSpecs() {
  ArrayRef<int64_t> a = getABlock(), b = getBBlock();
  return {OperandSpec::elements("a", {M, K}).asReduced(),
          OperandSpec::elements("b", {N, K}).asReduced(),
          OperandSpec::ofBlocks("a_scales", OperandRole::Scales,
                                {{M, a[0]}, {K, a[1]}})
              .transposedIf(getTransposedAScales())
              .paddedIf(getPaddedAScales(), getAScales().getType()),
          OperandSpec::ofBlocks("b_scales", OperandRole::Scales,
                                {{N, b[0]}, {K, b[1]}})
              .transposedIf(getTransposedBScales())
              .paddedIf(getPaddedBScales(), getBScales().getType()),
          OperandSpec::elements("init", {M, N})};
}

ArrayRef<StringLiteral> ScaledMatmulOp::getLoopNames() {
  static constexpr StringLiteral names[] = {"M", "N", "K"};
  return names;
}
