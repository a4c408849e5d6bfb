//===- Quantize.h - block quantisation --------------------------*- C++ -*-===//
//
// The pinned numerics of quantisation. Kernels must agree with these functions
// to the bit. For each block of the input:
//
//   1. amax  = max |x| in f32 over the elements that are not NaN; an infinite
//              amax becomes the largest finite f32.
//   2. amax  = max(amax, amax_floor)
//   3. scale = 1                                        where amax is 0
//              max(div.rn(amax, fmt_max), 2^-126)       otherwise
//              fmt_max is 448 (f8E4M3FN), 57344 (f8E5M2) or 127 (i8), of codes
//              of four bits 7 (i4) or 6 (f4E2M1FN). The lower bound keeps
//              1/scale finite when amax is so small that the quotient is
//              denormal or zero.
//   4. In power-of-two mode, scale = 2^ceil(log2(scale)): a value E8M0 can
//      hold. Scales that are stored in bf16 are rounded to it, to nearest even,
//      which may make them smaller; codes then saturate.
//   5. q     = cvt.rn.satfinite(mul.rn(x, div.rn(1, scale))), or, where asked
//              to divide, cvt.rn.satfinite(div.rn(x, scale))
//              fp8: NaN quantises to 0x7f. i8: nearest even, clamped to +-127,
//              NaN quantises to 0. Four bits: as FourBits.h has it.
//
// All steps are IEEE f32, round to nearest, denormals kept, no operation fused
// with the next. The dequantised value is q * scale in f32, rounded once more
// to the output type.
//
// A matrix is row-major and contiguous. Its blocks start at element (0, 0);
// blocks that stick out cover only the elements that exist. There is one scale
// per block: [ceil(rows / block.rows), ceil(cols / block.cols)], row-major, or
// with `transposed` the same matrix stored column-major.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_NUMERICS_QUANTIZE_H
#define GQ_NUMERICS_QUANTIZE_H

#include "gq/Numerics/FourBits.h"
#include "gq/Support/ElementType.h"
#include "gq/Support/Status.h"

#include <optional>

namespace gridquant {

/// What is quantised to: elements of a byte, or codes of four bits, of which
/// each byte of a row has two.
struct CodeFormat {
  ElementType type = ElementType::i8; ///< of the matrix in memory
  std::optional<FourBits> packed;

  CodeFormat(ElementType type) : type(type) {}
  CodeFormat(FourBits packed) : packed(packed) {}

  float max() const {
    return packed ? fourBitsMax(*packed) : quantizedMax(type);
  }
  /// Bytes of a row of \p cols elements.
  int64_t rowBytes(int64_t cols) const {
    return packed ? cols / 2 + cols % 2 : cols;
  }
};

struct ConstMatrix {
  const void *data = nullptr;
  ElementType type = ElementType::f32;
  int64_t rows = 0;
  int64_t cols = 0;
};

/// How a matrix is cut into blocks, and how the scales of the blocks lie.
struct BlockLayout {
  int64_t rows = 1;
  int64_t cols = 128;
  bool transposed = false;
};

struct ScaleOptions {
  float amaxFloor = 0.0f;
  bool powerOfTwo = false;
  bool divide = false;
  bool bf16 = false; ///< what scales are rounded to
};

/// The number of scales of a matrix: {block rows, block columns}.
struct ScaleShape {
  int64_t rows = 0;
  int64_t cols = 0;
};
Status scaleShape(int64_t rows, int64_t cols, const BlockLayout &layout,
                  ScaleShape &shape);

/// Steps 2 to 4 for one block. \p amax is the result of step 1.
float scaleFromAmax(float amax, CodeFormat format,
                    const ScaleOptions &options = {});

/// Step 1 for every block. Here and below \p threads = 0 means one thread per
/// processor; results do not depend on the number of threads.
Status blockAbsmax(const ConstMatrix &x, const BlockLayout &layout, float *amax,
                   unsigned threads = 0);

/// Step 5 with scales from elsewhere, taken as they are: a scale that is zero,
/// infinite or NaN has the effect IEEE arithmetic gives it.
Status scaledCast(const ConstMatrix &x, const BlockLayout &layout,
                  const float *scales, CodeFormat format, void *q,
                  unsigned threads = 0, bool divide = false);

/// Steps 1 to 5. \p x is bf16, f16 or f32; \p format is f8E4M3FN, f8E5M2 or i8,
/// or of four bits.
Status quantize(const ConstMatrix &x, const BlockLayout &layout,
                const ScaleOptions &options, CodeFormat format, void *q,
                float *scales, unsigned threads = 0);

/// The inverse, into bf16, f16 or f32.
Status dequantize(const ConstMatrix &q, const BlockLayout &layout,
                  const float *scales, ElementType type, void *x,
                  unsigned threads = 0);

} // namespace gridquant

#endif // GQ_NUMERICS_QUANTIZE_H
