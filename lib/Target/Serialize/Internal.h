//===- Internal.h - the steps of serialisation ------------------*- C++ -*-===//
#ifndef GQ_LIB_TARGET_SERIALIZE_INTERNAL_H
#define GQ_LIB_TARGET_SERIALIZE_INTERNAL_H

#include "gq/Target/Serialize.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Target/TargetMachine.h"
#include <chrono>

namespace mlir {
class Operation;

namespace gq {

/// Adds the microseconds of its life to a counter.
class Stopwatch {
public:
  explicit Stopwatch(int64_t &counter)
      : counter(counter), start(std::chrono::steady_clock::now()) {}
  ~Stopwatch() {
    counter += std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::steady_clock::now() - start)
                   .count();
  }

private:
  int64_t &counter;
  std::chrono::steady_clock::time_point start;
};

/// The machine for the module's #nvvm.target, or failure with an error at the
/// module when the target model does not know it.
FailureOr<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine(gpu::GPUModuleOp module);

/// Runs `body`, which calls into LLVM, and turns a fatal error or a crash in it
/// into an error at `op`. LLVM ends the process for IR that it cannot select.
LogicalResult runGuarded(Operation *op, llvm::StringRef what,
                         llvm::function_ref<void()> body);

/// PTX for a module that translateKernels made.
FailureOr<std::string> emitPtx(Operation *op, llvm::Module &llvmModule,
                               llvm::TargetMachine &machine);

/// The functions in PTX text that use local memory.
llvm::StringSet<> findLocalMemory(llvm::StringRef ptx);

/// A message of ptxas about something that costs speed ("C7514"), and the
/// kernel it is about; empty if the message does not say.
struct PtxasWarning {
  std::string kernel, message;
};

struct PtxasOutput {
  std::vector<KernelResources> kernels;
  std::vector<PtxasWarning> performance;
  std::vector<std::string> warnings;
};

PtxasOutput parsePtxasOutput(llvm::StringRef text);

/// A kernel of which ptxas has kept fewer tensor-core products than its PTX
/// has, so that it computes something else.
struct LostProducts {
  std::string kernel;
  int64_t asked, kept;
};

/// Nothing for a `cubin` that is none.
std::vector<LostProducts> findLostProducts(llvm::StringRef ptx,
                                           llvm::StringRef cubin);

struct PtxasRun {
  std::string cubin;
  std::string output;
};

/// Assembles PTX; failure with an error at `op` that holds what ptxas printed.
/// `manyRegisters`: rather take more than compute again.
FailureOr<PtxasRun> runPtxas(Operation *op, llvm::StringRef ptxas,
                             llvm::StringRef chip, llvm::StringRef ptx,
                             bool manyRegisters);

} // namespace gq
} // namespace mlir

#endif // GQ_LIB_TARGET_SERIALIZE_INTERNAL_H
