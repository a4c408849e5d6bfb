//===- MatmulEpilogue.cpp - functions in the product's kernel or apart ----===//
//
// Sums and roundings of an epilogue go under the products of the next tile. A
// function does not: its steps depend on one another, and the few warps of a
// math group that compute it keep no tensor core busy meanwhile. A kernel of
// elements hides it under its loads, and costs a launch and the bytes in
// between. So in the product's kernel functions cost
//
//   elements * kFunction / multiprocessors
//
// and apart a launch and the bytes at a share of the rate of the memory. Few
// rows wait for memory in the product's kernel too, which hides a function
// there: up to kFewest they stay.
//
// Microseconds on an H200, L2 flushed, K = 8192, N = 28672, of the product and
// what is behind it, in its kernel and apart, beside the product alone:
//
//      M   product   silu * gate,   gelu (tanh),   gelu (erf), bf16
//                    quantised      quantised
//    128        77      86     84      85     85       87     91
//    256       107     138    121     127    125      157    131
//   1024       368     523    409     455    420      581    453
//   4096      1495    2050   1647    1877   1656     2307   1829
//
// which is 2.8e-6 to 6.9e-6 for each element in the product's kernel. kFunction
// is the least of these: what stays might have gained.
//
//===----------------------------------------------------------------------===//
#include "MatmulNeeds.h"

using namespace mlir::gq;
using namespace mlir::gq::strategy;

int64_t strategy::mostRowsTogether(const TargetModel &target,
                                   const Epilogue &epilogue) {
  constexpr double kFunction = 3.7e-4; // microseconds of one multiprocessor
  constexpr int64_t kFewest = 192;
  if (epilogue.columns == kUnknown || epilogue.columns == 0)
    return kUnknown;
  double bytes =
      static_cast<double>(epilogue.bitsBetween + epilogue.bitsBeside +
                          epilogue.bitsStored) /
      8;
  auto columns = static_cast<double>(epilogue.columns);
  double together =
      columns * kFunction / static_cast<double>(target.multiprocessors);
  double apart =
      columns * bytes /
      (kElementsShare * 1e3 * static_cast<double>(target.memoryRate));
  if (together <= apart)
    return kUnknown;
  double rows = kElementsLaunch / (together - apart);
  return rows > 1e6 ? kUnknown : std::max(kFewest, static_cast<int64_t>(rows));
}
