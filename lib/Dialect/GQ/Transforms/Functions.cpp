//===- Functions.cpp - what functions of elements take --------------------===//
#include "Functions.h"
#include "gq/Strategy/Matmul.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;

int64_t mlir::gq::registersOfFunction(Operation &op) {
  constexpr int64_t kPolynomial = 24, kWide = 96;
  if (isa<arith::DivFOp>(op))
    return strategy::kDivisionRegisters;
  if (isa<math::SinOp, math::CosOp, math::SincosOp>(op))
    return kWide;
  if (isa_and_nonnull<math::MathDialect>(op.getDialect()) &&
      !isa<math::AbsFOp, math::AbsIOp, math::CeilOp, math::ClampFOp,
           math::CopySignOp, math::CountLeadingZerosOp,
           math::CountTrailingZerosOp, math::CtPopOp, math::ExpOp, math::Exp2Op,
           math::FloorOp, math::FmaOp, math::IsFiniteOp, math::IsInfOp,
           math::IsNaNOp, math::IsNormalOp, math::RoundOp, math::RoundEvenOp,
           math::RsqrtOp, math::SqrtOp, math::TruncOp>(op))
    return kPolynomial;
  return 0;
}
