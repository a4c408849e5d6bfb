//===- Pipelines.h - the passes in their order ------------------*- C++ -*-===//
#ifndef GQ_PIPELINES_PIPELINES_H
#define GQ_PIPELINES_PIPELINES_H

#include "gq/Config/MatmulConfig.h"
#include "gq/Pipelines/Extensions.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Support/LLVM.h"

namespace mlir {
class OpPassManager;

namespace gq {

struct GQToNVVMOptions : PassPipelineOptions<GQToNVVMOptions> {
  /// The name of a description; empty: what the module says.
  Option<std::string> target{
      *this, "target",
      llvm::cl::desc("GPU to compile for: h100, h200, h20 or gh200 (what the "
                     "module says, else h100)")};
  /// As in gq-select-config.
  Option<int64_t> maxVariants{
      *this, "max-variants",
      llvm::cl::desc("Kernels of a product with a dynamic number of rows, at "
                     "most: 1 to 12"),
      llvm::cl::init(kMostVariants)};
  Option<bool> batchInvariant{
      *this, "batch-invariant",
      llvm::cl::desc("Make every product batch_invariant: a row has the same "
                     "bits for every number of rows"),
      llvm::cl::init(false)};
  /// As in gq-coarsen-scales.
  Option<int64_t> coarsenScales{
      *this, "coarsen-scales",
      llvm::cl::desc("Bring FP8 codes with f8E8M0FNU scales of short blocks "
                     "under scales of so many elements of K; 0: as they are"),
      llvm::cl::init(0)};
  /// As in gq-mark-dependent.
  Option<std::string> dependentLaunch{
      *this, "dependent-launch",
      llvm::cl::desc(
          "Kernels that begin before the one in front has completed, "
          "of functions that do not say: none, within or callers"),
      llvm::cl::init("none")};
  Option<std::string> tuned{
      *this, "tuned",
      llvm::cl::desc("A file of gq-tune: configs that were measured")};
  Option<std::string> schedule{
      *this, "schedule",
      llvm::cl::desc("The schedule of products without a config: "
                     "cooperative, pingpong or streamk")};
  /// Passes that a program adds; there are none on the command line.
  PipelineExtensions extensions;
};

/// The parts of the pipeline, in order; each is registered as a pipeline too.
enum class Part {
  Tiles,    ///< gq-lower-to-tiles: chooses a strategy, tiles and fuses
  Kernels,  ///< gq-lower-to-kernels: loads, stores and rings
  Roles,    ///< gq-lower-to-roles: who fills and who computes
  Fragments ///< gq-lower-to-fragments: registers of threads, and the schedule
};

/// One part, from what the part before it leaves.
void buildPipelinePart(OpPassManager &pm, const GQToNVVMOptions &options,
                       Part part);

/// The passes of these parts in order, by the names they have on the command
/// line. What each leaves can be executed on a CPU (gq/Simulator/Simulator.h).
SmallVector<StringRef> getStages();

/// All of them up to the pass \p stage, which is among getStages(), and the
/// cleanup that follows it.
void buildPipelineUntil(OpPassManager &pm, const GQToNVVMOptions &options,
                        StringRef stage);

/// The passes behind the stage \p after, up to the stage \p until
/// (the last one, if it is empty).
void buildPipelineAfter(OpPassManager &pm, const GQToNVVMOptions &options,
                        StringRef after, StringRef until = "");

/// The passes that end the pipeline, and the one that makes binaries.
constexpr StringLiteral kExpandTileLoopsStage = "gq-expand-tile-loops";
constexpr StringLiteral kConvertStage = "convert-gqgpu-to-nvvm";
constexpr StringLiteral kSerializeStage = "gq-serialize";

/// Kernels to the llvm and nvvm dialects.
void buildNVVMPipeline(OpPassManager &pm, const GQToNVVMOptions &options);

/// All of it, in order: `gq-lower-to-nvvm`.
void buildGQToNVVMPipeline(OpPassManager &pm, const GQToNVVMOptions &options);

void registerGQPipelines();

} // namespace gq
} // namespace mlir

#endif // GQ_PIPELINES_PIPELINES_H
