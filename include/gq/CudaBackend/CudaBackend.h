//===- CudaBackend.h - gq-run on a GPU --------------------------*- C++ -*-===//
#ifndef GQ_CUDABACKEND_CUDABACKEND_H
#define GQ_CUDABACKEND_CUDABACKEND_H

namespace mlir::gq {

/// Registers the backend `cuda`: compiles the module to a bundle and runs it
/// with libgq_runtime on device 0. Creating it fails, with the reason, on a
/// machine without a driver or without a GPU that the kernels run on.
void registerCudaBackend();

} // namespace mlir::gq

#endif // GQ_CUDABACKEND_CUDABACKEND_H
