//===- Objects.h - what the C interface hands out ---------------*- C++ -*-===//
#ifndef GQ_LIB_CAPI_OBJECTS_H
#define GQ_LIB_CAPI_OBJECTS_H

#include "gq/Compile/Compile.h"
#include "gq/Compile/gq_compiler.h"
#include "mlir/IR/Diagnostics.h"

struct gq_compile_options {
  mlir::gq::OutputKind emit = mlir::gq::OutputKind::Bundle;
  mlir::gq::CompileOptions compile;
};

struct gq_output {
  std::string bytes;
};

namespace mlir::gq::capi {

/// Keeps `message` for gq_compiler_last_error and returns `status`.
gq_compiler_status fail(gq_compiler_status status, const llvm::Twine &message);

/// Hands the diagnostics of a context to a handler of C while it lives, and
/// remembers the first error.
class Diagnostics {
public:
  Diagnostics(MLIRContext *context, gq_diagnostic_handler handler, void *user);

  /// The first error, or where there was none, that there was none.
  gq_compiler_status fail(gq_compiler_status status) const;

private:
  void handle(Diagnostic &diagnostic);
  void emit(const Diagnostic &diagnostic);

  gq_diagnostic_handler handler;
  void *user;
  std::string firstError;
  ScopedDiagnosticHandler scope;
};

} // namespace mlir::gq::capi

#endif // GQ_LIB_CAPI_OBJECTS_H
