//===- Products.cpp - the instruction for a product -----------------------===//
#include "Products.h"

using namespace mlir;
using namespace mlir::gqgpu;

int64_t mlir::gqgpu::permutationOf(gq::ScaledMatmulOp op) {
  if (auto load = op.getB().getDefiningOp<LoadOp>())
    return load.getPermuted();
  if (auto read = op.getB().getDefiningOp<SlotReadOp>())
    return read.getRing().getType().getTiles()[read.getTile()].getPermuted();
  return 0;
}

FailureOr<MmaInterface> mlir::gqgpu::productFor(gq::ScaledMatmulOp op) {
  auto a = cast<ShapedType>(op.getA().getType());
  auto b = cast<ShapedType>(op.getB().getType());
  MmaInterface product =
      WgmmaAttr::choose([&] { return op.emitOpError("has no instruction: "); },
                        a.getElementType(), b.getElementType(), b.getDimSize(0),
                        permutationOf(op));
  if (!product)
    return failure();
  return product;
}
