//===- Calls.h - bundles that XLA may call, and their plans ---------------===//
//
// Bundles are known by a number that follows from their bytes, which is what
// compiled programs of XLA carry: those that are kept on disk mean the same in
// the next process. Nothing here is ever freed: a program of XLA may call as
// long as the process lives.
//
//===----------------------------------------------------------------------===//
#ifndef GRIDQUANT_JAX_CALLS_H
#define GRIDQUANT_JAX_CALLS_H

#include "gq/Runtime/gq_runtime.h"

#include <cstdint>
#include <string_view>

extern "C" {
/* Makes the functions of a bundle callable under `key`. The bundle may be
 * closed afterwards. A key that is known already stays what it was. */
GQ_API gq_status gq_jax_register(int64_t key, const gq_bundle *bundle);
}

namespace gridquant::jax {

/// Of all tensors of a call.
constexpr size_t kMaxTensors = 64;
constexpr size_t kMaxSignature = kMaxTensors * 4;

/// The operands and results of a call, without addresses. `signature` has all
/// that a plan depends on: types, ranks and extents.
struct Shapes {
  const DLTensor *inputs[kMaxTensors];
  const DLTensor *outputs[kMaxTensors];
  size_t inputCount = 0, outputCount = 0;
  int64_t signature[kMaxSignature];
  size_t signatureSize = 0;
};

struct Bundle;

/// The bundle of a key; null if there is none.
Bundle *findBundle(int64_t key);

/// The plan of a function for these tensors on a device. The first call of its
/// kind loads the bundle and makes the plan, others look it up.
gq_status findPlan(Bundle &bundle, std::string_view function, int device,
                   const Shapes &shapes, gq_plan *&plan);

} // namespace gridquant::jax

#endif // GRIDQUANT_JAX_CALLS_H
