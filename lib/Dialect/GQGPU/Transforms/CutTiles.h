//===- CutTiles.h - the shares of a thread block, as code -------*- C++ -*-===//
//
// sharesOf() of TileOrder.h for numbers that the kernel knows, as index
// arithmetic: how many shares a thread block has, and which is which. No
// product is larger than the steps of two waves of tiles, which fit.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_DIALECT_GQGPU_TRANSFORMS_CUTTILES_H
#define GQ_LIB_DIALECT_GQGPU_TRANSFORMS_CUTTILES_H

#include "mlir/Dialect/Arith/IR/Arith.h"

namespace mlir::gqgpu {

class CutTiles {
public:
  /// Of thread block `block` of `blocks` in `tiles` tiles of `depth` steps.
  CutTiles(OpBuilder &b, Location loc, Value tiles, int64_t depth, Value block,
           Value blocks);

  /// How many shares there are.
  Value getShares() const { return shares; }
  /// The tile of share `number`, and what the body of a loop that cuts its
  /// tiles knows of it, in the order of its arguments.
  std::pair<Value, SmallVector<Value>> share(Value number);

private:
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(b, loc, value);
  }
  template <typename OpTy> Value make(Value lhs, Value rhs) {
    return OpTy::create(b, loc, lhs, rhs);
  }
  template <typename OpTy> Value make(Value lhs, int64_t rhs) {
    return make<OpTy>(lhs, constant(rhs));
  }
  Value add(Value lhs, Value rhs) { return make<arith::AddIOp>(lhs, rhs); }
  Value add(Value lhs, int64_t rhs) { return add(lhs, constant(rhs)); }
  Value sub(Value lhs, Value rhs) { return make<arith::SubIOp>(lhs, rhs); }
  Value mul(Value lhs, Value rhs) { return make<arith::MulIOp>(lhs, rhs); }
  Value div(Value lhs, Value rhs) { return make<arith::DivUIOp>(lhs, rhs); }
  Value least(Value lhs, Value rhs) { return make<arith::MinUIOp>(lhs, rhs); }
  Value below(Value lhs, Value rhs) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, lhs, rhs);
  }
  Value atLeast(Value lhs, Value rhs) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::uge, lhs, rhs);
  }
  Value isZero(Value value) {
    return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, value,
                                 constant(0));
  }
  Value choose(Value condition, Value yes, Value no) {
    return arith::SelectOp::create(b, loc, condition, yes, no);
  }
  /// As the function of that name of TileOrder.h.
  Value stepsOfRange();

  OpBuilder &b;
  Location loc;
  Value depth, block, blocks;
  Value whole;         ///< tiles that the thread block does alone
  Value cut;           ///< steps of all tiles that are cut
  Value length;        ///< steps of a range
  Value range;         ///< of the thread block
  Value start, end;    ///< of it
  Value next;          ///< the first step of it behind a tile of others
  Value tails, firsts; ///< shares before the whole tiles, and with these
  Value shares;
};

} // namespace mlir::gqgpu

#endif // GQ_LIB_DIALECT_GQGPU_TRANSFORMS_CUTTILES_H
