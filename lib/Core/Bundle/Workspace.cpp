//===- Workspace.cpp - where temporaries lie ------------------------------===//
//
// "Greedy by size", of Pisarchyk and Lee, Efficient Memory Management for Deep
// Neural Net Inference (2020): the largest first, each into the smallest gap
// that is long enough between those placed already whose lives meet its own,
// else behind them.
//
//===----------------------------------------------------------------------===//
#include "gq/Bundle/Workspace.h"

#include "gq/Bundle/Manifest.h"

#include <algorithm>

namespace gridquant {

static_assert(limits::tensors <= maxTemporaries);

static uint64_t roundedUp(uint64_t bytes) {
  return (bytes + workspaceAlignment - 1) / workspaceAlignment *
         workspaceAlignment;
}

/// `placed` are in the order of their offsets.
static uint64_t offsetFor(const Temporary &one, const Temporary *const *placed,
                          size_t count) {
  const uint64_t bytes = roundedUp(one.bytes);
  uint64_t end = 0, best = 0, smallest = UINT64_MAX;
  for (size_t i = 0; i < count; ++i) {
    const Temporary &other = *placed[i];
    if (!other.meets(one))
      continue;
    if (other.offset >= end + bytes && other.offset - end < smallest) {
      smallest = other.offset - end;
      best = end;
    }
    end = std::max(end, other.offset + roundedUp(other.bytes));
  }
  return smallest == UINT64_MAX ? end : best;
}

uint64_t placeTemporaries(Temporary *temporaries, size_t count) {
  Temporary *order[maxTemporaries], *placed[maxTemporaries];
  size_t living = 0;
  for (size_t i = 0; i < count; ++i) {
    temporaries[i].offset = 0;
    if (temporaries[i].lives() && temporaries[i].bytes)
      order[living++] = temporaries + i;
  }
  // Equal ones as they come, so that all calls of the same sizes agree.
  std::sort(order, order + living, [](const Temporary *a, const Temporary *b) {
    return a->bytes != b->bytes ? a->bytes > b->bytes : a < b;
  });
  uint64_t total = 0;
  for (size_t i = 0; i < living; ++i) {
    Temporary *one = order[i];
    one->offset = offsetFor(*one, placed, i);
    total = std::max(total, one->offset + roundedUp(one->bytes));
    Temporary **at = std::upper_bound(
        placed, placed + i, one, [](const Temporary *a, const Temporary *b) {
          return a->offset < b->offset;
        });
    std::move_backward(at, placed + i, placed + i + 1);
    *at = one;
  }
  return total;
}

} // namespace gridquant
