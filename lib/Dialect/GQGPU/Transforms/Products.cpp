//===- Products.cpp - the instruction for a product -----------------------===//
#include "Products.h"
#include "gq/Dialect/GQGPU/IR/Roles.h"

using namespace mlir;
using namespace mlir::gqgpu;

LoadOp mlir::gqgpu::loadOf(Value tile) {
  if (auto columns = tile.getDefiningOp<tensor::ExtractSliceOp>())
    tile = columns.getSource();
  return tile.getDefiningOp<LoadOp>();
}

int64_t mlir::gqgpu::permutationOf(gq::ScaledMatmulOp op) {
  if (LoadOp load = loadOf(op.getB()))
    return load.getPermuted();
  Value b = op.getB();
  if (auto columns = b.getDefiningOp<tensor::ExtractSliceOp>())
    b = columns.getSource();
  // Slots of one step are alike.
  if (auto slots = b.getDefiningOp<tensor::ConcatOp>())
    b = slots.getInputs().front();
  if (auto read = b.getDefiningOp<SlotReadOp>())
    return read.getRing().getType().getTiles()[read.getTile()].getPermuted();
  return 0;
}

int64_t mlir::gqgpu::columnsOf(SlotReadOp read) {
  return cast<RankedTensorType>(read.getResult().getType()).getDimSize(1);
}

FailureOr<SmallVector<SlotReadOp>>
mlir::gqgpu::slotsOf(Operation *op, Value tile, StringRef name) {
  SmallVector<Value> parts{tile};
  if (auto row = tile.getDefiningOp<tensor::ConcatOp>();
      row && row.getDim() == 1)
    parts.assign(row.getInputs().begin(), row.getInputs().end());
  SmallVector<SlotReadOp> reads;
  for (Value part : parts) {
    auto read = part.getDefiningOp<SlotReadOp>();
    if (!read)
      return op->emitOpError("expects operand ")
                 << name << " to be read from a ring slot",
             failure();
    reads.push_back(read);
  }
  return reads;
}

FailureOr<MmaInterface> mlir::gqgpu::productFor(gq::ScaledMatmulOp op) {
  auto a = cast<ShapedType>(op.getA().getType());
  auto b = cast<ShapedType>(op.getB().getType());
  FailureOr<gq::MatmulConfig> config = op.requireOneConfig();
  if (failed(config))
    return failure();
  // The groups are those of its role, once it has one.
  RoleOp role = roleOf(op);
  int64_t across =
      config->productsAcross(role ? role.getGroups() : config->mathGroups);
  if (b.getDimSize(0) % across != 0)
    return op.emitOpError("has ") << b.getDimSize(0) << " columns, which "
                                  << across << " products cannot divide",
           failure();
  MmaInterface product =
      WgmmaAttr::choose([&] { return op.emitOpError("has no instruction: "); },
                        a.getElementType(), b.getElementType(),
                        b.getDimSize(0) / across, permutationOf(op));
  if (!product)
    return failure();
  return product;
}
