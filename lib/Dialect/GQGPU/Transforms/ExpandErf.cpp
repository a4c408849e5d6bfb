//===- ExpandErf.cpp - the error function ---------------------------------===//
//
// GELU is computed for every element of an activation, so that each instruction
// shows. These have no division: a kernel that quantises GELU of 32 elements in
// each thread has 1392 instructions with them, and 2744 with upstream's, a
// quotient of polynomials that are chosen by the range of x.
//
// Up to 1 erf(x) = x p(x^2), and from there on erf(x) = 1 - 2^q(x) with q close
// to log2 of erfc; both polynomials have the least largest error of their
// degree, of erf relative to itself, from a weighted fit. erf(4) is 1 - 2^-26,
// which is 1. Errors of the whole, in f32: 2^-22 of the result.
//
//===----------------------------------------------------------------------===//
#include "ExpandMath.h"
#include "Functions.h"

using namespace mlir;
using namespace mlir::gqgpu;

static Value errorFunction(ScalarBuilder &b, Value x) {
  Value magnitude = b.abs(x);
  Value near =
      b.mul(magnitude,
            b.polynomial(b.mul(x, x),
                         {1.1283791065, -0.37612354756, 0.11280411482,
                          -0.026717707515, 0.0049247895367, -5.6601560209e-4}));
  // NaN stays so.
  Value bounded =
      arith::MinimumFOp::create(b.b, magnitude, b.real(magnitude, 4));
  Value exponent = b.polynomial(
      bounded, {-5.1030830946e-4, -1.6259751319, -0.9207649827, -0.14865151048,
                0.031458426267, -0.0042409575544, 2.6772680576e-4});
  Value far = b.sub(b.real(x, 1), math::Exp2Op::create(b.b, exponent));
  Value isNear = b.compare(arith::CmpFPredicate::OLT, magnitude, 1);
  return b.copySign(b.select(isNear, near, far), x);
}

void mlir::gqgpu::populateErfPatterns(RewritePatternSet &patterns) {
  patterns.add<FunctionPattern<math::ErfOp, errorFunction>>(
      patterns.getContext());
}
