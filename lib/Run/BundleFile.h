//===- BundleFile.h - gq-run on a bundle ------------------------*- C++ -*-===//
#ifndef GQ_LIB_RUN_BUNDLEFILE_H
#define GQ_LIB_RUN_BUNDLEFILE_H

#include "InferSizes.h"
#include "mlir/IR/BuiltinOps.h"

namespace mlir::gq {

/// A file that is no program but kernels.
class BundleFile {
public:
  /// Nothing if the file is no bundle; an error, on stderr, if it is damaged.
  static FailureOr<std::optional<BundleFile>> read(StringRef path);

  StringRef getBytes() const { return bytes; }

  /// Prints what is in it.
  void show(llvm::raw_ostream &os) const;

  /// A module with a declaration of each function.
  OwningOpRef<ModuleOp> declare(MLIRContext &context) const;

  /// Sets the sizes of arguments that its checks say are equal to others.
  void inferSizes(StringRef function, ArgumentShapes &shapes) const;

  /// Prints an error at such a declaration, which has no line; failure if the
  /// diagnostic is something else.
  static LogicalResult print(Diagnostic &diagnostic);

private:
  struct Contents;

  std::string path, bytes;
  std::shared_ptr<const Contents> contents;
};

} // namespace mlir::gq

#endif // GQ_LIB_RUN_BUNDLEFILE_H
