//===- Extensions.h - passes of others between the stages -------*- C++ -*-===//
#ifndef GQ_PIPELINES_EXTENSIONS_H
#define GQ_PIPELINES_EXTENSIONS_H

#include "mlir/Support/LLVM.h"
#include <functional>
#include <string>

namespace mlir {
class OpPassManager;

namespace gq {

/// What a program that embeds the compiler adds to its pipelines. A callback is
/// called whenever a pipeline with its stage is built, which is more than once
/// for a program whose kernels are compiled again, and adds passes to the pass
/// manager, which is on builtin.module.
///
/// A stage is a pass by its name on the command line ("gq-tile"), with the
/// cleanup that follows it, or a level of docs/architecture.md, which is all of
/// the passes that work on it: "tensors", "strategy", "tiles", "kernels",
/// "machine" and "bundle". What each pass expects and leaves is in the table
/// there; a pass in between is to leave what it got of that.
class PipelineExtensions {
public:
  using Callback = std::function<void(OpPassManager &)>;

  /// Adds passes in front of a stage, behind those that were added there
  /// before. Fails if there is no such stage.
  LogicalResult before(StringRef stage, Callback callback);
  /// The same behind a stage.
  LogicalResult after(StringRef stage, Callback callback);

  /// The names, in order: levels, then passes.
  static SmallVector<StringRef> getStages();

  /// For who builds a pipeline: adds what stands in front of the pass \p stage.
  void addBefore(OpPassManager &pm, StringRef stage) const;
  void addAfter(OpPassManager &pm, StringRef stage) const;

private:
  struct Entry {
    std::string pass;
    Callback callback;
  };
  SmallVector<Entry, 0> inFront, behind;
};

} // namespace gq
} // namespace mlir

#endif // GQ_PIPELINES_EXTENSIONS_H
