//===- TunedConfigs.h - configs that were measured --------------*- C++ -*-===//
//
// What gq-tune writes: a JSON file with, for each kind of product, the config
// that was the fastest on a GPU, or several of them by rows.
// benchmarks/README.md has the format.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQ_TRANSFORMS_TUNEDCONFIGS_H
#define GQ_DIALECT_GQ_TRANSFORMS_TUNEDCONFIGS_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Target/TargetModel.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::gq {

class TunedConfigs {
public:
  /// Reads `path`. Every entry is checked, also those of other targets; an
  /// error at `loc` names the file and the entry.
  static FailureOr<TunedConfigs> read(Location loc, StringRef path);

  /// A #gq.matmul_config or #gq.matmul_variants for what has this key
  /// (strategy::tuningKey()) on `target`; null if there is none.
  StrategyAttrInterface find(const TargetModel &target, StringRef key) const;

private:
  llvm::StringMap<StrategyAttrInterface> configs; // by target and key
};

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_TUNEDCONFIGS_H
