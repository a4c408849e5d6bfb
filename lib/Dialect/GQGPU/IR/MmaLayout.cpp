//===- MmaLayout.cpp - accumulators of wgmma ------------------------------===//
//
// What stands beside elements is where they are, and not more of it than they
// need:
//
//   64 x N                   elements, each in one thread
//   64 x 1                   a value for each row, in the 4 threads that hold
//                            elements of it
//   1 x N                    a value for each column, in the 32 threads that
//                            hold elements of it
//   1 x N, block = [1, b]    a value for each b columns, where every thread
//                            holds elements of all of these: in every thread
//   1 x 1                    one value, in every thread
//
// What is constant over blocks of elements, 64 x N with a block, has a value
// for each run of columns that a thread has side by side, as in other layouts
// for each chunk.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQGPU/IR/GQGPU.h"

using namespace mlir;
using namespace mlir::gqgpu;

static constexpr int64_t kRows = 64, kThreads = 128;
/// Threads side by side hold neighbouring columns of a group of 8, each two of
/// them, in two rows.
static constexpr int64_t kGroup = 8, kPair = 2, kLanesPerRow = kGroup / kPair;
/// Rows of one warp, and from a thread's first row to its second.
static constexpr int64_t kRowsPerWarp = 16, kHalf = 8;

/// Columns of a group, of which each of the 4 threads of a row holds a run.
static int64_t groupOf(MmaLayoutAttr layout) {
  return layout.getPermuted() ? layout.getPermuted() : kGroup;
}
static int64_t runOf(MmaLayoutAttr layout) {
  return groupOf(layout) / kLanesPerRow;
}

/// The fragment has all rows, and all columns, of what it stands beside.
static bool hasRows(ArrayRef<int64_t> shape) { return shape[0] == kRows; }
static bool hasColumns(MmaLayoutAttr layout, ArrayRef<int64_t> shape) {
  return shape[1] % groupOf(layout) == 0;
}

bool mlir::gqgpu::isPermutation(int64_t group) {
  return group == 0 || group == 2 * kGroup || group == 4 * kGroup;
}

int64_t mlir::gqgpu::permutedRow(int64_t group, int64_t place) {
  if (group == 0)
    return place;
  int64_t in = place % group;
  return place - in + in % kGroup / kPair * (group / kLanesPerRow) +
         in / kGroup * kPair + in % kPair;
}

int64_t mlir::gqgpu::permutedPlace(int64_t group, int64_t row) {
  if (group == 0)
    return row;
  int64_t in = row % group, run = group / kLanesPerRow;
  return row - in + in % run / kPair * kGroup + in / run * kPair + in % kPair;
}

LogicalResult
MmaLayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      int64_t permuted) {
  if (isPermutation(permuted))
    return success();
  return emitError() << "expects columns permuted in groups of 16 or 32, got "
                     << permuted;
}

LogicalResult
MmaLayoutAttr::verifyFragment(function_ref<InFlightDiagnostic()> emitError,
                              ArrayRef<int64_t> shape,
                              ArrayRef<int64_t> block) const {
  if (!hasRows(shape) && shape[0] != 1)
    return emitError() << "expects " << kRows
                       << " rows (or 1) in the mma layout, got " << shape[0];
  if (!hasColumns(*this, shape) && shape[1] != 1)
    return emitError() << "expects a multiple of " << groupOf(*this)
                       << " columns (or 1) in the mma layout, got " << shape[1];
  if (block.empty())
    return success();
  if (!hasColumns(*this, shape) || (hasRows(shape) && !getPermuted()))
    return emitError() << "expects no block in the mma layout but of 1xN "
                          "values, or 64xN with permuted columns, got one of "
                       << shape[0] << "x" << shape[1];
  // Of one row, or of all.
  bool rows = block.size() == 2 && (block[0] == 1 || block[0] == shape[0]);
  if (!rows || block[1] <= 0 || !hasColumns(*this, block) ||
      shape[1] % block[1] != 0) {
    InFlightDiagnostic error =
        emitError() << "expects a block of 1xB in the mma layout"
                    << (hasRows(shape) ? ", or of 64xB" : "")
                    << ", with B a multiple of " << groupOf(*this)
                    << " that divides the " << shape[1] << " columns, got ";
    llvm::interleave(block, error, "x");
    return error;
  }
  return success();
}

