//===- TensorMapCache.h - tensor maps that were encoded before --*- C++ -*-===//
//
// A tensor map depends on an address and some numbers and on nothing else: not
// on what is allocated there, nor when. Programs launch the same functions on
// the same memory again and again, and to ask the driver takes longer than all
// else that a launch does here.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_RUNTIME_TENSORMAPCACHE_H
#define GQ_LIB_RUNTIME_TENSORMAPCACHE_H

#include "CudaAbi.h"
#include "gq/Bundle/Manifest.h"

#include <atomic>
#include <cstring>

namespace gridquant::runtime {

/// All that a tensor map depends on, in words, of which those beyond its rank
/// are 0. Not cleared by itself: launches have arrays of them.
struct TensorMapKey {
  uint64_t address;
  uint64_t dims[limits::tensorMapRank];
  uint64_t strides[limits::tensorMapRank - 1];
  uint32_t box[limits::tensorMapRank];
  uint8_t type, rank, swizzle, l2Promotion;

  bool operator==(const TensorMapKey &other) const {
    return !std::memcmp(this, &other, sizeof(*this));
  }
};
static_assert(sizeof(TensorMapKey) == 13 * sizeof(uint64_t), "no padding");

/// The maps of one device. Has room for a fixed number of them: a new one takes
/// the place of another. Threads may use it at the same time; who finds a place
/// in use goes without.
class TensorMapCache {
public:
  /// Gives the map, if it is there.
  bool find(const TensorMapKey &key, cuda::TensorMap &out) {
    Set &set = setOf(key);
    if (set.busy.test_and_set(std::memory_order_acquire))
      return false;
    bool found = false;
    for (unsigned way = 0; way < ways && !found; ++way) {
      found = set.keys[way] == key;
      if (!found)
        continue;
      out = set.maps[way];
      set.next = 1 - way;
    }
    set.busy.clear(std::memory_order_release);
    return found;
  }

  void add(const TensorMapKey &key, const cuda::TensorMap &map) {
    Set &set = setOf(key);
    if (set.busy.test_and_set(std::memory_order_acquire))
      return;
    set.keys[set.next] = key;
    set.maps[set.next] = map;
    set.next = 1 - set.next;
    set.busy.clear(std::memory_order_release);
  }

private:
  /// For the maps of a hundred layers; two that fall together do not take
  /// turns.
  static constexpr unsigned bits = 8, ways = 2;

  struct Set {
    cuda::TensorMap maps[ways]{};
    TensorMapKey keys[ways]{}; // of rank 0: empty
    unsigned next = 0;         // the way that was not used last
    std::atomic_flag busy = ATOMIC_FLAG_INIT;
  };

  Set &setOf(const TensorMapKey &key) {
    uint64_t words[13];
    std::memcpy(words, &key, sizeof(key));
    // A sum of products, none of which waits for another.
    uint64_t sum = 0, factor = 0x9e3779b97f4a7c15;
    for (uint64_t word : words) {
      sum += (word ^ (word >> 29)) * factor;
      factor += 0x3c6ef372fe94f82a;
    }
    return sets[sum >> (64 - bits)];
  }

  Set sets[1u << bits];
};

} // namespace gridquant::runtime

#endif // GQ_LIB_RUNTIME_TENSORMAPCACHE_H
