//===- Serialize.h - from a gpu.module to PTX and a cubin -------*- C++ -*-===//
//
// In process to PTX text, then through ptxas as a child process where there is
// one. What makes a kernel slow without making it wrong (spills, local memory,
// serialised wgmma) is an error here, so that it cannot go unnoticed.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_TARGET_SERIALIZE_H
#define GQ_TARGET_SERIALIZE_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llvm {
class LLVMContext;
class Module;
} // namespace llvm

namespace mlir {
class DialectRegistry;
namespace gpu {
class GPUModuleOp;
}

namespace gq {

/// How much LLVM does to the IR before instruction selection.
enum class OptLevel {
  None,
  /// Splits allocas, folds and merges what is redundant, and leaves loops and
  /// the order of memory operations alone: the passes before decided them.
  Light,
  /// LLVM's own O2 and O3, for kernels that were not made by this compiler.
  O2,
  O3
};

/// What ptxas says about a kernel.
struct KernelResources {
  std::string kernel;
  int64_t registers = 0;
  int64_t sharedMemory = 0; ///< static, in bytes
  int64_t stackFrame = 0, spillStores = 0, spillLoads = 0;
  /// Tensor-core products of its PTX, and those that ptxas has kept; 0: all.
  int64_t products = 0, keptProducts = 0;
  /// What costs it speed, in ptxas's words; empty: nothing.
  std::string slowdown;
};

/// Is told of a kernel that spills, that ptxas slows down, or whose products it
/// has not kept.
using SpillHandler =
    std::function<void(gpu::GPUModuleOp, const KernelResources &)>;

struct SerializeOptions {
  OptLevel optLevel = OptLevel::Light;
  /// Make a cubin, if ptxas is found.
  bool cubin = true;
  /// The ptxas to run. Empty: the first of PATH, $CUDA_HOME/bin and
  /// /usr/local/cuda/bin. One that is given must exist.
  std::string ptxas;
  /// Accept kernels that spill or use local memory. For experiments.
  bool allowSpills = false;
  /// Is told instead of the user, who gets an error otherwise.
  SpillHandler onSpill;
};

/// Microseconds spent in each step.
struct SerializeTimes {
  int64_t translate = 0, optimize = 0, codegen = 0, ptxas = 0;
};

struct KernelImage {
  std::string ptx;
  std::optional<std::string> cubin;
  /// Everything ptxas printed, for people.
  std::string log;
  /// One entry per kernel, if there is a cubin.
  std::vector<KernelResources> kernels;
  SerializeTimes times;
};

/// Kernels as LLVM IR, with the context that owns their types.
struct LLVMKernels {
  LLVMKernels();
  LLVMKernels(LLVMKernels &&);
  LLVMKernels &operator=(LLVMKernels &&);
  ~LLVMKernels();
  /// Lets go of both without destroying them. After a fatal error inside LLVM
  /// they may refer to memory that is gone.
  void abandon();

  std::unique_ptr<llvm::LLVMContext> context;
  std::unique_ptr<llvm::Module> module;
};

/// Compiles the kernels of a module that is in the llvm and nvvm dialects.
FailureOr<KernelImage> serializeKernels(gpu::GPUModuleOp module,
                                        const SerializeOptions &options);

/// The first half of it: LLVM IR, optimised, with target and data layout set.
FailureOr<LLVMKernels> translateKernels(gpu::GPUModuleOp module,
                                        OptLevel optLevel,
                                        SerializeTimes &times);

/// The error for a kernel that a SpillHandler is told of, at the kernel.
void emitSpillError(gpu::GPUModuleOp module, const KernelResources &kernel);

/// What the translation to LLVM IR needs in the context.
void registerSerializeInterfaces(DialectRegistry &registry);

/// The ptxas that `given` (a path or empty) stands for, or nothing.
std::optional<std::string> findPtxas(llvm::StringRef given);

} // namespace gq
} // namespace mlir

#endif // GQ_TARGET_SERIALIZE_H
