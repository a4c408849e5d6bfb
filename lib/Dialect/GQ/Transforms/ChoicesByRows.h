//===- ChoicesByRows.h - configs that differ with the rows ------*- C++ -*-===//
//
// A product of few rows and one of many want other tiles, and other ops in
// their kernels. Of a number of rows that is known at launch there are
// variants.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQ_TRANSFORMS_CHOICESBYROWS_H
#define GQ_LIB_DIALECT_GQ_TRANSFORMS_CHOICESBYROWS_H

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Strategy/Matmul.h"

namespace mlir::gq {

/// Which rows a variant is for, in a remark.
std::string rowsOf(MatmulVariantsAttr variants, size_t number);

/// What is chosen for a product without a config.
class ByRows {
public:
  ByRows(BlockOpInterface op, const TargetModel &target, size_t mostVariants,
         Schedule schedule)
      : op(op), target(target), mostVariants(mostVariants), schedule(schedule) {
  }

  /// Null if one config does for all rows, or if none can run, which is said
  /// where one is chosen.
  MatmulVariantsAttr variants(strategy::MatmulShape shape);
  /// `strategy`, which is chosen for `shape`, or for many rows what has further
  /// kernels in front of the product.
  StrategyAttrInterface prepareMany(StrategyAttrInterface strategy,
                                    const strategy::MatmulShape &shape);

  /// A config, or several, that compute another product in the same tiles, and
  /// for how many rows they do not pay.
  struct Dual {
    StrategyAttrInterface config;
    int64_t mostRowsApart;
  };
  std::optional<Dual> chooseDual(bool quantized);

  // These change the strategy that `op` has for some rows.

  void leaveFunctions(const strategy::MatmulShape &shape);
  void quantizeFewApart(const strategy::MatmulShape &shape);
  void takeDual(const Dual &dual);
  void decodeFew();

private:
  StrategyAttrInterface configs(const strategy::MatmulShape &shape);
  StrategyAttrInterface decodeMany(StrategyAttrInterface scaled,
                                   const strategy::MatmulShape &shape);
  StrategyAttrInterface sumManyApart(StrategyAttrInterface beside,
                                     const strategy::MatmulShape &shape);

  BlockOpInterface op;
  const TargetModel &target;
  size_t mostVariants;
  Schedule schedule;
};

} // namespace mlir::gq

#endif // GQ_LIB_DIALECT_GQ_TRANSFORMS_CHOICESBYROWS_H
