//===- ScaledMatmul.cpp - matmul of block-quantised matrices --------------===//
//
// Columns of the output are processed in groups. A group's part of B is decoded
// and packed once, for all of K; tasks then take tiles of the group, and decode
// the rows of A they need one segment of K at a time. A tile keeps its partial
// sums and its result in register blocks, [block row][block col][rows][cols].
//
//===----------------------------------------------------------------------===//

#include "gq/Numerics/ScaledMatmul.h"

#include "Check.h"
#include "MatmulKernels.h"
#include "Parallel.h"
#include "gq/Numerics/Convert.h"

#include <algorithm>
#include <cmath>
#include <vector>

using namespace gridquant;

namespace {

constexpr int64_t groupCols = 2048;
constexpr int64_t tileCols = 512;
constexpr int64_t tileRows = 96;
constexpr int64_t segmentDepth = 256;

/// A stretch of K that is packed at once: an interval, or a part of one.
struct Segment {
  int64_t begin, end;
  bool first, last; // within the interval
  int64_t aBlock, bBlock;
};

struct Operand {
  const uint8_t *data;
  ElementType type;
  const float *scales;
  int64_t blockRows, blockCols; // size of a block
  int64_t phaseRow, phaseCol;   // origin within a block
  int64_t stride, blockStride;  // between scales along rows, along columns

