//===- DecodedLoads.cpp - operands that are decoded as they are loaded ----===//
#include "DecodedLoads.h"
#include "gq/Analysis/Divisibility.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Support/Remarks.h"

using namespace mlir;
using namespace mlir::gqgpu;

/// Whether a tile of `op` begins a block, or lies in one, where its origin
/// is.
static bool isOfWholeBlocks(gq::DequantizeOp op,
                            const gq::DivisibilitySolver &solver) {
  ArrayRef<int64_t> tile =
      cast<RankedTensorType>(op->getResult(0).getType()).getShape();
  for (auto [origin, size, block] :
       llvm::zip(op.getOrigin(), tile, op.getBlock()))
    if (uint64_t start = solver.get(origin).factor;
        start % block != 0 && (block % size != 0 || start % size != 0))
      return false;
  return true;
}

/// An operand that a gq.dequantize makes of loads: one load, whose threads
/// decode.
static LogicalResult decodeOperand(gq::DequantizeOp decode,
                                   const gq::DivisibilitySolver &solver) {
  auto codes = decode.getQ().getDefiningOp<LoadOp>(),
       scales = decode.getScales().getDefiningOp<LoadOp>();
  auto isPlain = [](LoadOp load) {
    return load && !load.getScales() && !load.getPath() &&
           load.getSwizzle() == 0 && !load.getPermuted() && !load.getEvict() &&
           !load.getL2Promotion();
  };
  if (!decode.getPacked() || !isPlain(codes) || !isPlain(scales))
    return decode.emitOpError("makes an operand of a product, expects codes "
                              "of four bits and scales that are loaded for "
                              "it, without path or swizzle");
  if (!isOfWholeBlocks(decode, solver))
    return decode.emitOpError("makes an operand of a product, expects tiles "
                              "that begin blocks of scales, or lie in one");
  IRRewriter b(codes->isBeforeInBlock(scales) ? scales : codes);
  auto load = LoadOp::create(b, decode.getLoc(), decode->getResult(0).getType(),
                             codes.getSource(), codes.getIndices());
  load.getScalesMutable().assign(scales.getSource());
  load.getScaleIndicesMutable().assign(scales.getIndices());
  load.setPackedAttr(decode.getPackedAttr());
  load.setBlockAttr(decode.getBlockAttr());
  if (failed(load.verify()))
    return failure();
  gq::remarkDecision(load, "gq-promote-tma", "decode",
                     "is decoded by the threads that copy it");
  b.replaceOp(decode, load);
  for (LoadOp dead : {codes, scales})
    if (dead->use_empty())
      b.eraseOp(dead);
  return success();
}

LogicalResult mlir::gqgpu::decodeOnTheWay(KernelOp kernel) {
  SmallVector<gq::DequantizeOp> ops;
  kernel.walk([&](gq::ScaledMatmulOp matmul) {
    for (Value operand : matmul->getOperands())
      if (auto decode = operand.getDefiningOp<gq::DequantizeOp>())
        ops.push_back(decode);
  });
  if (ops.empty())
    return success();
  auto solver = gq::DivisibilitySolver::run(kernel);
  if (failed(solver))
    return kernel.emitOpError("could not be analysed");
  for (gq::DequantizeOp decode : ops)
    if (failed(decodeOperand(decode, **solver)))
      return failure();
  return success();
}
