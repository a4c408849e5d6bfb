//===- PromoteStores.cpp - how results travel -----------------------------===//
#include "PromoteStores.h"
#include "Products.h"
#include "TransposedTile.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQGPU/IR/SharedMemory.h"
#include "gq/Support/Remarks.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr StringLiteral kPass = "gq-promote-tma";

int64_t mlir::gqgpu::bytesOf(Type elementType, int64_t count) {
  return count * elementType.getIntOrFloatBitWidth() / 8;
}

std::optional<int64_t> mlir::gqgpu::rowPitch(MemRefType type) {
  if (type.getRank() == 0 || type.isDynamicDim(type.getRank() - 1) ||
      !type.getElementType().isIntOrFloat())
    return std::nullopt;
  return bytesOf(type.getElementType(), type.getShape().back());
}

uint64_t mlir::gqgpu::startBytes(const gq::DivisibilitySolver &divisibility,
                                 Value memref, ValueRange indices) {
  if (indices.empty())
    return 0;
  Type element = cast<MemRefType>(memref.getType()).getElementType();
  return divisibility.get(indices.back()).factor *
         element.getIntOrFloatBitWidth() / 8;
}

LogicalResult
mlir::gqgpu::promoteStore(StoreOp store, KernelOp kernel,
                          const gq::DivisibilitySolver &divisibility) {
  const gq::TargetModel &target = gq::getTarget(store);
  bool matmul = false, permuted = false, anyPitch = false;
  int64_t across = 1;
  kernel.walk([&](gq::ScaledMatmulOp op) {
    matmul = true;
    FailureOr<gq::MatmulConfig> config = op.requireOneConfig();
    if (succeeded(config) && config->store == gq::StorePath::Deferred)
      store.setDeferred(true);
    if (succeeded(config))
      across = config->productsAcross();
    anyPitch |= succeeded(config) && config->pitch == gq::RowPitch::Any;
    permuted |= permutationOf(op) != 0;
  });
  auto dest = cast<MemRefType>(store.getDest().getType());
  Type element = dest.getElementType();
  bool wide = element.isBF16() || element.isF16() || element.isF32();
  bool takes = matmul && dest.getRank() == 2 && wide;
  bool isByte = gq::isQuantized(element);
  // In a transposed tile the rows of a warp's box are columns.
  bool transposed = isTransposed(store.getValue());
  auto tile = cast<RankedTensorType>(store.getValue().getType());
  // Products side by side are stored one by one.
  int64_t columns = tile.getRank() == 2 ? tile.getDimSize(1) / across : 0;
  bool boxes = !transposed && columns % kTmaStoreColumns == 0;
  std::optional<int64_t> pitch = rowPitch(dest);
  bool aligned = pitch ? *pitch % target.tmaAlign == 0 : !anyPitch;
  uint64_t start =
      startBytes(divisibility, store.getDest(), store.getIndices());
  bool starts = start % target.tmaAlign == 0;
  std::optional<Path> written = store.getPath();
  if (written == Path::Tma && !takes)
    return store.emitOpError("has path tma, which takes results of a product "
                             "of rank 2 in f32, bf16 or f16, got ")
           << dest << (matmul ? "" : " in a kernel without one");
  if (written == Path::Tma && pitch && !aligned)
    return store.emitOpError("has path tma, operand dest has a row pitch of ")
           << *pitch << " bytes, tma needs a multiple of " << target.tmaAlign;
  if (written == Path::Tma && !starts)
    return store.emitOpError("has path tma, and tiles that start at multiples "
                             "of ")
           << start << " bytes in a row of operand dest, as far as is known; "
           << "tma needs multiples of " << target.tmaAlign;
  if (written == Path::Tma && transposed)
    return store.emitOpError("has path tma, which writes rows of a product, "
                             "got its transpose");
  if (written == Path::Tma && !boxes) {
    InFlightDiagnostic diag =
        store.emitOpError("has path tma, which takes a multiple of ")
        << kTmaStoreColumns << " columns, got " << tile;
    if (across > 1)
      diag << " of " << across << " products side by side";
    return diag;
  }
  if (written == Path::Tma && permuted)
    return store.emitOpError("has path tma, which writes whole rows of a "
                             "warp; with the rows of b permuted expects copy");
  if (written)
    return success();
  bool ends = !store.getEnds().empty();
  if (permuted)
    gq::remarkDecision(store, kPass, "direct",
                       "stored from registers, in runs of columns");
  else if (matmul && isByte)
    gq::remarkMissed(store, kPass, "tma",
                     "tma takes elements of 2 or 4 bytes of a product; those "
                     "of one are stored by threads");
  else if (takes && transposed)
    gq::remarkMissed(store, kPass, "tma",
                     "tma writes rows of a product, not its transpose; "
                     "stored by threads");
  else if (takes && ends)
    gq::remarkMissed(store, kPass, "tma",
                     "result ends before its tensor does; stored by threads");
  else if (matmul && !pitch && !aligned)
    gq::remarkMissed(store, kPass, "tma",
                     "result has rows of any length, as the config says; "
                     "stored by threads");
  else if (matmul && !aligned)
    gq::remarkMissed(store, kPass, "tma",
                     "result has a row pitch of " + Twine(*pitch) +
                         " bytes, tma needs a multiple of " +
                         Twine(target.tmaAlign) + "; stored by threads");
  else if (takes && !boxes)
    gq::remarkMissed(store, kPass, "tma",
                     (across > 1 ? "products" : "tiles") + Twine(" have ") +
                         Twine(columns) + " columns, tma takes a multiple of " +
                         Twine(kTmaStoreColumns) + "; stored by threads");
  else if (takes && !starts)
    gq::remarkMissed(store, kPass, "tma",
                     "tiles start at multiples of " + Twine(start) +
                         " bytes in a row, tma needs multiples of " +
                         Twine(target.tmaAlign) + "; stored by threads");
  bool tma = takes && aligned && boxes && starts && !ends && !permuted;
  store.setPathAttr(
      PathAttr::get(store.getContext(), tma ? Path::Tma : Path::Copy));
  return success();
}
