//===- Quantize.cpp - block quantisation ----------------------------------===//
//
// Work is divided into strips: all blocks that share their rows. Elements are
// widened row by row into a buffer, so that the inner loops see floats only and
// run along a row whatever the block size is.
//
//===----------------------------------------------------------------------===//

#include "gq/Numerics/Quantize.h"

#include "Check.h"
#include "Parallel.h"
#include "gq/Numerics/Convert.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace gridquant;

namespace {

constexpr float maxFloat = 0x1.fffffep127f;

/// A matrix with its blocks, after all checks.
struct Blocked {
  const unsigned char *data;
  ElementType type;
  int64_t rows, cols;
  BlockLayout layout;
  ScaleShape scales;

  int64_t stripBegin(int64_t strip) const { return strip * layout.rows; }
  int64_t stripEnd(int64_t strip) const {
    return std::min(layout.rows, rows - stripBegin(strip)) + stripBegin(strip);
  }
  int64_t blockEnd(int64_t block) const {
    int64_t begin = block * layout.cols;
    return begin + std::min(layout.cols, cols - begin);
  }
  int64_t scaleIndex(int64_t strip, int64_t block) const {
    return layout.transposed ? block * scales.rows + strip
                             : strip * scales.cols + block;
  }
  size_t offset(int64_t row) const {
    return static_cast<size_t>(row * cols) * elementTypeSize(type);
  }
  void loadRow(int64_t row, std::vector<float> &to) const {
    convertToFloat(type, data + offset(row), cols, to.data());
  }
};

Status makeBlocked(const ConstMatrix &x, const BlockLayout &layout,
                   Blocked &out) {
  Status status =
      checkMatrix("input", x.data, x.rows, x.cols, elementTypeSize(x.type));
  if (!status.ok())
    return status;
  ScaleShape shape;
  status = scaleShape(x.rows, x.cols, layout, shape);
  if (!status.ok())
    return status;
  // A block larger than the matrix is the same as one of the matrix's size;
  // clamping keeps products of block sizes and indices from overflowing.
  BlockLayout clamped = layout;
  clamped.rows = std::min(layout.rows, std::max<int64_t>(x.rows, 1));
  clamped.cols = std::min(layout.cols, std::max<int64_t>(x.cols, 1));
  out = {static_cast<const unsigned char *>(x.data),
         x.type,
         x.rows,
         x.cols,
         clamped,
         shape};
  return Status::success();
}

Status checkSource(const ConstMatrix &x) {
  if (isQuantizeSource(x.type))
    return Status::success();
  return Status::failure("input has element type " +
                         std::string(elementTypeName(x.type)) +
                         ", need bf16, f16 or f32");
}

Status checkQuantized(const char *what, ElementType type) {
  if (isQuantized(type))
    return Status::success();
  return Status::failure(std::string(what) + " has element type " +
                         elementTypeName(type) +
                         ", need f8E4M3FN, f8E5M2 or i8");
}

/// What a quantisation into `q` takes: its input, codes and scales.
Status makeQuantized(const ConstMatrix &x, const BlockLayout &layout,
                     CodeFormat format, const void *q, const float *scales,
                     Blocked &out) {
  Status status = checkSource(x);
  if (status.ok())
    status = checkQuantized("output", format.type);
  if (status.ok())
    status = makeBlocked(x, layout, out);
  if (status.ok())
    status = checkMatrix("scales", scales, out.scales.rows, out.scales.cols,
                         sizeof(float));
  if (status.ok())
    status = checkMatrix("output", q, x.rows, format.rowBytes(x.cols), 1);
  return status;
}

/// Step 1 for one strip. Magnitudes are compared as integers: that orders them
/// like floats, leaves NaN out with one comparison, and vectorises.
void stripAbsmax(const Blocked &x, int64_t strip, std::vector<float> &row,
                 float *amax) {
  std::vector<int32_t> bits(static_cast<size_t>(x.scales.cols), 0);
  for (int64_t r = x.stripBegin(strip), e = x.stripEnd(strip); r < e; ++r) {
    x.loadRow(r, row);
    for (int64_t block = 0; block < x.scales.cols; ++block) {
      int32_t best = bits[block];
      for (int64_t c = block * x.layout.cols, ce = x.blockEnd(block); c < ce;
           ++c) {
        int32_t magnitude =
            static_cast<int32_t>(floatToBits(row[c]) & 0x7fffffffu);
        magnitude = magnitude > 0x7f800000 ? 0 : magnitude;
        best = magnitude > best ? magnitude : best;
      }
      bits[block] = best;
    }
  }
  for (int64_t block = 0; block < x.scales.cols; ++block)
    amax[block] =
        std::min(bitsToFloat(static_cast<uint32_t>(bits[block])), maxFloat);
}

/// One row, of which `source` are the elements.
template <typename Q, typename Fn>
void castRow(const Blocked &x, const float *source, const float *scales,
             bool divide, Q *target, Fn convert) {
  for (int64_t block = 0; block < x.scales.cols; ++block) {
    int64_t c = block * x.layout.cols, ce = x.blockEnd(block);
    if (divide) {
      for (; c < ce; ++c)
        target[c] = convert(source[c] / scales[block]);
      continue;
    }
    float inverse = 1.0f / scales[block];
    for (; c < ce; ++c)
      target[c] = convert(source[c] * inverse);
  }
}

template <typename Q, typename Fn>
void castStripAs(const Blocked &x, int64_t strip, std::vector<float> &row,
                 const float *scales, bool divide, Q *q, Fn convert) {
  for (int64_t r = x.stripBegin(strip), e = x.stripEnd(strip); r < e; ++r) {
    x.loadRow(r, row);
    castRow(x, row.data(), scales, divide, q + r * x.cols, convert);
  }
}

/// The same into codes of four bits: a byte may hold those of two blocks.
void castStripPacked(const Blocked &x, int64_t strip, std::vector<float> &row,
                     const float *scales, bool divide, CodeFormat format,
                     uint8_t *q) {
  int64_t count = 2 * format.rowBytes(x.cols);
  std::vector<float> scaled(static_cast<size_t>(count));
  // Behind an odd row stands a zero.
  if (count > x.cols) {
    float last = scales[x.scales.cols - 1];
    scaled.back() = divide ? 0.0f / last : 0.0f * (1.0f / last);
  }
  for (int64_t r = x.stripBegin(strip), e = x.stripEnd(strip); r < e; ++r) {
    x.loadRow(r, row);
    castRow(x, row.data(), scales, divide, scaled.data(),
            [](float v) { return v; });
    packFourBits(*format.packed, scaled.data(), count,
                 q + r * format.rowBytes(x.cols));
  }
}

/// Step 5 for one strip, with the scale of each block in it.
void castStrip(const Blocked &x, int64_t strip, std::vector<float> &row,
               const float *scales, bool divide, CodeFormat format, void *q) {
  ElementType type = format.type;
  if (format.packed)
    castStripPacked(x, strip, row, scales, divide, format,
                    static_cast<uint8_t *>(q));
  else if (type == ElementType::f8E4M3FN)
    castStripAs(x, strip, row, scales, divide, static_cast<uint8_t *>(q),
                [](float v) { return floatToF8E4M3FN(v); });
  else if (type == ElementType::f8E5M2)
    castStripAs(x, strip, row, scales, divide, static_cast<uint8_t *>(q),
                [](float v) { return floatToF8E5M2(v); });
  else
    castStripAs(x, strip, row, scales, divide, static_cast<int8_t *>(q),
                [](float v) { return floatToInt8Symmetric(v); });
}

std::vector<float> makeRow(const Blocked &x) {
  return std::vector<float>(static_cast<size_t>(x.cols));
}

} // namespace

