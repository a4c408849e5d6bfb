//===- gq-plugin.cpp - the gq dialect for any mlir-opt --------------------===//
//
// mlir-opt --load-dialect-plugin=GQPlugin.so ...
//
// The plugin holds no MLIR of its own: it links to the libMLIR.so of the
// program that loads it. Do not load it into gq-opt, which has the dialect.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "GridQuant", GQ_VERSION,
          [](mlir::DialectRegistry *registry) {
            registry->insert<mlir::gq::GQDialect>();
            mlir::gq::registerBufferizableOpInterfaceExternalModels(*registry);
          }};
}
