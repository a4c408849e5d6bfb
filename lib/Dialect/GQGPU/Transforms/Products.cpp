//===- Products.cpp - the instruction for a product -----------------------===//
#include "Products.h"

using namespace mlir;
using namespace mlir::gqgpu;

FailureOr<MmaInterface> mlir::gqgpu::productFor(gq::ScaledMatmulOp op) {
  auto a = cast<ShapedType>(op.getA().getType());
  auto b = cast<ShapedType>(op.getB().getType());
  MmaInterface product = WgmmaAttr::choose(
      [&] { return op.emitOpError("has no instruction: "); },
      a.getElementType(), b.getElementType(), b.getDimSize(0));
  if (!product)
    return failure();
  return product;
}
