//===- PromoteRefusals.cpp - what the copy engine cannot bring ------------===//
#include "PromoteRefusals.h"
#include "PromoteStores.h"
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"

using namespace mlir;
using namespace mlir::gqgpu;

std::string mlir::gqgpu::refusePitch(LoadOp load) {
  int64_t align = gq::getTarget(load).tmaAlign;
  std::optional<int64_t> pitch =
      rowPitch(cast<MemRefType>(load.getSource().getType()));
  if (!pitch || *pitch % align == 0)
    return "";
  return ("a row pitch of " + Twine(*pitch) +
          " bytes, tma needs a multiple of " + Twine(align))
      .str();
}

std::string
mlir::gqgpu::refuseStart(LoadOp load,
                         const gq::DivisibilitySolver &divisibility) {
  int64_t align = gq::getTarget(load).tmaAlign;
  uint64_t start =
      startBytes(divisibility, load.getSource(), load.getIndices());
  if (start % align == 0)
    return "";
  return ("tiles that start at multiples of " + Twine(start) +
          " bytes in a row, as far as is known; tma needs multiples of " +
          Twine(align))
      .str();
}

bool mlir::gqgpu::hasWholeRows(LoadOp load) {
  std::optional<int64_t> pitch =
      rowPitch(cast<MemRefType>(load.getSource().getType()));
  return load.getPath() != Path::Copy && pitch &&
         *pitch % gq::getTarget(load).tmaAlign == 0;
}

LogicalResult mlir::gqgpu::expectCopy(LoadOp load, const Twine &why) {
  if (load.getPath() == Path::Tma)
    return load.emitOpError("has path tma, ") << why << ": expects copy";
  if (int64_t swizzle = load.getSwizzle())
    return load.emitOpError("has a swizzle of ")
           << swizzle << " bytes, " << why << ": expects 0";
  if (std::optional<int64_t> bytes = load.getL2Promotion())
    return load.emitOpError("has an l2_promotion of ")
           << *bytes << " bytes, " << why << ": expects none";
  if (load.getPermuted())
    return load.emitOpError("permutes rows, ")
           << why << ": expects them in order";
  return success();
}

LogicalResult mlir::gqgpu::expectTma(gq::ScaledMatmulOp matmul,
                                     const Twine &what, StringRef why) {
  if (why.empty())
    return success();
  return matmul.emitOpError(what) << " has " << why;
}

LogicalResult mlir::gqgpu::expectCopiedScales(LoadOp load, StringRef name) {
  if (failed(expectCopy(load, "operand " + name + " is copied by a warp")))
    return failure();
  Eviction evict = load.getEvict().value_or(Eviction::Normal);
  if (evict == Eviction::Normal)
    return success();
  return load.emitOpError("has evict ")
         << stringifyEviction(evict) << ", operand " << name
         << " is copied by a warp: expects normal";
}

LogicalResult
mlir::gqgpu::expectRowOfScales(LoadOp load, gq::ScaledMatmulOp matmul,
                               StringRef name,
                               const gq::DivisibilitySolver &divisibility) {
  const gq::TargetModel &target = gq::getTarget(load);
  std::string what = ("has scales = tma, operand " + name).str();
  if (failed(expectTma(matmul, what, refusePitch(load))))
    return failure();
  auto type = cast<RankedTensorType>(load.getResult().getType());
  int64_t columns = type.getDimSize(1);
  int64_t bytes = bytesOf(type.getElementType(), columns);
  if (bytes % target.tmaAlign != 0)
    return matmul.emitOpError(what)
           << " has tile rows of " << bytes
           << " bytes, tma needs a multiple of " << target.tmaAlign;
  if (columns > target.tmaBox)
    return matmul.emitOpError(what)
           << " has tile rows of " << columns << " elements, tma takes at most "
           << target.tmaBox;
  return expectTma(matmul, what, refuseStart(load, divisibility));
}

LogicalResult
mlir::gqgpu::expectWholeGroups(LoadOp load,
                               const gq::DivisibilitySolver &divisibility) {
  auto group = static_cast<int64_t>(load.getPermuted());
  uint64_t first = divisibility.get(load.getIndices().front()).factor;
  if (first % group == 0)
    return success();
  return load.emitOpError("permutes rows in groups of ")
         << group << ", and has tiles that start at multiples of " << first
         << " rows, as far as is known";
}

LogicalResult mlir::gqgpu::expectSwizzle(LoadOp load, StringRef name,
                                         int64_t swizzle) {
  if (!load.getSwizzleAttr() ||
      static_cast<int64_t>(load.getSwizzle()) == swizzle)
    return success();
  return load.emitOpError("has a swizzle of ")
         << load.getSwizzle() << " bytes, operand " << name
         << " goes to the tensor core: expects " << swizzle;
}

LogicalResult mlir::gqgpu::expectSlots(LoadOp load, gq::ScaledMatmulOp matmul,
                                       StringRef name, int64_t swizzle,
                                       int64_t depth) {
  auto tile = cast<RankedTensorType>(load.getResult().getType());
  int64_t row = bytesOf(tile.getElementType(), tile.getShape().back());
  if (row % swizzle == 0)
    return success();
  return matmul.emitOpError("operand ")
         << name << " has tile rows of " << row
         << " bytes, the tensor core's layout needs a multiple of " << swizzle
         << ", or of " << depth << " if they are shorter";
}

LogicalResult mlir::gqgpu::expectBoxes(LoadOp load, gq::ScaledMatmulOp matmul,
                                       StringRef name, int64_t swizzle) {
  int64_t box = gq::getTarget(load).tmaBox;
  auto tile = cast<RankedTensorType>(load.getResult().getType());
  SmallVector<int64_t> slot{tile.getDimSize(0),
                            swizzle * 8 / tile.getElementTypeBitWidth()};
  if (rowsOfBox(TileType::get(load.getContext(), slot, tile.getElementType(),
                              swizzle, /*band=*/0, load.getPermuted()),
                box))
    return success();
  return matmul.emitOpError("operand ")
         << name << " has " << tile.getDimSize(0)
         << " tile rows, which boxes of tma of at most " << box
         << " cannot divide";
}

LogicalResult mlir::gqgpu::expectInOrder(LoadOp load, gq::ScaledMatmulOp matmul,
                                         StringRef why) {
  FailureOr<gq::MatmulConfig> config = matmul.requireOneConfig();
  if (failed(config))
    return failure();
  if (!config->storesDirectly() && !load.getPermuted())
    return success();
  return matmul.emitOpError("has rows of b that the copy engine permutes, "
                            "and operand b with ")
         << (why.empty() ? StringRef("path copy") : why)
         << "; expects store = staged";
}
