//===- MatmulNeeds.h - what a config of a product takes ---------*- C++ -*-===//
#ifndef GQ_LIB_STRATEGY_MATMULNEEDS_H
#define GQ_LIB_STRATEGY_MATMULNEEDS_H

#include "gq/Strategy/Matmul.h"

namespace mlir::gq::strategy {

/// One side of a tile: rows of a or of b, in blocks, and their scales.
struct TileSide {
  int64_t extent;    ///< rows of a tile
  Size2 block;       ///< elements that share a scale
  int64_t origin;    ///< as MatmulShape's
  int64_t scaleBits; ///< of a scale
  int64_t scaleRow;  ///< scales in a row of them
  bool transposed;   ///< a row has the scales of one block along K
  bool padded;       ///< rows of scales are whole 16 bytes

  /// Rows that share a scale, in groups from a tile's first one on: tiles start
  /// at multiples of it in a block.
  int64_t shared() const;
  /// Scales of one block along K that a tile needs at most.
  int64_t scales() const;
};
TileSide sideOfA(const MatmulShape &shape, const MatmulConfig &config);
TileSide sideOfB(const MatmulShape &shape, const MatmulConfig &config);

/// Whether the copy engine brings the scales: more than one of a block along K,
/// or whole 16 bytes of blocks of a step in each row.
bool byTma(const TargetModel &target, const MatmulShape &shape,
           const MatmulConfig &config, const TileSide &side);

/// Numbers of rows that tiles are weighed for where rows are not known: whole
/// tiles of all heights, and halves between them.
inline constexpr int64_t kRowLimits[] = {64,  128,  192,  256,  384,     512,
                                         768, 1024, 1536, 2048, kUnknown};

/// As many rows as tiles of swapped operands have columns, which are weighed as
/// well where operands can be swapped.
inline constexpr std::array<int64_t, 4> kFewRows = {8, 16, 32, 64};

/// Configs of swapped operands: for numbers of rows up to kFewRows at most one
/// each. None where they cannot be swapped, or K or N is not known.
llvm::SmallVector<MatmulConfig> fewRowsConfigs(const TargetModel &target,
                                               const MatmulShape &shape);

/// What a tuner measures for few rows: those of all widths, with other steps
/// and parts of K, without room for a second thread block, and in two groups.
llvm::SmallVector<MatmulConfig> fewRowsWays(const TargetModel &target,
                                            const MatmulShape &shape);

/// Microseconds of few rows: until the first loads are there; a pass over cold
/// operands that take `atRate` at the rate of the memory; and `rows` of `bytes`
/// into one multiprocessor, `alone`: for one thread block.
inline constexpr double kFirstLoads = 3;
double passOfFewRows(const MatmulShape &shape, double atRate);
double intakeOfRows(double rows, int64_t bytes, bool alone);

/// Of a kernel of elements beside a product: microseconds of its launch, and
/// its part of the memory's rate.
inline constexpr double kElementsLaunch = 4, kElementsShare = 0.75;

/// A size that is not known, as costs of kernels beside a product count it.
double typicalSize(int64_t size);

/// The most rows for which `shape` is not slower by more than the part `gain`
/// than `prepared`, the same product with further kernels in front; kUnknown:
/// for the rows that it has, of which there is a known number.
int64_t mostRowsUnprepared(const TargetModel &target, MatmulShape shape,
                           MatmulShape prepared, Schedule schedule,
                           double gain);

/// Microseconds of the kernels that decode `m` rows of a, and b.
double costOfDecoding(const TargetModel &target, const MatmulShape &shape,
                      int64_t m);

/// Microseconds of the kernels that add up rows of a, of which there are `m`,
/// and of b, apart from the product.
double costOfRowSums(const TargetModel &target, const MatmulShape &shape,
                     int64_t m);

/// Slabs of 64 rows that a math group adds up in a step, beside its product.
int64_t summedSlabs(const TargetModel &target, const MatmulShape &shape,
                    const MatmulConfig &config);

/// Microseconds that the `product` of b and a takes, whose n is known.
double costOfFewRows(const TargetModel &target, const MatmulShape &product,
                     const MatmulConfig &config);

/// Whether rows of M-major scales have a length that only a launch knows.
bool hasOpenScaleRows(const MatmulShape &shape);

/// Columns of one product, of those side by side in a tile.
int64_t columnsOfProduct(const MatmulConfig &config);

/// Products of a math group, one above or beside another.
int64_t productsOfGroup(const TargetModel &target, const MatmulConfig &config);

/// Whether each of so many parts of K has as many steps of `depth` elements as
/// are worth the exchange of its sums. Of an unknown K none has.
bool hasStepsFor(const MatmulShape &shape, int64_t depth, int64_t parts);

/// Elements of K in a slot: its rows are as long as their swizzle.
int64_t depthOfSlot(const TargetModel &target, const MatmulShape &shape);

/// Slots of the ring that a step of K takes.
int64_t slotsOfStep(const TargetModel &target, const MatmulShape &shape,
                    const MatmulConfig &config);

/// No sum ends within a step of `depth`.
bool isOneSum(const MatmulShape &shape, int64_t depth);

/// Whether K ends in the last slot of a step of `depth`, where threads fill
/// slots: zeros past the end take them as long as elements.
bool endsInLastSlot(const TargetModel &target, const MatmulShape &shape,
                    int64_t depth);

/// The sums of a step of `depth` are of `promote` elements each, in slots of
/// their own; or there is one, which is not promoted.
bool isWholeSlots(const TargetModel &target, const MatmulShape &shape,
                  int64_t depth);

/// Columns that threads of a row hold together, side by side: of a product as
/// the instruction leaves it, or with the rows of b permuted.
int64_t groupOfColumns(const TargetModel &target, const MatmulShape &shape,
                       const MatmulConfig &config);

/// Whether a thread has scales for its own columns, not for blocks of columns.
bool hasOwnColumns(const TargetModel &target, const MatmulShape &shape,
                   const MatmulConfig &config);

/// Registers of a thread for the accumulators, the product in flight and what
/// else there is no way around.
int64_t leastRegisters(const TargetModel &target, const MatmulShape &shape,
                       const MatmulConfig &config);

/// Multiprocessors that clusters of `blocks` thread blocks find room on. A
/// cluster lies in one cluster of multiprocessors (GPC), and these have 16 or
/// 18 on a GPU of 132.
int64_t multiprocessorsFor(const TargetModel &target, int64_t blocks);

/// Why the copy engine cannot bring the scales as the config says: it takes
/// rows of scales that begin at multiples of tmaAlign.
Refusal refuseScales(const TargetModel &target, const MatmulShape &shape,
                     const MatmulConfig &config);

/// Why the config's schedule goes with none of its other keys.
Refusal refuseSchedule(const MatmulConfig &config);

/// Why the sums of a tile cannot be divided between thread blocks (`split_k`)
/// or between math groups (`k_groups`) as the config says.
Refusal refuseSplit(const TargetModel &target, const MatmulShape &shape,
                    const MatmulConfig &config);
Refusal refuseTurns(const TargetModel &target, const MatmulShape &shape,
                    const MatmulConfig &config);

/// Why the copy engine cannot permute the rows of b as the config's store needs
/// it: it takes whole groups of them.
Refusal refuseStore(const TargetModel &target, const MatmulShape &shape,
                    const MatmulConfig &config);

/// Blocks of the quantisation that a config takes along go on in the tile of
/// the other thread block of a cluster.
bool isOfCluster(const MatmulShape &shape, const MatmulConfig &config);

/// Why the tiles of `config` cannot be quantised as it says.
Refusal refuseQuantize(const TargetModel &target, const MatmulShape &shape,
                       const MatmulConfig &config);

} // namespace mlir::gq::strategy

#endif // GQ_LIB_STRATEGY_MATMULNEEDS_H