Status gridquant::scaleShape(int64_t rows, int64_t cols,
                             const BlockLayout &layout, ScaleShape &shape) {
  if (layout.rows < 1 || layout.cols < 1)
    return Status::failure("block is " + std::to_string(layout.rows) + " x " +
                           std::to_string(layout.cols) +
                           ", both sizes must be at least 1");
  if (rows < 0 || cols < 0)
    return Status::failure("matrix is " + std::to_string(rows) + " x " +
                           std::to_string(cols) +
                           ", sizes must not be negative");
  auto ceilDiv = [](int64_t a, int64_t b) { return a / b + (a % b != 0); };
  shape = {ceilDiv(rows, layout.rows), ceilDiv(cols, layout.cols)};
  return Status::success();
}

float gridquant::scaleFromAmax(float amax, CodeFormat format,
                               const ScaleOptions &options) {
  amax = std::max(amax, options.amaxFloor);
  float scale = 1.0f;
  if (amax > 0.0f)
    scale = std::max(amax / format.max(), 0x1p-126f);
  if (options.powerOfTwo)
    scale = roundUpToPowerOfTwo(scale);
  return options.bf16 ? bf16ToFloat(floatToBf16(scale)) : scale;
}

Status gridquant::blockAbsmax(const ConstMatrix &x, const BlockLayout &layout,
                              float *amax, unsigned threads) {
  Blocked blocked;
  Status status = checkSource(x);
  if (status.ok())
    status = makeBlocked(x, layout, blocked);
  if (status.ok())
    status = checkMatrix("amax", amax, blocked.scales.rows, blocked.scales.cols,
                         sizeof(float));
  if (!status.ok())
    return status;
  parallelFor(blocked.scales.rows, threads, [&](int64_t strip) {
    std::vector<float> row = makeRow(blocked);
    std::vector<float> found(static_cast<size_t>(blocked.scales.cols));
    stripAbsmax(blocked, strip, row, found.data());
    for (int64_t block = 0; block < blocked.scales.cols; ++block)
      amax[blocked.scaleIndex(strip, block)] = found[block];
  });
  return Status::success();
}

