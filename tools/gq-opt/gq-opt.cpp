//===- gq-opt.cpp - runs any pass on any .mlir file -----------------------===//
#include "gq/Conversion/Passes.h"
#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Dialect/GQ/Transforms/Passes.h"
#include "gq/Dialect/GQGPU/Transforms/Passes.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  mlir::registerAllPasses();
  mlir::gq::registerGQTransformsPasses();
  mlir::registerGQConversionPasses();
  mlir::gqgpu::registerGQGPUTransformsPasses();
  registry.insert<mlir::gq::GQDialect, mlir::gqgpu::GQGPUDialect>();
  mlir::gq::registerBufferizableOpInterfaceExternalModels(registry);
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "GridQuant optimizer driver\n", registry));
}
