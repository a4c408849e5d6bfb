//===- Remarks.h - decisions a user can print -------------------*- C++ -*-===//
//
// gq-opt --remarks-filter=gq-.* shows every decision the passes took.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_SUPPORT_REMARKS_H
#define GQ_SUPPORT_REMARKS_H

#include "mlir/IR/Operation.h"
#include "mlir/IR/Remarks.h"

namespace mlir::gq {

/// A decision that was taken, in the category of the pass that took it.
inline void remarkDecision(Operation *op, StringRef pass, StringRef name,
                           const Twine &text) {
  remark::passed(op->getLoc(), remark::RemarkOpts::name(name).category(pass))
      << text.str();
}

/// A better way that could not be taken, and why.
inline void remarkMissed(Operation *op, StringRef pass, StringRef name,
                         const Twine &text) {
  remark::missed(op->getLoc(), remark::RemarkOpts::name(name).category(pass))
      << text.str();
}

/// What was weighed on the way to a decision.
inline void remarkAnalysis(Operation *op, StringRef pass, StringRef name,
                           const Twine &text) {
  remark::analysis(op->getLoc(), remark::RemarkOpts::name(name).category(pass))
      << text.str();
}

} // namespace mlir::gq

#endif // GQ_SUPPORT_REMARKS_H
