//===- Matmul.h - strategy of a scaled matrix multiplication ----*- C++ -*-===//
//
// A persistent kernel: a producer fills a ring of slots in shared memory, math
// groups multiply what is in them; or each group has tiles, a ring and a
// producer of its own. Tile sizes, slots, registers and the order
// of tiles are decided here.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_STRATEGY_MATMUL_H
#define GQ_STRATEGY_MATMUL_H

#include "gq/Config/MatmulConfig.h"
#include "gq/Strategy/Candidate.h"
#include "gq/Target/TargetModel.h"
#include <string>

namespace mlir::gq::strategy {

/// How a tensor that the epilogue reads beside the product lies in a tile: one
/// value per element, per row, per column, or one.
enum class Spread { Tile, Row, Column, Scalar };

/// Of operands that have no scales. Zero is a multiple of every step: no step
/// ends a block.
constexpr Size2 kNoBlock{0, 0};

constexpr int64_t kDivisionRegisters = 8;

struct MatmulShape {
  int64_t m; ///< rows of the result
  /// Of unknown rows, how many there are at most; kUnknown: they are many.
  int64_t mostRows = kUnknown;
  int64_t n = kUnknown; ///< columns of the result
  int64_t k = kUnknown; ///< products of a sum
  /// Rows of b, or of the tensor that it is a part of, and a number of these
  /// that it starts at a multiple of, 0 at the first.
  int64_t bRows = kUnknown, bStart = 0;
  /// Rows do not start at multiples of 16 bytes: threads copy them.
  bool aCopied = false, bCopied = false;
  int64_t operandBits;     ///< of an element of a or b
  int64_t resultBits;      ///< of an element that is stored
  bool transposed = false; ///< only the transpose of the result is stored
  Size2 aBlock, bBlock;    ///< elements that share a scale, or kNoBlock
  int64_t aScaleBits, bScaleBits;
  /// What the first row of each is known to be a multiple of, in its blocks; 0:
  /// it starts one.
  int64_t aOrigin = 0, bOrigin = 0;
  /// The same of the first element of both along K.
  int64_t kOrigin = 0;
  /// Of the scales' rows: how many there are in one.
  int64_t aScaleColumns = kUnknown, bScaleColumns = kUnknown;
  /// A row has the scales of one block along K.
  bool aScalesTransposed = false, bScalesTransposed = false;
  /// Rows are padded to whole 16 bytes, however many there are in one.
  bool aScalesPadded = false, bScalesPadded = false;
  /// Sums start from the elements of a tensor, not all from one constant.
  bool accumulates = false;
  /// A row of the result has the same bits for every number of rows.
  bool batchInvariant = false;
  /// Parts of K whose sums are added up then, for every number of rows.
  int64_t sumParts = 1;
  /// Its kernel may begin while the one in front of it ends.
  bool beginsEarly = false;
  /// The rows of a, or of b, are added up besides, for zero points of the
  /// other.
  bool sumsRowsOfA = false, sumsRowsOfB = false;
  /// Why kernels of their own cannot add them up; empty: they can.
  std::string inseparable;
  /// Such kernels do.
  bool sumsApart = false;
  /// Elements of K whose products may be added up in the tensor cores.
  int64_t promote = 128;
  /// Sums leave the tensor cores in between at all.
  bool promotes = true;
  /// Blocks of the quantisation that is computed in its tiles, where there is
  /// one; the result is its codes.
  std::optional<Size2> quantized;
  /// Rows of its scales are padded to a multiple of so many.
  int64_t quantizedMultiple = 1;
  /// The threads that copy b decode it, from codes of four bits.
  bool dequantized = false;
  /// Blocks of the scales of such codes, of a or of b.
  std::optional<Size2> aCodes, bCodes;
  /// A second product of the same a, with a b of the same shape, is computed in
  /// its tiles.
  bool dual = false;
  /// Why the product of b and a cannot stand for this one; empty: it can.
  std::string unswappable;
  /// Why kernels of their own cannot decode a and b; empty: they can.
  std::string undecodable;
  /// What they decode to is exact, and so is a product of two of them.
  bool decodesExactly = false;
  /// Of a product whose a and b such kernels have made: bits of a code; 0: of
  /// any other.
  int64_t codeBits = 0;
  llvm::SmallVector<Spread> epilogue;
  /// Bits of an element of those as large as the result, of the two widest
  /// together.
  int64_t tileBits = 0;
  /// The elementwise ops behind the product that are a part of it, where others
  /// have a kernel of their own.
  std::optional<int64_t> kept;
  /// Registers that the functions of the epilogue take while they are computed,
  /// those of the most demanding one; kDivisionRegisters for a division.
  int64_t functions = 0;

