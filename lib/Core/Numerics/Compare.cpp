//===- Compare.cpp - how far a result is from the reference ---------------===//

#include "gq/Numerics/Compare.h"

#include "Check.h"
#include "gq/Numerics/Convert.h"

#include <cmath>
#include <limits>
#include <queue>
#include <vector>

using namespace gridquant;

namespace {

/// One row as doubles. f64 and the wide integers do not fit through float.
void loadRow(const ConstMatrix &x, int64_t row, std::vector<float> &buffer,
             std::vector<double> &to) {
  const unsigned char *from =
      static_cast<const unsigned char *>(x.data) +
      static_cast<size_t>(row * x.cols) * elementTypeSize(x.type);
  auto copy = [&](auto *typed) {
    for (int64_t c = 0; c < x.cols; ++c)
      to[static_cast<size_t>(c)] = static_cast<double>(typed[c]);
  };
  if (x.type == ElementType::f64)
    return copy(reinterpret_cast<const double *>(from));
  if (x.type == ElementType::i32)
    return copy(reinterpret_cast<const int32_t *>(from));
  if (x.type == ElementType::i64)
    return copy(reinterpret_cast<const int64_t *>(from));
  convertToFloat(x.type, from, x.cols, buffer.data());
  copy(static_cast<const float *>(buffer.data()));
}

/// Squares of values and of their errors, but for those of few elements that
/// outweigh the rest.
class Many {
public:
  void add(double value, double error) {
    largest.emplace(value, error);
    if (largest.size() <= kMost)
      return;
    values += largest.top().first;
    errors += largest.top().second;
    largest.pop();
  }

  /// The norm of the errors over that of the values, of elements of which none
  /// outweighs 63 others.
  double frobenius() {
    double valuesLeft = values, errorsLeft = errors;
    // From the smallest on: an element that does not outweigh those before it
    // is one of many, and so are they.
    for (; !largest.empty(); largest.pop()) {
      values += largest.top().first;
      errors += largest.top().second;
      if (largest.top().first * kMany > values)
        continue;
      valuesLeft = values;
      errorsLeft = errors;
    }
    return errorsLeft == 0 ? 0 : std::sqrt(errorsLeft / valuesLeft);
  }

private:
  static constexpr double kMany = 64;
  static constexpr size_t kMost = 1024;
  using Squares = std::pair<double, double>;
  std::priority_queue<Squares, std::vector<Squares>, std::greater<Squares>>
      largest;
  /// Of the others.
  double values = 0, errors = 0;
};

} // namespace

Status gridquant::compareWithReference(const ConstMatrix &d,
                                       const double *reference,
                                       const double *sumAbs,
                                       const ErrorBound &bound,
                                       ErrorReport &report) {
  report = {};
  Status status =
      checkMatrix("result", d.data, d.rows, d.cols, elementTypeSize(d.type));
  if (status.ok())
    status =
        checkMatrix("reference", reference, d.rows, d.cols, sizeof(*reference));
  if (!status.ok())
    return status;

  double errorSquares = 0, referenceSquares = 0;
  Many many;
  report.maxExcess = -std::numeric_limits<double>::infinity();
  std::vector<float> buffer(static_cast<size_t>(d.cols));
  std::vector<double> row(static_cast<size_t>(d.cols));
  for (int64_t r = 0; r < d.rows; ++r) {
    loadRow(d, r, buffer, row);
    for (int64_t c = 0; c < d.cols; ++c) {
      double value = row[static_cast<size_t>(c)];
      double expected = reference[r * d.cols + c];
      bool within;
      if (std::isfinite(value) && std::isfinite(expected)) {
        double error = std::fabs(value - expected);
        double limit = bound.relative * std::fabs(expected);
        if (sumAbs)
          limit += bound.accumulated * sumAbs[r * d.cols + c];
        limit += bound.absolute;
        double beyond = std::fmax(0, error - bound.absolute);
        many.add(expected * expected, beyond * beyond);
        errorSquares += error * error;
        referenceSquares += expected * expected;
        report.maxAbsolute = std::fmax(report.maxAbsolute, error);
        report.maxExcess = std::fmax(report.maxExcess, error - limit);
        // Written so that a limit of NaN is a violation.
        within = error <= limit;
      } else {
        within =
            value == expected || (std::isnan(value) && std::isnan(expected));
      }
      if (within)
        continue;
      if (report.violations++ == 0) {
        report.firstRow = r;
        report.firstCol = c;
        report.firstValue = value;
        report.firstReference = expected;
      }
    }
  }
  if (std::isinf(report.maxExcess) && report.maxExcess < 0)
    report.maxExcess = 0; // no finite elements
  report.relativeFrobenius =
      errorSquares == 0 ? 0 : std::sqrt(errorSquares / referenceSquares);
  report.frobeniusOfMany = many.frobenius();
  return Status::success();
}

Status gridquant::compareBitwise(const ConstMatrix &a, const ConstMatrix &b,
                                 BitwiseReport &report) {
  report = {};
  if (a.type != b.type)
    return Status::failure(std::string("element types are ") +
                           elementTypeName(a.type) + " and " +
                           elementTypeName(b.type) + ", need the same");
  if (a.rows != b.rows || a.cols != b.cols)
    return Status::failure("shapes are " + std::to_string(a.rows) + " x " +
                           std::to_string(a.cols) + " and " +
                           std::to_string(b.rows) + " x " +
                           std::to_string(b.cols) + ", need the same");
  size_t size = elementTypeSize(a.type);
  Status status = checkMatrix("first matrix", a.data, a.rows, a.cols, size);
  if (status.ok())
    status = checkMatrix("second matrix", b.data, b.rows, b.cols, size);
  if (!status.ok())
    return status;

  const unsigned char *left = static_cast<const unsigned char *>(a.data);
  const unsigned char *right = static_cast<const unsigned char *>(b.data);
  for (int64_t i = 0, e = a.rows * a.cols; i < e; ++i) {
    const unsigned char *x = left + static_cast<size_t>(i) * size;
    const unsigned char *y = right + static_cast<size_t>(i) * size;
    if (std::memcmp(x, y, size) == 0)
      continue;
    if (report.mismatches++ == 0) {
      report.firstRow = i / a.cols;
      report.firstCol = i % a.cols;
      // Little-endian, byte by byte.
      for (size_t byte = size; byte-- > 0;) {
        report.firstA = report.firstA << 8 | x[byte];
        report.firstB = report.firstB << 8 | y[byte];
      }
    }
  }
  return Status::success();
}
