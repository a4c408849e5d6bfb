//===- Workspace.h - where temporaries lie ----------------------*- C++ -*-===//
//
// A temporary lives from the first launch of a call that has it among its
// parameters to the last one. Temporaries whose lives do not meet may have the
// same memory, since launches come one after another as far as memory goes:
//
//   Before it reads or writes a temporary, launch i knows that all launches in
//   front of it have completed. One that is not `dependent` begins then. One
//   that is begins when launch i - 1 lets it, which may still wait for launch
//   i - 2; but it waits itself first, until launch i - 1 has completed. That
//   has completed when all its thread blocks have ended, each of which has
//   waited until launch i - 2 had completed, or has begun after that; and so
//   on to the first launch. So no life is longer than its launches say.
//
// That a dependent kernel waits in each of its thread blocks, and before it
// comes to memory that is not constant, is checked where kernels are made
// (gq-verify-protocol) and promised by the metadata (Schema.md).
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BUNDLE_WORKSPACE_H
#define GQ_BUNDLE_WORKSPACE_H

#include <cstddef>
#include <cstdint>

namespace gridquant {

constexpr uint64_t workspaceAlignment = 256;
constexpr size_t maxTemporaries = 64;

/// One that no launch has lives never, and lies nowhere.
struct Temporary {
  uint64_t bytes = 0;
  uint32_t first = UINT32_MAX, last = 0; // launches
  uint64_t offset = 0;

  void usedBy(uint32_t launch) {
    first = launch < first ? launch : first;
    last = launch > last ? launch : last;
  }
  bool lives() const { return first <= last; }
  bool meets(const Temporary &other) const {
    return first <= other.last && other.first <= last;
  }
};

/// Gives each of at most maxTemporaries of less than 2^57 bytes its offset, a
/// multiple of workspaceAlignment; the result is how long the workspace is.
/// Never longer than all of them one behind another, but not always as short as
/// can be, nor shorter for smaller ones. Allocates nothing.
uint64_t placeTemporaries(Temporary *temporaries, size_t count);

} // namespace gridquant

#endif // GQ_BUNDLE_WORKSPACE_H
