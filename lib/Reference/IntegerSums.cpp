//===- IntegerSums.cpp - sums of products of i8 ---------------------------===//
//
// Integers are exact in f64 up to 2^53, which no sum of fewer than 2^39
// products reaches; what is added up is cut to 32 bits, as kernels have it.
//
//===----------------------------------------------------------------------===//
#include "IntegerSums.h"
#include "GQChecks.h"
#include "Interpreter.h"

#include <cmath>

using namespace mlir;
using namespace mlir::gq;
using gridquant::Accumulation;
using gridquant::ElementType;
using gridquant::MatmulOperand;

/// The sum of each row of `x`.
static std::vector<uint32_t> sumRows(const RuntimeTensor &x) {
  const auto *codes = reinterpret_cast<const int8_t *>(x.getData());
  std::vector<uint32_t> sums(static_cast<size_t>(x.getDim(0)));
  for (uint32_t &sum : sums)
    for (int64_t k = 0; k < x.getDim(1); ++k)
      sum += static_cast<uint32_t>(*codes++);
  return sums;
}

/// The zero point of each of `rows` rows: zeros where there are none.
static std::vector<uint32_t> readZeroPoints(Interpreter &in, Value points,
                                            int64_t rows) {
  std::vector<uint32_t> values(static_cast<size_t>(rows));
  if (!points)
    return values;
  const RuntimeTensor &tensor = in.getTensor(points);
  const unsigned char *data = tensor.getData();
  bool narrow = tensor.getElementType().isInteger(8);
  for (int64_t i = 0; i < rows; ++i) {
    int64_t at = tensor.getRank() == 0 ? 0 : i;
    values[i] = static_cast<uint32_t>(
        narrow ? reinterpret_cast<const int8_t *>(data)[at]
               : reinterpret_cast<const int32_t *>(data)[at]);
  }
  return values;
}

/// Of the row of a or b, which has one block along K.
static float scaleOf(const MatmulOperand &x, int64_t row) {
  return x.scales ? x.scales[x.layout.rows == 1 ? row : 0] : 1.0f;
}

LogicalResult mlir::gq::addIntegerSums(Interpreter &in, ScaledMatmulOp op,
                                       const MatmulOperand &a,
                                       const MatmulOperand &b,
                                       const gridquant::MatmulOptions &options,
                                       ElementType type, void *d,
                                       double *sumAbs) {
  const RuntimeTensor &left = in.getTensor(op.getA()),
                      &right = in.getTensor(op.getB());
  // Of a batch, one product.
  ArrayRef<int64_t> rowsOfA = left.getShape().take_back(2),
                    rowsOfB = right.getShape().take_back(2);
  int64_t m = rowsOfA[0], n = rowsOfB[0], k = rowsOfA[1];
  FailureOr<RuntimeTensor> wide =
      in.createTensor(op, Float64Type::get(op.getContext()), {m, n});
  if (failed(wide))
    return failure();
  auto *sums = reinterpret_cast<double *>(wide->getMutableData());
  MatmulOperand codesA = a, codesB = b;
  codesA.scales = codesB.scales = nullptr;
  gridquant::MatmulOptions exact = options;
  exact.accumulation = Accumulation::f64;
  if (failed(
          toResult(op, gridquant::scaledMatmul(codesA, codesB, m, n, k, exact,
                                               ElementType::f64, sums))))
    return failure();
  bool shifted = op.hasZeroPoints();
  std::vector<uint32_t> zeroA = readZeroPoints(in, op.getAZeroPoints(), m),
                        zeroB = readZeroPoints(in, op.getBZeroPoints(), n),
                        rowsA, rowsB;
  // Of both zero points.
  uint32_t products = op.getZeroPointsApart() ? 0 : static_cast<uint32_t>(k);
  if (shifted) {
    rowsA = sumRows(left);
    rowsB = sumRows(right);
  }
  for (int64_t i = 0; i < m; ++i)
    for (int64_t j = 0; j < n; ++j) {
      int64_t at = i * n + j;
      auto sum = static_cast<uint32_t>(static_cast<int64_t>(sums[at]));
      if (shifted)
        sum += products * zeroA[i] * zeroB[j] - zeroA[i] * rowsB[j] -
               zeroB[j] * rowsA[i];
      if (type == ElementType::i32) {
        static_cast<uint32_t *>(d)[at] += sum;
        continue;
      }
      auto integer = static_cast<int32_t>(sum);
      float scaleA = scaleOf(a, i), scaleB = scaleOf(b, j);
      double scale = static_cast<double>(scaleA) * scaleB;
      auto add = [&](auto &value) {
        if (options.accumulation == Accumulation::f32)
          value = std::fma(scaleA * scaleB, static_cast<float>(integer),
                           static_cast<float>(value));
        else
          value = std::fma(scale, static_cast<double>(integer),
                           static_cast<double>(value));
      };
      if (type == ElementType::f32)
        add(static_cast<float *>(d)[at]);
      else
        add(static_cast<double *>(d)[at]);
      if (sumAbs)
        sumAbs[at] = std::fabs(scale * integer);
    }
  return success();
}
