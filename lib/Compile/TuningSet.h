//===- TuningSet.h - a program in all configs to measure --------*- C++ -*-===//
#ifndef GQ_LIB_COMPILE_TUNINGSET_H
#define GQ_LIB_COMPILE_TUNINGSET_H

#include "gq/Compile/Compile.h"

namespace mlir::gq {

/// Compiles the program in `source`, whose one product has no config, once for
/// each of strategy::tuningConfigs(), on all processors: bundles in `folder`,
/// and what they are in `candidates.json` there, which gq-tune reads. A config
/// whose kernel spills is left out. Errors go to stderr.
LogicalResult compileTuningSet(StringRef source, StringRef name,
                               const std::string &folder,
                               const CompileOptions &options);

} // namespace mlir::gq

#endif // GQ_LIB_COMPILE_TUNINGSET_H
