//===- gq-plugin.cpp - dialects and passes for any mlir-opt ---------------===//
//
// mlir-opt --load-dialect-plugin=GQPlugin.so --load-pass-plugin=GQPlugin.so \
//          --pass-pipeline='builtin.module(gq-lower-to-nvvm)' ...
//
// The plugin holds no MLIR of its own: it links to the libMLIR.so of the
// program that loads it. Do not load it into gq-opt, which has the dialect.
//
//===----------------------------------------------------------------------===//
#include "gq/InitAll.h"
#include "mlir/Tools/Plugins/DialectPlugin.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

extern "C" LLVM_ATTRIBUTE_WEAK mlir::DialectPluginLibraryInfo
mlirGetDialectPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "GridQuant", GQ_VERSION,
          [](mlir::DialectRegistry *registry) {
            mlir::gq::registerAllDialects(*registry);
          }};
}

extern "C" LLVM_ATTRIBUTE_WEAK mlir::PassPluginLibraryInfo
mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "GridQuant", GQ_VERSION, [] {
            mlir::gq::registerAllPasses();
            mlir::gq::registerAllPipelines();
          }};
}
