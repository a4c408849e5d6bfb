//===- KernelTable.h - the compiled kernels of a module ---------*- C++ -*-===//
#ifndef GQ_LIB_EXPORT_KERNELTABLE_H
#define GQ_LIB_EXPORT_KERNELTABLE_H

#include "HostTensor.h"
#include "gq/Bundle/Container.h"
#include "gq/Dialect/GQGPU/IR/GQGPU.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::gq {

struct CompiledKernel {
  gqgpu::LaunchAttr launch; ///< null if the kernel has none
  int64_t numParams;
};

/// Every kernel in every gpu.binary of a module, and their code.
class KernelTable {
public:
  /// Failure with an error when binaries cannot be in one bundle.
  static FailureOr<KernelTable> get(ModuleOp module);

  /// The kernel of a launch, or null after an error at it.
  const CompiledKernel *lookup(gqgpu::LaunchOp launch) const;

  StringRef getChip() const { return chip; }
  const std::vector<gridquant::Image> &getImages() const { return images; }

private:
  llvm::StringMap<CompiledKernel> kernels;
  std::string chip;
  std::vector<gridquant::Image> images;
};

/// The VARIANT of Schema.md for a launch, from the #gqgpu.launch of its kernel.
/// `operands` are the tensors of ins and outs in order; `bufferName` names
/// their buffers. Where `only` is given and is 0, no thread block is launched.
FailureOr<llvm::json::Object>
exportVariant(gqgpu::LaunchOp launch, const CompiledKernel &kernel,
              ArrayRef<HostTensor> operands,
              const std::optional<SizeExpr> &only,
              llvm::function_ref<std::string(int)> bufferName);

} // namespace mlir::gq

#endif // GQ_LIB_EXPORT_KERNELTABLE_H
