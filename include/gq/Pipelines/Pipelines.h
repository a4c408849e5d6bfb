//===- Pipelines.h - the passes in their order ------------------*- C++ -*-===//
#ifndef GQ_PIPELINES_PIPELINES_H
#define GQ_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassOptions.h"

namespace mlir {
class OpPassManager;

namespace gq {

struct GQToNVVMOptions : PassPipelineOptions<GQToNVVMOptions> {
  Option<std::string> chip{*this, "chip", llvm::cl::init("sm_90a"),
                           llvm::cl::desc("GPU to compile for")};
};

/// Tensors to tiles: chooses a strategy, tiles and fuses.
void buildTilePipeline(OpPassManager &pm, const GQToNVVMOptions &options);

/// Tiles to kernels: rings, roles and fragments.
void buildKernelPipeline(OpPassManager &pm, const GQToNVVMOptions &options);

/// Kernels to the llvm and nvvm dialects.
void buildNVVMPipeline(OpPassManager &pm, const GQToNVVMOptions &options);

/// The three in order: `gq-lower-to-nvvm`.
void buildGQToNVVMPipeline(OpPassManager &pm, const GQToNVVMOptions &options);

void registerGQPipelines();

} // namespace gq
} // namespace mlir

#endif // GQ_PIPELINES_PIPELINES_H
