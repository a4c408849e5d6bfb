//===- ShortenBlocks.h - blocks that are longer than tensors ----*- C++ -*-===//

#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_SHORTENBLOCKS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_SHORTENBLOCKS_H

#include "mlir/IR/PatternMatch.h"

namespace mlir::gq {

void populateShortenBlocksPatterns(RewritePatternSet &patterns);

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_SHORTENBLOCKS_H