int64_t MmaLayoutAttr::getNumThreads() const { return kThreads; }
int64_t MmaLayoutAttr::getCluster() const { return 1; }
// Pairs move one by one, or as matrices.
int64_t MmaLayoutAttr::getChunk() const {
  return getPermuted() ? runOf(*this) : 1;
}
Position MmaLayoutAttr::getPeriod() const { return {kRows, groupOf(*this)}; }
int64_t MmaLayoutAttr::getMatrixRows() const {
  return getPermuted() ? 0 : kRowsPerWarp;
}

int64_t MmaLayoutAttr::getNumValues(ArrayRef<int64_t> shape,
                                    ArrayRef<int64_t> block) const {
  if (!block.empty() && !hasRows(shape))
    return shape[1] / block[1];
  if (!block.empty())
    return getNumValues(shape, {}) / runOf(*this);
  return (hasRows(shape) ? kRowsPerWarp / kHalf : 1) *
         (hasColumns(*this, shape) ? shape[1] / kLanesPerRow : 1);
}

int64_t MmaLayoutAttr::getNumCopies(ArrayRef<int64_t> shape) const {
  return (hasRows(shape) ? 1 : kThreads / kLanesPerRow) *
         (hasColumns(*this, shape) ? 1 : kLanesPerRow);
}

AffineMap MmaLayoutAttr::getFirst(ArrayRef<int64_t> shape,
                                  ArrayRef<int64_t> block) const {
  MLIRContext *context = getContext();
  AffineExpr warp = getAffineDimExpr(1, context),
             lane = getAffineDimExpr(2, context),
             zero = getAffineConstantExpr(0, context);
  AffineExpr row = warp * kRowsPerWarp + lane.floorDiv(kLanesPerRow);
  AffineExpr column = lane % kLanesPerRow * runOf(*this);
  return AffineMap::get(
      4, 0,
      {hasRows(shape) ? row : zero,
       hasColumns(*this, shape) && (block.empty() || hasRows(shape)) ? column
                                                                     : zero},
      context);
}

Position MmaLayoutAttr::getOffset(ArrayRef<int64_t> shape,
                                  ArrayRef<int64_t> block, int64_t i) const {
  if (!block.empty() && !hasRows(shape))
    return {0, i * block[1]};
  if (!block.empty())
    return getOffset(shape, {}, i * runOf(*this));
  if (!hasColumns(*this, shape))
    return {i * kHalf, 0};
  int64_t run = i / runOf(*this),
          halves = hasRows(shape) ? kRowsPerWarp / kHalf : 1;
  return {run % halves * kHalf,
          run / halves * groupOf(*this) + i % runOf(*this)};
}

int64_t MmaLayoutAttr::getRegister(int64_t i) const {
  // Pair by pair, of each group of 8 columns first those of the upper row.
  int64_t run = i / runOf(*this), pair = i % runOf(*this) / kPair;
  constexpr int64_t kHalves = kRowsPerWarp / kHalf;
  int64_t group = run / kHalves * (runOf(*this) / kPair) + pair;
  return (group * kHalves + run % kHalves) * kPair + i % kPair;
}

int64_t MmaLayoutAttr::getValuesPerRegister(Type elementType,
                                            ArrayRef<int64_t> block) const {
  // A word of neighbours, where a thread has so many.
  if (block.empty() &&
      (elementType.isInteger(8) || isa<Float8E8M0FNUType>(elementType)))
    return std::min<int64_t>(runOf(*this), 4);
  // FP8 as its conversion makes it, f16 as wgmma leaves it.
  return isa<Float8E4M3FNType, Float8E5M2Type, Float16Type>(elementType) ? kPair
                                                                         : 1;
}
