//===- CutTiles.cpp - the shares of a thread block, as code ---------------===//
#include "CutTiles.h"

using namespace mlir;
using namespace mlir::gqgpu;

CutTiles::CutTiles(OpBuilder &b, Location loc, Value tiles, int64_t steps,
                   Value block, Value blocks)
    : b(b), loc(loc), block(block), blocks(blocks) {
  depth = constant(steps);
  Value one = constant(1);
  Value waves = div(tiles, blocks);
  Value rest = make<arith::RemUIOp>(tiles, blocks);
  Value allButOne = sub(make<arith::MaxUIOp>(waves, one), one);
  whole = choose(isZero(rest), waves, allButOne);
  cut = mul(sub(tiles, mul(whole, blocks)), depth);
  length = stepsOfRange();
  range = sub(sub(blocks, one), block);
  start = least(mul(range, length), cut);
  end = least(add(start, length), cut);
  Value behind = mul(div(add(start, steps - 1), depth), depth);
  next = least(behind, end);
  tails = choose(below(start, next), one, constant(0));
  firsts = add(tails, whole);
  shares = add(firsts, div(add(sub(end, next), steps - 1), depth));
}

Value CutTiles::stepsOfRange() {
  constexpr int64_t kMore = 8;
  Value one = constant(1);
  Value fewest =
      make<arith::MaxUIOp>(div(sub(add(cut, blocks), one), blocks), one);
  Value perTile = div(depth, fewest);
  // Some number, where a range is longer than a tile.
  Value some = make<arith::MaxUIOp>(perTile, one);
  Value whole = div(depth, some);
  Value divides = make<arith::AndIOp>(
      isZero(make<arith::RemUIOp>(depth, some)),
      atLeast(div(fewest, constant(kMore)), sub(whole, fewest)));
  return choose(make<arith::AndIOp>(atLeast(perTile, one), divides), whole,
                fewest);
}

std::pair<Value, SmallVector<Value>> CutTiles::share(Value number) {
  Value zero = constant(0);
  Value isTail = below(number, tails);
  Value isWhole =
      make<arith::AndIOp>(atLeast(number, tails), below(number, firsts));
  // Of the steps that are cut.
  Value from =
      choose(isTail, start, add(next, mul(sub(number, firsts), depth)));
  Value tileOfCut = div(from, depth);
  Value firstOfCut = sub(from, mul(tileOfCut, depth));
  Value lastOfCut = least(depth, add(firstOfCut, sub(end, from)));
  Value tile = choose(isWhole, add(mul(sub(number, tails), blocks), block),
                      add(mul(whole, blocks), tileOfCut));
  Value first = choose(isWhole, zero, firstOfCut);
  Value last = choose(isWhole, depth, lastOfCut);
  Value owns = isZero(first);
  Value before =
      div(sub(add(mul(add(tileOfCut, 1), depth), length), constant(1)), length);
  Value helped = choose(isWhole, zero, before);
  return {tile, {first, last, range, choose(owns, helped, zero), owns}};
}
