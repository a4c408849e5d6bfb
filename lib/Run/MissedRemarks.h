//===- MissedRemarks.h - what passes could not do ---------------*- C++ -*-===//
#ifndef GQ_LIB_RUN_MISSEDREMARKS_H
#define GQ_LIB_RUN_MISSEDREMARKS_H

#include "mlir/IR/Remarks.h"
#include "llvm/ADT/STLExtras.h"

namespace mlir::gq {

/// Keeps what could not be done.
struct MissedRemarks : remark::detail::MLIRRemarkStreamerBase {
  using Texts = SmallVector<std::pair<Location, std::string>>;
  explicit MissedRemarks(std::shared_ptr<Texts> texts)
      : texts(std::move(texts)) {}
  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    std::pair<Location, std::string> text(remark.getLocation(), "");
    for (const remark::detail::Remark::Arg &arg : remark.getArgs())
      text.second += arg.val;
    if (!llvm::is_contained(*texts, text))
      texts->push_back(std::move(text));
  }
  /// The context keeps this object for longer than who asked for it.
  std::shared_ptr<Texts> texts;
};

} // namespace mlir::gq

#endif // GQ_LIB_RUN_MISSEDREMARKS_H
