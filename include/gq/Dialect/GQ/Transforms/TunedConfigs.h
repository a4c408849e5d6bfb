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
#include "gq/Strategy/Matmul.h"
#include "gq/Target/TargetModel.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::gq {

class TunedConfigs {
public:
  /// Reads `path`. Every entry is checked, also those of other targets; an
  /// error at `loc` names the file and the entry.
  static FailureOr<TunedConfigs> read(Location loc, StringRef path);

  struct Entry {
    /// A #gq.matmul_config or #gq.matmul_variants; null: there is none.
    StrategyAttrInterface config;
    /// The fewest rows that were measured: for fewer it says nothing.
    int64_t leastRows = 1;
  };
  /// For what has this key (strategy::tuningKey()) on `target`.
  Entry find(const TargetModel &target, StringRef key) const;

private:
  llvm::StringMap<Entry> configs; // by target and key
};

/// Gives `op`, a product of `shape`, what was measured for such ones, if that
/// can run; with what is chosen for fewer rows than were measured, in at most
/// `mostVariants` kernels. Remarks say why not.
void takeTuned(BlockOpInterface op, const strategy::MatmulShape &shape,
               const TargetModel &target, size_t mostVariants,
               const TunedConfigs &tuned);

} // namespace mlir::gq

#endif // GQ_DIALECT_GQ_TRANSFORMS_TUNEDCONFIGS_H
