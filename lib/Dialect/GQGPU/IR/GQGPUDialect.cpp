//===- GQGPUDialect.cpp - registration of the gqgpu dialect ---------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mlir::gqgpu;

#include "gq/Dialect/GQGPU/IR/GQGPUDialect.cpp.inc"

void GQGPUDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "gq/Dialect/GQGPU/IR/GQGPUOps.cpp.inc"
      >();
  registerTypesAndAttributes();
}