  float scale(int64_t row, int64_t block) const {
    return scales ? scales[(phaseRow + row) / blockRows * stride +
                           block * blockStride]
                  : 1.0f;
  }
};

struct Problem {
  Operand a, b;
  bool inPlace; // products are added to the result itself
  int64_t m, n, k;
  unsigned threads;
  bool portable;
  bool absolute; // of elements and scales
  std::vector<Segment> segments;
};

/// \p promote = 0: intervals end at scale blocks only.
std::vector<Segment> cutSegments(const Problem &p, int64_t promote) {
  std::vector<Segment> segments;
  auto untilBoundary = [](const Operand &x, int64_t position) {
    return x.blockCols - (x.phaseCol + position) % x.blockCols;
  };
  for (int64_t begin = 0; begin < p.k;) {
    int64_t length = std::min(
        {untilBoundary(p.a, begin), untilBoundary(p.b, begin), p.k - begin});
    if (promote)
      length = std::min(length, promote);
    int64_t aBlock = (p.a.phaseCol + begin) / p.a.blockCols;
    int64_t bBlock = (p.b.phaseCol + begin) / p.b.blockCols;
    for (int64_t done = 0; done < length;) {
      int64_t depth = std::min(length - done, segmentDepth);
      segments.push_back({begin + done, begin + done + depth, done == 0,
                          done + depth == length, aBlock, bBlock});
      done += depth;
    }
    begin += length;
  }
  return segments;
}

/// Decodes elements of one matrix.
template <typename Sum> class Decoder {
public:
  Decoder(const Operand &x, bool absolute) : x(x), absolute(absolute) {
    if (elementTypeSize(x.type) > 1)
      return;
    const float *values = decodeTable(x.type);
    for (int code = 0; code < 256; ++code)
      table[code] = absolute ? std::fabs(values[code]) : values[code];
  }

  /// \p count of them from number \p first on, each \p step from the last.
  void decode(int64_t first, int64_t count, Sum *to, int64_t step) const {
    if (elementTypeSize(x.type) == 1) {
      for (int64_t i = 0; i < count; ++i)
        to[i * step] = table[x.data[first + i]];
      return;
    }
    int64_t size = elementTypeSize(x.type);
    float values[segmentDepth];
    for (int64_t done = 0; done < count; done += segmentDepth) {
      int64_t part = std::min(count - done, segmentDepth);
      convertToFloat(x.type, x.data + (first + done) * size, part, values);
      for (int64_t i = 0; i < part; ++i)
        to[(done + i) * step] = absolute ? std::fabs(values[i]) : values[i];
    }
  }

private:
  const Operand &x;
  bool absolute;
  Sum table[256];
};

/// Packs `Rows` rows of x from \p row on, columns [begin, end), step by step of
/// K. Rows past \p limit become zeros.
template <int Rows, typename Sum>
void packRows(const Decoder<Sum> &x, int64_t k, int64_t row, int64_t limit,
              int64_t begin, int64_t end, Sum *to) {
  for (int r = 0; r < Rows; ++r) {
    Sum *target = to + r;
    if (row + r < limit) {
      x.decode((row + r) * k + begin, end - begin, target, Rows);
    } else {
      for (int64_t i = begin; i < end; ++i, target += Rows)
        *target = 0;
    }
  }
}

/// scales[i] for rows row..row+count-1 of x; zeros past \p limit.
template <typename Acc>
void loadScales(const Operand &x, int64_t row, int64_t count, int64_t limit,
                int64_t block, bool absolute, Acc *scales) {
  for (int64_t i = 0; i < count; ++i) {
    float scale = row + i < limit ? x.scale(row + i, block) : 0.0f;
    scales[i] = absolute ? std::fabs(scale) : scale;
  }
}

/// One run over the problem: \p Sum within an interval, \p Acc across them,
/// \p Out in memory.
template <typename Sum, typename Acc, typename Out> class Driver {
  using Block = RegisterBlock<Sum>;

public:
  explicit Driver(const Problem &p)
      : p(p), kernels(selectMatmulKernels<Sum, Acc>(p.portable)),
        aDecoder(p.a, p.absolute), bDecoder(p.b, p.absolute) {}

  void run(Out *d, const Out *init) {
    for (int64_t n0 = 0; n0 < p.n; n0 += groupCols) {
      int64_t n1 = std::min(p.n, n0 + groupCols);
      packB(n0, n1);
      int64_t rowTiles = (p.m + tileRows - 1) / tileRows;
      int64_t colTiles = (n1 - n0 + tileCols - 1) / tileCols;
      parallelFor(rowTiles * colTiles, p.threads, [&](int64_t task) {
        int64_t m0 = task / colTiles * tileRows;
        int64_t c0 = n0 + task % colTiles * tileCols;
        runTile(m0, std::min(p.m, m0 + tileRows), n0, c0,
                std::min(n1, c0 + tileCols), d, init);
      });
    }
  }

private:
  void packB(int64_t n0, int64_t n1) {
    int64_t panels = (n1 - n0 + Block::cols - 1) / Block::cols;
    bPanels.resize(static_cast<size_t>(panels * Block::cols * p.k));
    parallelFor(panels, p.threads, [&](int64_t panel) {
      packRows<Block::cols>(bDecoder, p.k, n0 + panel * Block::cols, n1, 0, p.k,
                            bPanels.data() + panel * Block::cols * p.k);
    });
  }

  void runTile(int64_t m0, int64_t m1, int64_t groupBegin, int64_t n0,
               int64_t n1, Out *d, const Out *init) {
    int64_t blockRows = (m1 - m0 + Block::rows - 1) / Block::rows;
    int64_t blockCols = (n1 - n0 + Block::cols - 1) / Block::cols;
    size_t tileSize = static_cast<size_t>(blockRows * blockCols * Block::size);
    std::vector<Sum> sums(tileSize);
    std::vector<Acc> acc(tileSize, Acc(0));
    std::vector<Sum> aPanels(
        static_cast<size_t>(blockRows * Block::rows * segmentDepth));
    std::vector<Acc> sa(static_cast<size_t>(blockRows * Block::rows));
    std::vector<Acc> sb(static_cast<size_t>(blockCols * Block::cols));

    auto forEach = [&](auto visit) {
      for (int64_t i = m0; i < m1; ++i)
        for (int64_t j = n0; j < n1; ++j) {
          int64_t r = i - m0, c = j - n0;
          int64_t block = r / Block::rows * blockCols + c / Block::cols;
          visit(acc[static_cast<size_t>(block * Block::size +
                                        r % Block::rows * Block::cols +
                                        c % Block::cols)],
                i * p.n + j);
        }
    };
    if (init)
      forEach([&](Acc &value, int64_t at) { value = Acc(init[at]); });
    if (p.inPlace)
      sums.assign(acc.begin(), acc.end());

    for (const Segment &segment : p.segments) {
      int64_t depth = segment.end - segment.begin;
      for (int64_t r = 0; r < blockRows; ++r)
        packRows<Block::rows>(aDecoder, p.k, m0 + r * Block::rows, m1,
                              segment.begin, segment.end,
                              aPanels.data() + r * Block::rows * depth);
      if (segment.last) {
        loadScales(p.a, m0, blockRows * Block::rows, m1, segment.aBlock,
                   p.absolute, sa.data());
        loadScales(p.b, n0, blockCols * Block::cols, n1, segment.bBlock,
                   p.absolute, sb.data());
      }
      for (int64_t c = 0; c < blockCols; ++c) {
        const Sum *b = bPanels.data() + (n0 - groupBegin) * p.k +
                       (c * p.k + segment.begin) * Block::cols;
        for (int64_t r = 0; r < blockRows; ++r) {
          int64_t at = (r * blockCols + c) * Block::size;
          kernels.dot(aPanels.data() + r * Block::rows * depth, b, depth,
                      p.inPlace || !segment.first, sums.data() + at);
          if (segment.last && !p.inPlace)
            kernels.promote(sa.data() + r * Block::rows,
                            sb.data() + c * Block::cols, sums.data() + at,
                            acc.data() + at);
        }
      }
    }
    if (p.inPlace)
      acc.assign(sums.begin(), sums.end());
    forEach([&](Acc &value, int64_t at) { d[at] = static_cast<Out>(value); });
  }

  const Problem &p;
  MatmulKernels<Sum, Acc> kernels;
  Decoder<Sum> aDecoder, bDecoder;
  std::vector<Sum> bPanels;
};

static_assert(tileCols % RegisterBlock<float>::cols == 0 &&
                  tileCols % RegisterBlock<double>::cols == 0,
              "tiles must start on a packed panel");

template <typename Out>
void runProblem(Problem &p, const MatmulOptions &options, Out *d,
                const Out *init, Out *sumAbs) {
  bool f32 = options.accumulation == Accumulation::f32;
  p.absolute = false;
  p.inPlace = f32 && isHalf(p.a.type);
  p.segments = cutSegments(p, f32 ? options.promote : 0);
  if (!f32)
    Driver<double, double, Out>(p).run(d, init);
  else if (p.a.type == ElementType::i8)
    // The sum of an interval is an integer that f64 holds exactly.
    Driver<double, float, Out>(p).run(d, init);
  else
    Driver<float, float, Out>(p).run(d, init);
  if (sumAbs) {
    p.absolute = true;
    p.inPlace = false;
    p.segments = cutSegments(p, 0);
    Driver<double, double, Out>(p).run(sumAbs, nullptr);
  }
}

Status makeOperand(const char *name, const MatmulOperand &x, int64_t rows,
                   int64_t k, int64_t originRow, int64_t originK,
                   Operand &out) {
  std::string prefix = std::string(name) + ": ";
  if (!isQuantized(x.type) && !(isHalf(x.type) && !x.scales))
    return Status::failure(prefix + "element type is " +
                           elementTypeName(x.type) +
                           ", need f8E4M3FN, f8E5M2 or i8, or without scales "
                           "bf16 or f16");
  Status status = checkMatrix(name, x.data, rows, k, elementTypeSize(x.type));
  if (!status.ok())
    return status;
  ScaleShape shape;
  status = matmulScaleShape(x.layout, originRow, originK, rows, k, shape);
  if (!status.ok())
    return Status::failure(prefix + status.message());
  out.data = static_cast<const uint8_t *>(x.data);
  out.type = x.type;
  out.scales = x.scales;
  out.blockRows = x.layout.rows;
  out.blockCols = x.layout.cols;
  out.phaseRow = originRow % x.layout.rows;
  out.phaseCol = originK % x.layout.cols;
  out.stride = x.layout.transposed ? 1 : shape.cols;
  out.blockStride = x.layout.transposed ? shape.rows : 1;
  return Status::success();
}

} // namespace