Status gridquant::scaledCast(const ConstMatrix &x, const BlockLayout &layout,
                             const float *scales, CodeFormat format, void *q,
                             unsigned threads, bool divide) {
  Blocked blocked;
  Status status = makeQuantized(x, layout, format, q, scales, blocked);
  if (!status.ok())
    return status;
  parallelFor(blocked.scales.rows, threads, [&](int64_t strip) {
    std::vector<float> row = makeRow(blocked);
    std::vector<float> given(static_cast<size_t>(blocked.scales.cols));
    for (int64_t block = 0; block < blocked.scales.cols; ++block)
      given[block] = scales[blocked.scaleIndex(strip, block)];
    castStrip(blocked, strip, row, given.data(), divide, format, q);
  });
  return Status::success();
}

Status gridquant::quantize(const ConstMatrix &x, const BlockLayout &layout,
                           const ScaleOptions &options, CodeFormat format,
                           void *q, float *scales, unsigned threads) {
  Blocked blocked;
  Status status = makeQuantized(x, layout, format, q, scales, blocked);
  if (status.ok() && !(options.amaxFloor >= 0 && options.amaxFloor <= maxFloat))
    status =
        Status::failure("amax_floor is " + std::to_string(options.amaxFloor) +
                        ", must be finite and not negative");
  if (!status.ok())
    return status;
  parallelFor(blocked.scales.rows, threads, [&](int64_t strip) {
    std::vector<float> row = makeRow(blocked);
    std::vector<float> values(static_cast<size_t>(blocked.scales.cols));
    stripAbsmax(blocked, strip, row, values.data());
    for (int64_t block = 0; block < blocked.scales.cols; ++block) {
      values[block] = scaleFromAmax(values[block], format, options);
      scales[blocked.scaleIndex(strip, block)] = values[block];
    }
    castStrip(blocked, strip, row, values.data(), options.divide, format, q);
  });
  return Status::success();
}

Status gridquant::dequantize(const ConstMatrix &q, const BlockLayout &layout,
                             const float *scales, ElementType type, void *x,
                             unsigned threads) {
  Blocked blocked;
  Status status = checkQuantized("input", q.type);
  if (status.ok() && !isQuantizeSource(type))
    status = Status::failure("output has element type " +
                             std::string(elementTypeName(type)) +
                             ", need bf16, f16 or f32");
  if (status.ok())
    status = makeBlocked(q, layout, blocked);
  if (status.ok())
    status = checkMatrix("scales", scales, blocked.scales.rows,
                         blocked.scales.cols, sizeof(float));
  if (status.ok())
    status = checkMatrix("output", x, q.rows, q.cols, elementTypeSize(type));
  if (!status.ok())
    return status;
  size_t rowBytes = static_cast<size_t>(q.cols) * elementTypeSize(type);
  parallelFor(blocked.scales.rows, threads, [&](int64_t strip) {
    std::vector<float> row = makeRow(blocked);
    for (int64_t r = blocked.stripBegin(strip), e = blocked.stripEnd(strip);
         r < e; ++r) {
      blocked.loadRow(r, row);
      for (int64_t block = 0; block < blocked.scales.cols; ++block) {
        float scale = scales[blocked.scaleIndex(strip, block)];
        for (int64_t c = block * blocked.layout.cols,
                     ce = blocked.blockEnd(block);
             c < ce; ++c)
          row[c] *= scale;
      }
      convertFromFloat(type, row.data(), q.cols,
                       static_cast<unsigned char *>(x) +
                           static_cast<size_t>(r) * rowBytes);
    }
  });
  return Status::success();
}
