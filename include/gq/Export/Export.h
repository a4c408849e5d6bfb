//===- Export.h - kernel bundles from compiled modules ----------*- C++ -*-===//
#ifndef GQ_EXPORT_EXPORT_H
#define GQ_EXPORT_EXPORT_H

#include "mlir/IR/BuiltinOps.h"
#include <string>

namespace mlir::gq {

/// The bytes of a bundle (gq/Bundle/Container.h) with every function that
/// launches kernels. The module is what gq-serialize leaves: host functions of
/// tensors, and a gpu.binary per group of kernels.
///
/// A host function may hold gqgpu.launch, tensor.empty, tensor.dim, reshapes
/// and casts of tensors, arithmetic on sizes, and cf.assert, whose conditions
/// are checked before each launch. Everything else is an error that names the
/// op.
FailureOr<std::string> exportBundle(ModuleOp module);

} // namespace mlir::gq

#endif // GQ_EXPORT_EXPORT_H
