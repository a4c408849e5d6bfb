//===- gq-opt.cpp - runs any pass on any .mlir file -----------------------===//
#include "../RegisterAll.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::gq::addVersion();
  mlir::DialectRegistry registry;
  mlir::gq::registerDialectsOfTools(registry);
  mlir::gq::registerPassesOfTools();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "GridQuant optimizer driver\n", registry));
}
