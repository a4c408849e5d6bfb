//===- gq-lsp-server.cpp - the language server of MLIR for .mlir files ----===//
#include "../RegisterAll.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::gq::addVersion();
  mlir::DialectRegistry registry;
  mlir::gq::registerDialectsOfTools(registry);
  return llvm::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
