//===- Print.cpp - values as text -----------------------------------------===//

#include "Print.h"

#include "gq/Numerics/Convert.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::gq;

static void printFloat(double value, bool isDouble, llvm::raw_ostream &os) {
  if (std::isnan(value))
    os << "nan";
  else if (std::isinf(value))
    os << (value < 0 ? "-inf" : "inf");
  else if (isDouble)
    os << llvm::format("%.17g", value);
  else
    os << llvm::format("%.9g", value);
}

static void printElement(const RuntimeTensor &tensor, int64_t index,
                         llvm::raw_ostream &os) {
  size_t size = tensor.getElementSize();
  const unsigned char *data = tensor.getData() + index * size;
  Type type = tensor.getElementType();
  if (type.isF64()) {
    double value;
    std::memcpy(&value, data, sizeof(value));
    return printFloat(value, true, os);
  }
  if (isa<FloatType>(type)) {
    float value;
    // Float types without numerics are refused when a tensor is made.
    gridquant::convertToFloat(*getNumericsType(type), data, 1, &value);
    return printFloat(value, false, os);
  }
  uint64_t bits = 0;
  std::memcpy(&bits, data, size); // little-endian
  if (type.isInteger(1)) {
    os << ((bits & 1) ? "true" : "false");
    return;
  }
  unsigned shift = 64 - 8 * static_cast<unsigned>(size);
  os << (static_cast<int64_t>(bits << shift) >> shift);
}

/// Dimensions from \p dim on, beginning at element \p next.
static void printDims(const RuntimeTensor &tensor, int64_t dim, int64_t limit,
                      int64_t &next, llvm::raw_ostream &os) {
  if (dim == tensor.getRank())
    return printElement(tensor, next++, os);
  os << "[";
  for (int64_t i = 0, e = tensor.getDim(dim); i < e; ++i) {
    if (i > 0)
      os << ", ";
    if (next >= limit) {
      os << "...";
      break;
    }
    printDims(tensor, dim + 1, limit, next, os);
  }
  os << "]";
}

void mlir::gq::printValue(const RuntimeValue &value, llvm::raw_ostream &os,
                          int64_t limit) {
  if (value.isInt()) {
    os << value.getInt();
    return;
  }
  if (value.isFloat())
    return printFloat(value.getFloat(), true, os);
  os << value.typeToString();
  if (!value.isTensor())
    return;
  os << " ";
  int64_t next = 0;
  printDims(value.getTensor(), 0, limit, next, os);
}
