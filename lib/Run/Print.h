//===- Print.h - values as text ---------------------------------*- C++ -*-===//

#ifndef GQ_LIB_RUN_PRINT_H
#define GQ_LIB_RUN_PRINT_H

#include "gq/Reference/RuntimeValue.h"

namespace mlir::gq {

/// "tensor<2x2xf32> [[1, 2], [nan, -0]]": floats with as many digits as tell
/// them apart. No more than \p limit elements; "..." stands for the rest.
void printValue(const RuntimeValue &value, llvm::raw_ostream &os,
                int64_t limit = 4096);

} // namespace mlir::gq

#endif // GQ_LIB_RUN_PRINT_H
