//===- Pipelines.h - the passes in their order ------------------*- C++ -*-===//
#ifndef GQ_PIPELINES_PIPELINES_H
#define GQ_PIPELINES_PIPELINES_H

#include "mlir/Pass/PassOptions.h"
#include "mlir/Support/LLVM.h"

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

/// The passes of the two in order, by the names they have on the command line.
/// What each leaves can be executed on a CPU (gq/Simulator/Simulator.h).
SmallVector<StringRef> getStages();

/// The two up to the pass \p stage, which is among getStages(), and the cleanup
/// that follows it.
void buildPipelineUntil(OpPassManager &pm, const GQToNVVMOptions &options,
                        StringRef stage);

/// Kernels to the llvm and nvvm dialects.
void buildNVVMPipeline(OpPassManager &pm, const GQToNVVMOptions &options);

/// The three in order: `gq-lower-to-nvvm`.
void buildGQToNVVMPipeline(OpPassManager &pm, const GQToNVVMOptions &options);

void registerGQPipelines();

} // namespace gq
} // namespace mlir

#endif // GQ_PIPELINES_PIPELINES_H
