//===- gq-opt.cpp - runs any pass on any .mlir file -----------------------===//
#include "gq/InitAll.h"
#include "gq/Support/Version.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"

int main(int argc, char **argv) {
  llvm::cl::AddExtraVersionPrinter(
      [](llvm::raw_ostream &os) { os << gridquant::versionText() << '\n'; });
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  mlir::gq::registerAllDialects(registry);
  mlir::gq::registerAllPasses();
  mlir::gq::registerAllPipelines();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "GridQuant optimizer driver\n", registry));
}
