//===- ShowBundle.h - gq-run on a bundle ------------------------*- C++ -*-===//
#ifndef GQ_LIB_RUN_SHOWBUNDLE_H
#define GQ_LIB_RUN_SHOWBUNDLE_H

#include "mlir/Support/LLVM.h"

namespace mlir::gq {

/// Nothing if the file is no bundle. Otherwise prints what is in it; an error,
/// on stderr, if it is damaged or \p runs: kernels have no reference beside
/// them to be run with.
std::optional<LogicalResult> showBundle(StringRef path, bool runs,
                                        llvm::raw_ostream &os);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_SHOWBUNDLE_H
