//===- Target.cpp - the GPU that a module is compiled for -----------------===//
#include "gq/Target/Target.h"

using namespace mlir;
using namespace mlir::gq;

#include "gq/Target/TargetInterface.cpp.inc"

const TargetModel &mlir::gq::getTarget(Operation *op) {
  for (; op; op = op->getParentOp())
    if (auto target = op->getAttrOfType<TargetAttrInterface>(kTargetAttr))
      return target.getModel();
  return *lookupTarget(kDefaultTarget);
}
