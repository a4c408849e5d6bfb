//===- GQDialect.cpp - registration of the gq dialect ---------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::gq;

#include "gq/Dialect/GQ/IR/GQDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "gq/Dialect/GQ/IR/GQAttrs.cpp.inc"

namespace {
/// The ops are the same wherever they stand.
struct GQInliner : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final {
    return true;
  }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final {
    return true;
  }
};
} // namespace

void GQDialect::initialize() {
  addInterfaces<GQInliner>();
  addOperations<
#define GET_OP_LIST
#include "gq/Dialect/GQ/IR/GQOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "gq/Dialect/GQ/IR/GQAttrs.cpp.inc"
      >();
}

float mlir::gq::formatMax(Type type) {
  if (isa<Float8E4M3FNType>(type))
    return 448.0f;
  if (isa<Float8E5M2Type>(type))
    return 57344.0f;
  if (type.isSignlessInteger(8))
    return 127.0f;
  if (std::optional<gridquant::FourBits> packed = getFourBits(type))
    return gridquant::fourBitsMax(*packed);
  return 0.0f;
}

std::optional<gridquant::FourBits> mlir::gq::getFourBits(Type type) {
  if (type.isSignlessInteger(4))
    return gridquant::FourBits::i4;
  if (isa<Float4E2M1FNType>(type))
    return gridquant::FourBits::f4E2M1FN;
  return std::nullopt;
}

bool mlir::gq::isFp8(Type type) {
  return isa<Float8E4M3FNType, Float8E5M2Type>(type);
}
