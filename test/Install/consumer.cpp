// Parses a module with a gq op and prints how many there are, verified.
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

static const char *const program = R"mlir(
  func.func @scales(%amax: tensor<8x64xf32>) -> tensor<8x64xf32> {
    %s = gq.absmax_to_scale %amax to f8E4M3FN outs(%amax : tensor<8x64xf32>)
           : tensor<8x64xf32> -> tensor<8x64xf32>
    return %s : tensor<8x64xf32>
  })mlir";

int main() {
  mlir::DialectRegistry registry;
  registry.insert<mlir::func::FuncDialect, mlir::gq::GQDialect>();
  mlir::gq::registerBufferizableOpInterfaceExternalModels(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceString<mlir::ModuleOp>(program, &context);
  if (!module)
    return 1;
  int count = 0;
  module->walk([&](mlir::gq::AbsmaxToScaleOp) { ++count; });
  llvm::outs() << "consumer parsed " << count << " gq op\n";
  return count == 1 ? 0 : 1;
}
