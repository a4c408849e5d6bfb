//===- TargetModel.cpp - what the GPU can do ------------------------------===//
#include "gq/Target/TargetModel.h"

using namespace mlir::gq;

const TargetModel &mlir::gq::getDefaultTarget() {
  static const TargetModel hopper;
  return hopper;
}

const TargetModel *mlir::gq::getTargetModel(llvm::StringRef chip) {
  return chip == getDefaultTarget().chip ? &getDefaultTarget() : nullptr;
}
