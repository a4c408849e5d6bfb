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
  // No range is empty but those behind the last step.
  Value ranges = make<arith::MaxUIOp>(least(blocks, cut), one);
  each = div(cut, ranges);
  longer = make<arith::RemUIOp>(cut, ranges);
  range = sub(sub(blocks, one), block);
  start = startOf(range);
  end = startOf(add(range, one));
  Value behind = mul(div(add(start, steps - 1), depth), depth);
  next = least(behind, end);
  tails = choose(below(start, next), one, constant(0));
  firsts = add(tails, whole);
  shares = add(firsts, div(add(sub(end, next), steps - 1), depth));
}

Value CutTiles::startOf(Value range) {
  return least(add(mul(range, each), least(range, longer)), cut);
}

Value CutTiles::rangesBefore(Value step) {
  Value more = add(each, 1);
  Value ofLonger = mul(longer, more);
  Value amongLonger = div(add(step, each), more);
  Value some = make<arith::MaxUIOp>(each, constant(1));
  Value amongOthers =
      add(longer, div(sub(add(sub(step, ofLonger), some), constant(1)), some));
  return choose(below(ofLonger, step), amongOthers, amongLonger);
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
  Value before = rangesBefore(mul(add(tileOfCut, 1), depth));
  Value helped = choose(isWhole, zero, before);
  return {tile, {first, last, range, choose(owns, helped, zero), owns}};
}
