//===- gq-reduce.cpp - MLIR's reducer: a smaller file of the same fault ---===//
#include "../RegisterAll.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Tools/mlir-reduce/MlirReduceMain.h"

int main(int argc, char **argv) {
  mlir::gq::addVersion();
  mlir::DialectRegistry registry;
  mlir::gq::registerDialectsOfTools(registry);
  mlir::gq::registerPassesOfTools();
  mlir::MLIRContext context(registry);
  return llvm::failed(mlir::mlirReduceMain(argc, argv, context));
}
