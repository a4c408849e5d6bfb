//===- Wgmma.cpp - the matrix instruction of Hopper -----------------------===//
//
// Shapes and types: PTX ISA, "Asynchronous Warpgroup Level Matrix Multiply".
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr int64_t kRows = 64, kColumnStep = 8, kColumnsMax = 256;
/// Bytes along K of one instruction, and of a row of an operand's tile.
static constexpr int64_t kDepthBytes = 32, kSwizzle = 128;
static constexpr int64_t kWarps = 4;

static bool isFp8(Type type) {
  return isa<Float8E4M3FNType, Float8E5M2Type>(type);
}

/// What a product of `a` and `b` may be added up in; none if there is no such
/// product.
static SmallVector<Type> accumulators(Type a, Type b) {
  MLIRContext *context = a.getContext();
  Type f32 = Float32Type::get(context), f16 = Float16Type::get(context);
  if (isFp8(a) && isFp8(b))
    return {f32, f16};
  if (a != b)
    return {};
  if (a.isF16())
    return {f32, f16};
  if (a.isBF16())
    return {f32};
  if (a.isSignlessInteger(8))
    return {IntegerType::get(context, 32)};
  return {};
}

LogicalResult WgmmaAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                int64_t m, int64_t n, int64_t k, Type a, Type b,
                                Type acc, int64_t permuted) {
  if (!llvm::is_contained(accumulators(a, b), acc))
    return emitError() << "expects operands and a result that wgmma has, got "
                       << a << " and " << b << " into " << acc;
  if (m != kRows)
    return emitError() << "expects " << kRows << " rows in a wgmma, got " << m;
  if (n <= 0 || n % kColumnStep != 0 || n > kColumnsMax)
    return emitError() << "expects a multiple of " << kColumnStep
                       << " columns, at most " << kColumnsMax
                       << ", in a wgmma, got " << n;
  // Of integers, only every second number from 32 on.
  if (acc.isInteger(32) && n > 24 && n % (2 * kColumnStep) != 0)
    return emitError() << "expects a multiple of " << 2 * kColumnStep
                       << " columns in a wgmma of integers, got " << n;
  if (!isPermutation(permuted) || (permuted && n % permuted != 0))
    return emitError() << "expects rows of b that are permuted in groups of 16 "
                          "or 32 which divide the "
                       << n << " columns, got " << permuted;
  int64_t depth = kDepthBytes * 8 / a.getIntOrFloatBitWidth();
  if (k != depth)
    return emitError() << "expects " << depth << " elements of " << a
                       << " along K in a wgmma, got " << k;
  return success();
}

WgmmaAttr WgmmaAttr::choose(function_ref<InFlightDiagnostic()> emitError,
                            Type a, Type b, int64_t n, int64_t permuted) {
  SmallVector<Type> acc = accumulators(a, b);
  if (acc.empty()) {
    emitError() << "expects operands that wgmma has, got " << a << " and " << b;
    return {};
  }
  return getChecked(emitError, a.getContext(), kRows, n,
                    kDepthBytes * 8 / a.getIntOrFloatBitWidth(), a, b,
                    acc.front(), permuted);
}

int64_t WgmmaAttr::getNumWarps() const { return kWarps; }

OperandTile WgmmaAttr::getOperandTile(unsigned operand) const {
  if (operand == 0)
    return {getM(), kSwizzle, /*permuted=*/0};
  return {getN(), kSwizzle, getPermuted()};
}

LayoutInterface WgmmaAttr::getLayout() const {
  return MmaLayoutAttr::get(getContext(), getPermuted());
}

LayoutInterface WgmmaAttr::getScaleLayout() const { return getLayout(); }