  bool isScaled() const { return aBlock != kNoBlock; }
  /// Its own kernel adds up rows of a, or of b.
  bool sumsBesideA() const { return sumsRowsOfA && !sumsApart; }
  bool sumsBesideB() const { return sumsRowsOfB && !sumsApart; }
};

/// The product of b and a, the transpose of whose result is stored.
MatmulShape swapped(const MatmulShape &shape);

/// The product in bf16 of what a and b are decoded to. What it costs holds the
/// kernels that decode them.
MatmulShape decoded(const TargetModel &target, const MatmulShape &shape);

/// The product whose zero points want sums of rows, which kernels of their own
/// make. What it costs holds these.
MatmulShape summedApart(const MatmulShape &shape);

/// `shape` as `config` has it multiplied: decoded, or with sums of rows apart,
/// where it says so and that can be.
MatmulShape multiplied(const TargetModel &target, const MatmulShape &shape,
                       const MatmulConfig &config);

/// The most rows for which `shape`, which can be decoded, is multiplied with
/// its scales; kUnknown: for any number of them, 0: for none. See
/// MatmulDecode.cpp.
int64_t mostRowsScaled(const TargetModel &target, const MatmulShape &shape,
                       Schedule schedule = Schedule::Cooperative);

/// The most rows for which the kernel of `shape`, which has zero points, adds
/// up rows itself; kUnknown: for any number of them, 0: for none. See
/// MatmulRowSums.cpp.
int64_t mostRowsBeside(const TargetModel &target, const MatmulShape &shape,
                       Schedule schedule = Schedule::Cooperative);

/// Whether a product takes scales that are M-major and padded as in `turned`
/// rather than row-major as in `shape`, by the costs of what is chosen for
/// each.
bool prefersTransposed(const TargetModel &target, const MatmulShape &shape,
                       const MatmulShape &turned);

/// Registers per thread of the roles that fill and of each math group: those of
/// the config, or as many as the thread block can have.
std::array<int64_t, 2> registersOf(const TargetModel &target,
                                   const MatmulConfig &config);

/// The same where the roles that fill keep the fewest that there can be;
/// nothing if math groups get no more so.
std::optional<std::array<int64_t, 2>> moreRegisters(const TargetModel &target,
                                                    const MatmulConfig &config);

/// `config` with the keys that it leaves to the compiler.
MatmulConfig complete(const TargetModel &target, const MatmulShape &shape,
                      const MatmulConfig &config);

/// Bytes of shared memory: staging of the stores, then the ring with its
/// barriers, or those of the math groups that take turns.
int64_t sharedMemory(const TargetModel &target, const MatmulShape &shape,
                     const MatmulConfig &config);

/// Elements of K whose products are added up in the tensor cores, in a step of
/// `depth` at most: no block of a or b ends within.
int64_t promotedDepth(const MatmulShape &shape, int64_t depth);

/// Parts of K that a batch_invariant product adds up, for every number of rows:
/// two where they pay for few of them.
int64_t partsOfSums(const TargetModel &target, MatmulShape shape);

/// Whether `config` adds up in the order that every number of rows can have:
/// all of K in as many sums as `shape` says, promoted where the product and its
/// blocks ask for it. A row has the same bits in all such configs.
bool sumsAsAsked(const MatmulShape &shape, const MatmulConfig &config);

/// Elements of K in the shortest step: as many as a row of shared memory has,
/// or fewer where blocks of a and b end at other places.
int64_t depthOfStep(const TargetModel &target, const MatmulShape &shape);

/// The length along K of a `block` of `shape` that is the only one, so that
/// steps go into it; as it is if they do, or if there may be more.
int64_t depthOfOnlyBlock(const TargetModel &target, const MatmulShape &shape,
                         int64_t block);

/// The groups in which the rows of b are permuted so that a thread has 16 bytes
/// of a row of the result side by side, 8 of elements of a byte; 0 where there
/// are none for elements of so many bits.
int64_t permutedGroup(const TargetModel &target, int64_t resultBits);

/// Whether a thread of `registers` that holds `sums` values of accumulators and
/// of the product has no room for the scales of `columns` columns of two steps:
/// then they are not read ahead, but under the product that they are for.
bool readsColumnsLate(int64_t sums, int64_t columns, int64_t registers);

/// Whether each product of a step has accumulators of its own in a thread of
/// `registers` that holds so many values of sums, of all products together and
/// of scales of columns.
bool keepsProductsApart(int64_t sums, int64_t products, int64_t columns,
                        int64_t registers);

/// Registers that a thread of a math group needs about.
int64_t mathRegisters(const TargetModel &target, const MatmulShape &shape,
                      const MatmulConfig &config);

/// Why no config can compile `shape`; nothing if one may.
Refusal refuseAll(const TargetModel &target, const MatmulShape &shape);

/// Why `shape` cannot be compiled with `config`, which may hold any positive
/// numbers below 2^31.
Refusal refuse(const TargetModel &target, const MatmulShape &shape,
               const MatmulConfig &config);

/// Why a product with `config` cannot add up rows of a and b besides.
Refusal refuseRowSums(const MatmulConfig &config);

/// Why no config can take along the quantisation that `shape` says.
Refusal refuseQuantized(const TargetModel &target, const MatmulShape &shape);
/// The most rows for which a quantisation has a kernel of its own that the
/// product could take along; 0: for none.
int64_t mostRowsUnquantized(const TargetModel &target,
                            const MatmulShape &shape);

/// What the epilogue needs is an estimate: a config that a person wrote may be
/// tighter than what the compiler chooses.
Refusal refuseChoice(const TargetModel &target, const MatmulShape &shape,
                     const MatmulConfig &config);

/// Microseconds that the kernel takes, an estimate that orders the tiles of one
/// shape; see MatmulCost.cpp.
double cost(const TargetModel &target, const MatmulShape &shape,
            const MatmulConfig &config);

/// Those of one schedule.
Candidates<MatmulConfig> candidates(const TargetModel &target,
                                    const MatmulShape &shape,
                                    Schedule schedule = Schedule::Cooperative);

/// What is known of elementwise ops behind a product that may as well have a
/// kernel of their own.
struct Epilogue {
  int64_t columns; ///< of the result, or kUnknown
  /// Of one element: in memory between the two kernels, of what the second one
  /// reads beside, and of what it stores.
  int64_t bitsBetween, bitsBeside, bitsStored;
};

/// The most rows for which functions of an epilogue are computed in the kernel
/// of the product; kUnknown: for all. See MatmulEpilogue.cpp.
int64_t mostRowsTogether(const TargetModel &target, const Epilogue &epilogue);

/// The most rows for which `shape`, two products in the same tiles, takes
/// longer than both in kernels of their own; kUnknown: for all. See
/// MatmulDual.cpp.
int64_t mostRowsApart(const TargetModel &target, MatmulShape shape);

/// Configs that a tuner measures, without registers filled in: all that
/// the compiler's own choice may be run with and that are not estimated to be
/// far slower than another one for every number of rows.
llvm::SmallVector<MatmulConfig> tuningConfigs(const TargetModel &target,
                                              const MatmulShape &shape);

/// All of `shape` that a choice depends on, in one line: what has the same key
/// is tuned together.
std::string tuningKey(const MatmulShape &shape);

/// A config for some numbers of rows: more than those of the variant before.
struct MatmulVariant {
  int64_t mostRows; ///< kUnknown: there are no more variants
  MatmulConfig config;
};

/// Variants for a `shape` of unknown rows, each with the place of its config
/// among candidates() of its `mostRows` and of `schedule`: `mostKernels` at
/// most, where a config with two ways to load scales is two. None if no
/// candidate can run.
llvm::SmallVector<MatmulVariant>
variants(const TargetModel &target, const MatmulShape &shape,
         size_t mostKernels, Schedule schedule = Schedule::Cooperative);

} // namespace mlir::gq::strategy

#endif // GQ_STRATEGY_MATMUL_H
