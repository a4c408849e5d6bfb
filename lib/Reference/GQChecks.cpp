//===- GQChecks.cpp - shapes of the operands of gq ops at run time --------===//

#include "GQChecks.h"
#include "Interpreter.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::gq;

LogicalResult mlir::gq::checkDim(Operation *op, StringRef name,
                                 const RuntimeTensor &tensor, int64_t dim,
                                 int64_t expected, const Twine &why) {
  if (tensor.getDim(dim) == expected)
    return success();
  return op->emitOpError("expects dimension ")
         << dim << " of operand " << name << " to be " << expected << " ("
         << why << "), got " << tensor.getDim(dim);
}

LogicalResult mlir::gq::checkSameShape(Operation *op, StringRef name,
                                       const RuntimeTensor &tensor,
                                       StringRef otherName,
                                       const RuntimeTensor &other) {
  for (int64_t dim : {0, 1})
    if (failed(checkDim(op, name, tensor, dim, other.getDim(dim),
                        "as operand " + otherName)))
      return failure();
  return success();
}

LogicalResult mlir::gq::checkScales(Operation *op, StringRef name,
                                    const RuntimeTensor &scales,
                                    StringRef otherName,
                                    const RuntimeTensor &other,
                                    ArrayRef<int64_t> block,
                                    ArrayRef<int64_t> origin, bool transposed) {
  for (int64_t dim : {0, 1}) {
    int64_t size = other.getDim(dim);
    if (origin.empty()) {
      if (failed(checkDim(op, name, scales, transposed ? 1 - dim : dim,
                          llvm::divideCeil(size, block[dim]),
                          "one scale per " + Twine(block[dim]) + " of the " +
                              Twine(size) + " elements of operand " +
                              otherName)))
        return failure();
      continue;
    }
    int64_t begin = origin[dim] % block[dim];
    int64_t need = size == 0 ? 0 : llvm::divideCeil(begin + size, block[dim]);
    if (scales.getDim(dim) < need)
      return op->emitOpError("expects dimension ")
             << dim << " of operand " << name << " to be at least " << need
             << " (one scale per " << block[dim] << " of the " << size
             << " elements of operand " << otherName << ", the first at "
             << begin << " in its block), got " << scales.getDim(dim);
  }
  return success();
}

FailureOr<SmallVector<int64_t>>
mlir::gq::getOrigin(Interpreter &in, Operation *op, ValueRange values) {
  SmallVector<int64_t> origin;
  for (Value value : values) {
    origin.push_back(in.getInt(value));
    if (origin.back() < 0)
      return op->emitOpError("expects an origin that is not negative, got ")
             << origin.back();
  }
  return origin;
}

LogicalResult mlir::gq::toResult(Operation *op,
                                 const gridquant::Status &status) {
  if (status.ok())
    return success();
  return op->emitOpError(status.message());
}
