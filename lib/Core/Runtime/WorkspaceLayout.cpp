//===- WorkspaceLayout.cpp - the temporaries of a call --------------------===//
#include "WorkspaceLayout.h"

#include "TensorCheck.h"

#include <memory>

namespace gridquant::runtime {

/// What has no thread blocks is not launched. Looks at sizes only, so that a
/// bundle that is not loaded yet needs the same workspace; what cannot be
/// evaluated so is launched.
static bool isEmpty(Binding &binding, const Variant &variant) {
  const ExprPool &exprs = binding.function.spec->exprs;
  const int64_t numSMs = binding.slots[numSMsSlot];
  binding.slots[numSMsSlot] = unknownSlotValue;
  bool empty = false;
  for (ExprRef extent : variant.grid) {
    const ExprValue blocks = exprs.evaluate(extent, binding.slots);
    empty |= blocks.fault == ExprFault::None && blocks.value == 0;
  }
  binding.slots[numSMsSlot] = numSMs;
  return empty;
}

/// Finds which launches of the call use which temporary.
static void findLives(Binding &binding, Temporary *temporaries) {
  const std::vector<Launch> &launches = binding.function.spec->launches;
  for (uint32_t i = 0; i < launches.size(); ++i) {
    const Variant &variant = launches[i].variants[binding.variants[i]];
    if (!variant.temporaries || isEmpty(binding, variant))
      continue;
    for (uint64_t left = variant.temporaries; left; left &= left - 1)
      temporaries[__builtin_ctzll(left)].usedBy(i);
  }
}

gq_status layoutWorkspace(Binding &binding) {
  const Function &spec = *binding.function.spec;
  binding.workspaceBytes = 0;
  if (spec.workspace.empty())
    return GQ_OK;
  // As many as there are, which are few.
  alignas(Temporary) unsigned char storage[limits::tensors * sizeof(Temporary)];
  auto *temporaries = reinterpret_cast<Temporary *>(storage);
  std::uninitialized_default_construct_n(temporaries, spec.workspace.size());
  findLives(binding, temporaries);
  for (size_t i = 0; i < spec.workspace.size(); ++i) {
    if (!temporaries[i].lives())
      continue;
    int64_t shape[limits::rank];
    if (gq_status status = evaluateShape(binding, spec.workspace[i], shape))
      return status;
    if (gq_status status = sizeInBytes(spec, "workspace", spec.workspace[i],
                                       shape, temporaries[i].bytes))
      return status;
  }
  binding.workspaceBytes = placeTemporaries(temporaries, spec.workspace.size());
  const size_t first = spec.inputs.size() + spec.outputs.size();
  for (size_t i = 0; i < spec.workspace.size(); ++i)
    // An integer for now; bindWorkspace adds the address.
    binding.buffers[first + i] = {
        reinterpret_cast<char *>(temporaries[i].offset), temporaries[i].bytes};
  return GQ_OK;
}

gq_status checkWorkspace(const Function &spec, const void *workspace,
                         uint64_t bytes) {
  if (!workspace)
    return fail(GQ_INVALID_ARGUMENT,
                "function %s: workspace is null, %llu bytes are needed",
                spec.name.c_str(), static_cast<unsigned long long>(bytes));
  if (reinterpret_cast<uintptr_t>(workspace) % workspaceAlignment)
    return fail(
        GQ_INVALID_ARGUMENT,
        "function %s: workspace address %p is not a multiple of %llu bytes",
        spec.name.c_str(), workspace,
        static_cast<unsigned long long>(workspaceAlignment));
  return GQ_OK;
}

gq_status bindWorkspace(Binding &binding, void *workspace, size_t bytes) {
  const Function &spec = *binding.function.spec;
  if (!binding.workspaceBytes)
    return GQ_OK;
  if (workspace && bytes < binding.workspaceBytes)
    return fail(GQ_INVALID_ARGUMENT,
                "function %s: workspace has %zu bytes, %llu are needed",
                spec.name.c_str(), bytes,
                static_cast<unsigned long long>(binding.workspaceBytes));
  if (gq_status status =
          checkWorkspace(spec, workspace, binding.workspaceBytes))
    return status;
  const size_t first = spec.inputs.size() + spec.outputs.size();
  for (size_t i = 0; i < spec.workspace.size(); ++i) {
    Buffer &buffer = binding.buffers[first + i];
    buffer.data = static_cast<char *>(workspace) +
                  reinterpret_cast<uintptr_t>(buffer.data);
  }
  return GQ_OK;
}

} // namespace gridquant::runtime
