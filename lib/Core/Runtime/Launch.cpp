//===- Launch.cpp - the launch path ---------------------------------------===//
//
// Everything of all launches is prepared before the first kernel is enqueued: a
// refused call has no effect. All state is in arrays on the stack, so that a
// launch allocates nothing and may run in several threads.
//
//===----------------------------------------------------------------------===//
#include "Prepare.h"
#include "TensorMap.h"
#include "WorkspaceLayout.h"

#include <algorithm>

namespace gridquant::runtime {

/// Completes the parameters with the addresses of the buffers.
static gq_status fillAddresses(const Binding &binding, Prepared &prepared) {
  for (unsigned i = 0; i < prepared.addressCount; ++i) {
    const AddressParam &address = prepared.addresses[i];
    ParamValue &value = prepared.values[address.param];
    char *data = binding.buffers[address.buffer].data;
    if (address.map < 0) {
      value.pointer = data;
      continue;
    }
    TensorMapKey &key = prepared.maps[address.map];
    key.address = reinterpret_cast<uintptr_t>(data);
    const char *name =
        binding.function.spec->bufferDisplay(prepared.mapOperands[address.map])
            .c_str();
    if (gq_status status =
            encodeTensorMap(*binding.function.program, key, name, value.map))
      return status;
  }
  return GQ_OK;
}

static gq_status launch(const gq_function &function,
                        const DLTensor *const *inputs, size_t inputCount,
                        const DLTensor *const *outputs, size_t outputCount,
                        void *workspace, size_t workspaceBytes,
                        cuda::Stream stream) {
  if (gq_status status = checkLoaded(function))
    return status;
  Binding binding(function);
  if (gq_status status =
          bindInputs(binding, inputs, inputCount, Purpose::Launch))
    return status;
  if (gq_status status =
          bindOutputs(binding, outputs, outputCount, Purpose::Launch))
    return status;
  if (gq_status status = chooseVariants(binding))
    return status;
  if (gq_status status = layoutWorkspace(binding))
    return status;
  if (gq_status status = bindWorkspace(binding, workspace, workspaceBytes))
    return status;
  if (gq_status status = checkOverlap(
          *function.spec, binding.buffers,
          {static_cast<char *>(workspace), binding.workspaceBytes}))
    return status;

  bindConstants(binding);

  const Driver &driver = *function.program->driver;
  ContextScope scope;
  if (gq_status status = scope.enter(driver, function.program->context))
    return status;
  Prepared prepared;
  if (gq_status status = prepare(binding, prepared))
    return status;
  if (gq_status status = fillAddresses(binding, prepared))
    return status;
  void *params[limits::params];
  for (unsigned i = 0; i < prepared.paramCount; ++i)
    params[i] = &prepared.values[i];
  for (unsigned i = 0; i < prepared.launchCount; ++i) {
    const PreparedLaunch &one = prepared.launches[i];
    if (gq_status status =
            enqueue(driver, one, params + one.firstParam, stream))
      return status;
  }
  return GQ_OK;
}

} // namespace gridquant::runtime

size_t gq_function_launch_count(const gq_function *function) {
  return function ? function->spec->launches.size() : 0;
}

gq_status gq_function_variants(const gq_function *function,
                               const DLTensor *const *inputs,
                               size_t input_count, size_t *variants,
                               size_t capacity) {
  using namespace gridquant::runtime;
  if (!function)
    return fail(GQ_INVALID_ARGUMENT, "function is null");
  const size_t count = gq_function_launch_count(function);
  if (count && !variants)
    return fail(GQ_INVALID_ARGUMENT, "place for the variants is null");
  if (capacity < count)
    return fail(GQ_INVALID_ARGUMENT,
                "capacity for the variants of %s is %zu, %zu is needed",
                function->spec->name.c_str(), capacity, count);
  Binding binding(*function);
  if (gq_status status =
          bindInputs(binding, inputs, input_count, Purpose::Query))
    return status;
  if (gq_status status = chooseVariants(binding))
    return status;
  std::copy_n(binding.variants, count, variants);
  return GQ_OK;
}

gq_status gq_launch(const gq_function *function, const DLTensor *const *inputs,
                    size_t input_count, const DLTensor *const *outputs,
                    size_t output_count, void *workspace,
                    size_t workspace_bytes, gq_stream stream) {
  using namespace gridquant;
  if (!function)
    return runtime::fail(GQ_INVALID_ARGUMENT, "function is null");
  return runtime::launch(*function, inputs, input_count, outputs, output_count,
                         workspace, workspace_bytes,
                         static_cast<cuda::Stream>(stream));
}
