//===- CodeSteps.cpp - codes of values that are rounded -------------------===//

#include "CodeSteps.h"
#include "Check.h"

#include "gq/Numerics/Convert.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace mlir;
using namespace mlir::gq;
using gridquant::ElementType;

//===----------------------------------------------------------------------===//
// Codes
//===----------------------------------------------------------------------===//

namespace {
/// The numbers next to that of each code of a type, or of `packed`, codes of
/// four bits that the type holds.
struct Neighbours {
  std::array<double, 256> below, above;

  explicit Neighbours(ElementType type,
                      std::optional<gridquant::FourBits> packed = {}) {
    const float *table = gridquant::decodeTable(type);
    std::vector<double> numbers;
    for (int code = 0; code < 256; ++code)
      if (!std::isnan(table[code]))
        numbers.push_back(table[code]);
    if (packed) {
      numbers.clear();
      for (unsigned char code : unpackAll(*packed))
        numbers.push_back(table[code]);
    }
    llvm::sort(numbers);
    numbers.erase(llvm::unique(numbers), numbers.end());
    for (int code = 0; code < 256; ++code) {
      below[code] = above[code] = table[code];
      if (std::isnan(table[code]))
        continue;
      auto here = llvm::lower_bound(numbers, table[code]);
      if (here != numbers.begin())
        below[code] = *std::prev(here);
      if (std::next(here) != numbers.end())
        above[code] = *std::next(here);
    }
  }

  /// All codes, as the wider type has them.
  static std::array<unsigned char, 16> unpackAll(gridquant::FourBits packed) {
    std::array<unsigned char, 8> bytes;
    for (int i = 0; i < 8; ++i)
      bytes[i] = static_cast<unsigned char>(0x22 * i + 0x10);
    std::array<unsigned char, 16> codes;
    gridquant::unpackFourBits(packed, bytes.data(), codes.size(), codes.data());
    return codes;
  }

  /// The longer of the steps from a number that is finite to another.
  double step(unsigned char code, double number) const {
    double longest = 0;
    for (double other : {below[code], above[code]})
      if (std::isfinite(number) && std::isfinite(other))
        longest = std::max(longest, std::fabs(other - number));
    return longest;
  }
};
} // namespace

static const Neighbours &neighboursOf(gridquant::FourBits packed) {
  using gridquant::FourBits;
  static const Neighbours int4(ElementType::i8, FourBits::i4),
      e2m1(ElementType::f8E4M3FN, FourBits::f4E2M1FN);
  return packed == FourBits::i4 ? int4 : e2m1;
}

static const Neighbours &neighboursOf(ElementType type) {
  static const Neighbours e4m3(ElementType::f8E4M3FN),
      e5m2(ElementType::f8E5M2), int8(ElementType::i8);
  return type == ElementType::i8       ? int8
         : type == ElementType::f8E5M2 ? e5m2
                                       : e4m3;
}

double mlir::gq::normOf(ArrayRef<double> values) {
  double squares = 0;
  for (double value : values)
    if (std::isfinite(value))
      squares += value * value;
  return std::sqrt(squares);
}

std::vector<double> mlir::gq::largestOfRows(ArrayRef<double> values,
                                            int64_t columns) {
  std::vector<double> measure(values.size());
  size_t width = static_cast<size_t>(std::max<int64_t>(columns, 1));
  size_t together = width * llvm::divideCeil(kTogether, width);
  for (size_t begin = 0, end; begin < values.size(); begin = end) {
    end =
        values.size() - begin < 2 * together ? values.size() : begin + together;
    double largest = 0;
    for (double value : values.slice(begin, end - begin))
      if (std::isfinite(value))
        largest = std::max(largest, std::fabs(value));
    std::fill(measure.begin() + begin, measure.begin() + end, largest);
  }
  return measure;
}

CodesReport mlir::gq::compareCodes(const RuntimeTensor &result,
                                   const RuntimeTensor &reference,
                                   int64_t columns,
                                   std::optional<gridquant::FourBits> packed) {
  ElementType type = packed ? gridquant::widerFormat(*packed)
                            : *getNumericsType(result.getElementType());
  const float *table = gridquant::decodeTable(type);
  const Neighbours &neighbours =
      packed ? neighboursOf(*packed) : neighboursOf(type);
  int64_t count = result.getNumElements() * (packed ? 2 : 1);
  auto codesOf = [&](const RuntimeTensor &tensor) {
    std::vector<unsigned char> codes(static_cast<size_t>(count));
    if (packed)
      gridquant::unpackFourBits(*packed, tensor.getData(), count, codes.data());
    else
      std::copy_n(tensor.getData(), count, codes.begin());
    return codes;
  };
  std::vector<unsigned char> found = codesOf(result),
                             wanted = codesOf(reference);
  std::vector<double> expected(count);
  for (int64_t i = 0; i < count; ++i)
    expected[i] = table[wanted[i]];
  std::vector<double> largest = largestOfRows(expected, columns);
  CodesReport report;
  report.count = count;
  for (int64_t i = 0; i < count; ++i) {
    unsigned char code = wanted[i];
    double got = table[found[i]];
    if (got == expected[i] || (std::isnan(got) && std::isnan(expected[i])))
      continue;
    // Written so that NaN is beyond.
    bool near = got == neighbours.below[code] ||
                got == neighbours.above[code] ||
                std::fabs(got - expected[i]) <= kOfRow * largest[i];
    if (report.different++ == 0 || (!near && report.beyond == 0)) {
      report.first = i;
      report.got = got;
      report.expected = expected[i];
    }
    report.beyond += !near;
  }
  return report;
}

