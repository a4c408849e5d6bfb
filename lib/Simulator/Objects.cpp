//===- Objects.cpp - values that only kernels have ------------------------===//
#include "Objects.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::gq::sim;

static std::string toString(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

std::string Buffer::typeToString() const { return toString(type); }
std::string Fragment::typeToString() const { return toString(type); }

SmallVector<int64_t> Fragment::shapeOf(gqgpu::FragmentType type) {
  SmallVector<int64_t> shape(type.getShape());
  for (auto [size, block] : llvm::zip(shape, type.getBlock()))
    size = llvm::divideCeil(size, block);
  return shape;
}

Ring::Ring(gqgpu::RingCreateOp op, int64_t rank)
    : op(op), type(op.getRing().getType()), rank(rank) {
  auto full = static_cast<int64_t>(op.getFullArrivals().value_or(1));
  int64_t empty = op.getEmptyArrivalsIn(rank);
  for (int64_t i = 0; i < type.getStages(); ++i) {
    Slot slot{Barrier(full), Barrier(empty), 0, {}, {}};
    slot.tiles.resize(type.getTiles().size());
    slots.push_back(std::move(slot));
  }
}
