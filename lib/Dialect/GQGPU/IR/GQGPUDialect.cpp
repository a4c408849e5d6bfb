//===- GQGPUDialect.cpp - registration of the gqgpu dialect ---------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::gqgpu;

#include "gq/Dialect/GQGPU/IR/GQGPUDialect.cpp.inc"

namespace {
/// Rings and products are long to write out, and many ops name one.
struct GQGPUAsmInterface : OpAsmDialectInterface {
  using OpAsmDialectInterface::OpAsmDialectInterface;
  AliasResult getAlias(Type type, raw_ostream &os) const override {
    if (!isa<RingType>(type))
      return AliasResult::NoAlias;
    os << "ring";
    return AliasResult::FinalAlias;
  }
  AliasResult getAlias(Attribute attr, raw_ostream &os) const override {
    if (!isa<MmaInterface>(attr))
      return AliasResult::NoAlias;
    os << "product";
    return AliasResult::FinalAlias;
  }
};
} // namespace

void GQGPUDialect::initialize() {
  addInterfaces<GQGPUAsmInterface>();
  addOperations<
#define GET_OP_LIST
#include "gq/Dialect/GQGPU/IR/GQGPUOps.cpp.inc"
      >();
  registerTypesAndAttributes();
}
