//===- Warp.cpp - between the lanes of a warp -----------------------------===//
#include "Assembly.h"
#include "gq/Target/PTX/PTX.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"

using namespace mlir;
using namespace mlir::gq;

/// All lanes take part, and none is out of bounds.
static Value shuffle(OpBuilder &b, Location loc, Value value, int64_t lane,
                     NVVM::ShflKind kind) {
  Value all = ptx::constant32(b, loc, -1);
  return NVVM::ShflOp::create(b, loc, value.getType(), all, value,
                              ptx::constant32(b, loc, lane),
                              ptx::constant32(b, loc, 31), kind,
                              /*return_value_and_is_valid=*/nullptr);
}

Value ptx::shuffleXor(OpBuilder &b, Location loc, Value value, int64_t lanes) {
  return shuffle(b, loc, value, lanes, NVVM::ShflKind::bfly);
}

Value ptx::broadcast(OpBuilder &b, Location loc, Value value) {
  return shuffle(b, loc, value, 0, NVVM::ShflKind::idx);
}

Value ptx::transposeMatrix(OpBuilder &b, Location loc, Value word) {
  Assembly assembly(b, loc);
  std::string turned = assembly.result(b.getI32Type());
  return assembly.emit("movmatrix.sync.aligned.m8n8.trans.b16 " + turned +
                           ", " + assembly.operand(word) + ";",
                       Assembly::Effects::Yes);
}

Value ptx::maxOfWarp(OpBuilder &b, Location loc, Value word) {
  return NVVM::ReduxOp::create(b, loc, word.getType(), word,
                               NVVM::ReduxKind::UMAX, constant32(b, loc, -1));
}

Value ptx::elect(OpBuilder &b, Location loc) {
  return NVVM::ElectSyncOp::create(b, loc, b.getI1Type(),
                                   /*membermask=*/Value());
}
