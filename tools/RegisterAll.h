//===- RegisterAll.h - what tools of MLIR's mains know ----------*- C++ -*-===//
#ifndef GQ_TOOLS_REGISTERALL_H
#define GQ_TOOLS_REGISTERALL_H

#include "gq/InitAll.h"
#include "gq/Support/Version.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllExtensions.h"
#include "mlir/InitAllPasses.h"
#include "llvm/Support/CommandLine.h"

namespace mlir::gq {

/// Dialects and extensions of MLIR, and those of this project.
inline void registerDialectsOfTools(DialectRegistry &registry) {
  mlir::registerAllDialects(registry);
  mlir::registerAllExtensions(registry);
  gq::registerAllDialects(registry);
}

/// Their passes, and the pipelines of this project.
inline void registerPassesOfTools() {
  mlir::registerAllPasses();
  gq::registerAllPasses();
  gq::registerAllPipelines();
}

/// --version says that of this project too.
inline void addVersion() {
  llvm::cl::AddExtraVersionPrinter(
      [](llvm::raw_ostream &os) { os << gridquant::versionText() << '\n'; });
}

} // namespace mlir::gq

#endif // GQ_TOOLS_REGISTERALL_H
