//===- CudaBackend.h - gq-run on a GPU --------------------------*- C++ -*-===//

#ifndef GQ_LIB_RUN_CUDABACKEND_H
#define GQ_LIB_RUN_CUDABACKEND_H

#include "gq/Run/Backend.h"

namespace mlir::gq {

/// Compiles the module to a bundle and runs it with libgq_runtime on device 0.
/// Fails, with the reason, on a machine without a driver or without a GPU that
/// the kernels run on.
llvm::Expected<std::unique_ptr<Backend>> createCudaBackend();

/// Runs functions of \p bundle, the bytes of one, which outlive it; the module
/// only declares them. Fails, with the reason, on a machine without a GPU.
llvm::Expected<std::unique_ptr<Backend>> createBundleBackend(StringRef bundle);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_CUDABACKEND_H