//===----------------------------------------------------------------------===//
// Products of codes
//===----------------------------------------------------------------------===//

ProductSteps::Side::Element ProductSteps::Side::at(int64_t number, int64_t row,
                                                   int64_t k) const {
  int64_t rank = codes.getRank();
  int64_t rows = codes.getDim(rank - 2), columns = codes.getDim(rank - 1);
  if (rank < 3)
    number = 0;
  unsigned char code = codes.getData()[(number * rows + row) * columns + k];
  ElementType type = *getNumericsType(codes.getElementType());
  double value = gridquant::decodeTable(type)[code];
  double step = rounded ? neighboursOf(type).step(code, value) : 0;
  if (scales.empty())
    return {value, step};
  int64_t i = row / block[0], j = k / block[1];
  if (transposed)
    std::swap(i, j);
  ArrayRef<int64_t> shape = ArrayRef(scalesShape).take_back(2);
  if (scalesShape.size() < 3)
    number = 0;
  double scale = scales[(number * shape[0] + i) * shape[1] + j];
  return {value * scale, step * std::fabs(scale)};
}

double ProductSteps::rootAt(int64_t index) const {
  int64_t rank = a.codes.getRank();
  int64_t m = a.codes.getDim(rank - 2),
          n = b.codes.getDim(b.codes.getRank() - 2);
  int64_t j = index % n, i = index / n % m, number = index / n / m;
  double squares = 0;
  for (int64_t k = 0, e = a.codes.getDim(rank - 1); k < e; ++k) {
    Side::Element left = a.at(number, i, k), right = b.at(number, j, k);
    double byLeft = left.step * right.value, byRight = left.value * right.step;
    squares += byLeft * byLeft + byRight * byRight;
  }
  return std::sqrt(squares);
}

double ProductSteps::norm() const {
  // Each square of a sum over k is one of a row by one of a column, so that
  // sums over rows and columns come first.
  struct Squares {
    double values = 0, steps = 0;
  };
  auto sumRows = [](const Side &side, int64_t number, int64_t k) {
    Squares squares;
    for (int64_t i = 0, e = side.codes.getDim(side.codes.getRank() - 2); i < e;
         ++i) {
      Side::Element element = side.at(number, i, k);
      squares.values += element.value * element.value;
      squares.steps += element.step * element.step;
    }
    return squares;
  };
  int64_t rank = a.codes.getRank();
  int64_t batch = 1;
  for (const Side *side : {&a, &b})
    if (side->codes.getRank() > 2)
      batch = side->codes.getDim(0);
  double squares = 0;
  for (int64_t number = 0; number < batch; ++number)
    for (int64_t k = 0, e = a.codes.getDim(rank - 1); k < e; ++k) {
      Squares left = sumRows(a, number, k), right = sumRows(b, number, k);
      squares += left.steps * right.values + left.values * right.steps;
    }
  return std::sqrt(squares);
}

double ProductSteps::relativeNorm(const RuntimeTensor &product) const {
  double whole = product.exact ? normOf(*product.exact) : 0;
  return whole > 0 ? norm() / whole : 0;
}

//===----------------------------------------------------------------------===//
// Which products
//===----------------------------------------------------------------------===//

static bool areRoundedCodes(Value value) {
  return isQuantized(getElementTypeOrSelf(value.getType())) &&
         !isComputedExactly(value);
}

bool mlir::gq::isProduct(ScaledMatmulOp op, Value value) {
  while (auto cast = value.getDefiningOp<tensor::CastOp>())
    value = cast.getSource();
  return value.getDefiningOp() == op;
}

SmallVector<ScaledMatmulOp> mlir::gq::getProductsOfRoundedCodes(Value value) {
  SmallVector<ScaledMatmulOp> products;
  walkSources(value, [&](Operation *each) {
    auto op = dyn_cast<ScaledMatmulOp>(each);
    // Without an origin the blocks begin with the operands.
    if (op && op->getBlock() == value.getParentBlock() && !op.hasZeroPoints() &&
        op.getOrigin().empty() &&
        isQuantized(getElementTypeOrSelf(op.getA().getType())) &&
        (areRoundedCodes(op.getA()) || areRoundedCodes(op.getB())))
      products.push_back(op);
    return true;
  });
  return products;
}

SmallVector<Value> mlir::gq::getReadCodes(ScaledMatmulOp op) {
  SmallVector<Value> read{op.getA(), op.getB()};
  if (op.isScaled())
    read.append({op.getAScales(), op.getBScales()});
  read.append(op->result_begin(), op->result_end());
  return read;
}

ProductSteps mlir::gq::makeProductSteps(ScaledMatmulOp op,
                                        ArrayRef<RuntimeValue> read) {
  auto makeSide = [&](unsigned slot, Value codes,
                      std::optional<ArrayRef<int64_t>> block, bool transposed) {
    ProductSteps::Side side;
    side.codes = read[slot].getTensor();
    side.rounded = areRoundedCodes(codes);
    if (!op.isScaled())
      return side;
    const RuntimeTensor &scales = read[2 + slot].getTensor();
    side.scales.resize(static_cast<size_t>(scales.getNumElements()));
    gridquant::convertToFloat(*getNumericsType(scales.getElementType()),
                              scales.getData(), scales.getNumElements(),
                              side.scales.data());
    side.scalesShape.assign(scales.getShape().begin(), scales.getShape().end());
    side.block.assign(block->begin(), block->end());
    side.transposed = transposed;
    return side;
  };
  return {makeSide(0, op.getA(), op.getABlock(), op.getTransposedAScales()),
          makeSide(1, op.getB(), op.getBBlock(), op.getTransposedBScales())};
}