Status gridquant::matmulScaleShape(const BlockLayout &layout, int64_t originRow,
                                   int64_t originCol, int64_t rows,
                                   int64_t cols, ScaleShape &shape) {
  if (originRow < 0 || originCol < 0)
    return Status::failure("origin is (" + std::to_string(originRow) + ", " +
                           std::to_string(originCol) +
                           "), must not be negative");
  // Reports bad blocks and sizes before they are divided by.
  Status status = scaleShape(rows, cols, layout, shape);
  if (!status.ok())
    return status;
  int64_t phaseRow = originRow % layout.rows;
  int64_t phaseCol = originCol % layout.cols;
  if (phaseRow > INT64_MAX - rows || phaseCol > INT64_MAX - cols)
    return Status::failure("block is " + std::to_string(layout.rows) + " x " +
                           std::to_string(layout.cols) +
                           ", which with this origin exceeds 63 bits");
  // No rows need no scales, wherever the origin is.
  return scaleShape(rows == 0 ? 0 : phaseRow + rows,
                    cols == 0 ? 0 : phaseCol + cols, layout, shape);
}

Status gridquant::scaledMatmul(const MatmulOperand &a, const MatmulOperand &b,
                               int64_t m, int64_t n, int64_t k,
                               const MatmulOptions &options,
                               ElementType outputType, void *d,
                               const void *init, void *sumAbs) {
  Problem p;
  p.m = m;
  p.n = n;
  p.k = k;
  p.threads = options.threads;
  p.portable = options.portable;
  Status status =
      makeOperand("a", a, m, k, options.originM, options.originK, p.a);
  if (status.ok())
    status = makeOperand("b", b, n, k, options.originN, options.originK, p.b);
  if (!status.ok())
    return status;
  if (isFloat8(a.type) ? !isFloat8(b.type) : a.type != b.type)
    return Status::failure(std::string("a is ") + elementTypeName(a.type) +
                           " and b is " + elementTypeName(b.type) +
                           ", need both fp8 or both of one type");
  if (options.accumulation != Accumulation::f64 &&
      options.accumulation != Accumulation::f32)
    return Status::failure("accumulation is not a known mode, need f64 or f32");
  if (options.promote < 1)
    return Status::failure("promote is " + std::to_string(options.promote) +
                           ", must be at least 1");
  if (outputType != ElementType::f32 && outputType != ElementType::f64)
    return Status::failure(std::string("output has element type ") +
                           elementTypeName(outputType) + ", need f32 or f64");
  status = checkMatrix("output", d, m, n, elementTypeSize(outputType));
  if (!status.ok())
    return status;

  if (outputType == ElementType::f32)
    runProblem(p, options, static_cast<float *>(d),
               static_cast<const float *>(init), static_cast<float *>(sumAbs));
  else
    runProblem(p, options, static_cast<double *>(d),
               static_cast<const double *>(init),
               static_cast<double *>(sumAbs));
  return Status::success();
}
