//===- PlaceResults.h - results that are a part of a wider tensor -*- C++ -*-=//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_PLACERESULTS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_PLACERESULTS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

/// Results of loops over tiles under `root` that are inserted into a tensor,
/// once: their tiles are. Whether there are any.
bool placeResults(RewriterBase &rewriter, Operation *root);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_PLACERESULTS_H
