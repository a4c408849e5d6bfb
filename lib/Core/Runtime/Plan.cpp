//===- Plan.cpp - calls that are prepared once ----------------------------===//
#include "Plan.h"

#include "TensorMap.h"
#include "WorkspaceLayout.h"

#include <algorithm>
#include <memory>

namespace gridquant::runtime {

/// What a frame is for that no call has used: no address, as it is odd.
static const void *noAddress() { return reinterpret_cast<const void *>(1); }

static void initialise(const gq_plan &plan, Frame &frame) {
  std::copy(plan.values.begin(), plan.values.end(), frame.values);
  for (size_t i = 0; i < plan.values.size(); ++i)
    frame.params[i] = frame.values + i;
  std::fill_n(frame.addresses, plan.bytes.size(), noAddress());
}

/// The caller's addresses in the order of a frame.
struct Addresses {
  void *const *inputs;
  void *const *outputs;
  void *workspace;
  size_t inputCount, outputCount;

  void *operator[](size_t i) const {
    if (i < inputCount)
      return inputs[i];
    i -= inputCount;
    return i < outputCount ? outputs[i] : workspace;
  }
};

static gq_status checkAddresses(const gq_plan &plan,
                                const Addresses &addresses) {
  const Function &spec = *plan.function->spec;
  Buffer buffers[limits::tensors];
  const size_t count = addresses.inputCount + addresses.outputCount;
  for (size_t i = 0; i < count; ++i) {
    buffers[i] = {static_cast<char *>(addresses[i]), plan.bytes[i]};
    if (!plan.bytes[i])
      continue;
    const char *role = i < addresses.inputCount ? "operand" : "result";
    if (gq_status status = checkAddress(
            role, spec.bufferDisplay(static_cast<uint32_t>(i)).c_str(),
            addresses[i]))
      return status;
  }
  const uint64_t workspaceBytes = plan.bytes[count];
  if (workspaceBytes)
    if (gq_status status =
            checkWorkspace(spec, addresses.workspace, workspaceBytes))
      return status;
  return checkOverlap(
      spec, buffers,
      {static_cast<char *>(addresses.workspace), workspaceBytes});
}

/// Makes the parameters of a frame that follow from other addresses than those
/// of the call before. On a failure it has those of neither call, which the
/// addresses say.
static gq_status rebind(const gq_plan &plan, Frame &frame,
                        const Addresses &addresses) {
  if (gq_status status = checkAddresses(plan, addresses))
    return status;
  for (size_t i = 0; i < plan.bytes.size(); ++i) {
    void *address = addresses[i];
    if (frame.addresses[i] == address)
      continue;
    frame.addresses[i] = noAddress();
    for (uint32_t p = plan.first[i]; p < plan.first[i + 1]; ++p) {
      const PlannedAddress &planned = plan.planned[p];
      ParamValue &value = frame.values[planned.param];
      // As a number: of a buffer without elements the address may be null.
      const uintptr_t at =
          reinterpret_cast<uintptr_t>(address) + planned.offset;
      if (planned.map < 0) {
        value.pointer = reinterpret_cast<char *>(at);
        continue;
      }
      const PlannedMap &map = plan.maps[planned.map];
      TensorMapKey key = map.key;
      key.address = at;
      if (gq_status status = encodeTensorMap(*plan.function->program, key,
                                             map.operand, value.map))
        return status;
    }
    frame.addresses[i] = address;
  }
  return GQ_OK;
}

static gq_status launchFrame(const gq_plan &plan, Frame &frame,
                             const Addresses &addresses, cuda::Stream stream) {
  bool same = true;
  for (size_t i = 0; i < plan.bytes.size(); ++i)
    same &= frame.addresses[i] == addresses[i];
  const Program &program = *plan.function->program;
  ContextScope scope;
  if (gq_status status = scope.enter(*program.driver, program.context))
    return status;
  if (!same)
    if (gq_status status = rebind(plan, frame, addresses))
      return status;
  for (const PreparedLaunch &launch : plan.launches)
    if (gq_status status = enqueue(*program.driver, launch,
                                   frame.params + launch.firstParam, stream))
      return status;
  return GQ_OK;
}

/// Another thread has the frame: this one makes its own.
__attribute__((noinline)) static gq_status
launchOnStack(const gq_plan &plan, const Addresses &addresses,
              cuda::Stream stream) {
  ParamValue values[limits::params];
  void *params[limits::params];
  const void *made[limits::tensors + 1];
  Frame frame{values, params, made};
  initialise(plan, frame);
  return launchFrame(plan, frame, addresses, stream);
}

gq_status launchPlan(gq_plan &plan, void *const *inputs, void *const *outputs,
                     void *workspace, cuda::Stream stream) {
  const Function &spec = *plan.function->spec;
  Addresses addresses{inputs, outputs, workspace, spec.inputs.size(),
                      spec.outputs.size()};
  if ((addresses.inputCount && !inputs) || (addresses.outputCount && !outputs))
    return fail(GQ_INVALID_ARGUMENT, "function %s: array of %s is null",
                spec.name.c_str(),
                addresses.inputCount && !inputs ? "inputs" : "outputs");
  if (plan.busy.test_and_set(std::memory_order_acquire))
    return launchOnStack(plan, addresses, stream);
  gq_status status = launchFrame(plan, plan.frame, addresses, stream);
  plan.busy.clear(std::memory_order_release);
  return status;
}

static uint32_t firstConstant(const Function &spec) {
  return static_cast<uint32_t>(spec.inputs.size() + spec.outputs.size() +
                               spec.workspace.size());
}

/// Where constants lie is known.
static gq_status fillConstants(const Binding &binding, const Prepared &prepared,
                               gq_plan &plan) {
  const Function &spec = *plan.function->spec;
  for (unsigned p = 0; p < prepared.addressCount; ++p) {
    const AddressParam &address = prepared.addresses[p];
    if (address.buffer < firstConstant(spec))
      continue;
    char *data = binding.buffers[address.buffer].data;
    ParamValue &value = plan.values[address.param];
    if (address.map < 0) {
      value.pointer = data;
      continue;
    }
    TensorMapKey key = prepared.maps[address.map];
    key.address = reinterpret_cast<uintptr_t>(data);
    if (gq_status status =
            encodeTensorMap(*plan.function->program, key,
                            plan.maps[address.map].operand, value.map))
      return status;
  }
  return GQ_OK;
}

/// Binds the address parameters to the addresses of the caller: temporaries lie
/// in the workspace.
static void planAddresses(const Binding &binding, const Prepared &prepared,
                          gq_plan &plan) {
  const Function &spec = *plan.function->spec;
  const uint32_t tensors =
      static_cast<uint32_t>(spec.inputs.size() + spec.outputs.size());
  const uint32_t constants = firstConstant(spec);
  for (uint32_t i = 0; i <= tensors; ++i) {
    plan.first.push_back(static_cast<uint32_t>(plan.planned.size()));
    plan.bytes.push_back(i < tensors ? binding.buffers[i].bytes
                                     : binding.workspaceBytes);
    for (unsigned p = 0; p < prepared.addressCount; ++p) {
      const AddressParam &address = prepared.addresses[p];
      if (address.buffer >= constants || std::min(address.buffer, tensors) != i)
        continue;
      uint64_t offset = 0;
      if (i == tensors)
        offset =
            reinterpret_cast<uintptr_t>(binding.buffers[address.buffer].data);
      plan.planned.push_back({address.param, address.map, offset});
    }
  }
  plan.first.push_back(static_cast<uint32_t>(plan.planned.size()));
}

/// What tensors of a call must be, with the extents that the plan is made for.
static void planTensors(const Binding &binding, gq_plan &plan) {
  const Function &spec = *plan.function->spec;
  auto add = [&](const char *role, const std::string &name, ElementType type,
                 uint32_t firstSlot, size_t rank) {
    plan.extents.insert(plan.extents.end(), binding.slots + firstSlot,
                        binding.slots + firstSlot + rank);
    plan.tensors.push_back({role, name.c_str(), type, nullptr, rank});
  };
  for (const InputTensor &input : spec.inputs) {
    add("operand", input.display, input.type, input.firstSlot,
        input.shape.size());
    if (!input.pitched)
      continue;
    plan.tensors.back().pitched = true;
    plan.tensors.back().pitch =
        binding.slots[input.firstSlot + input.shape.size()];
  }
  for (const DerivedTensor &output : spec.outputs)
    add("result", output.name, output.type, output.firstSlot,
        output.shape.size());
  // Not before all are there: the array moves as it grows.
  const int64_t *next = plan.extents.data();
  for (TensorRequirement &tensor : plan.tensors) {
    tensor.shape = next;
    next += tensor.rank;
  }
}

static gq_status makePlan(const Binding &binding, const Prepared &prepared,
                          gq_plan **out) {
  auto plan = std::make_unique<gq_plan>();
  plan->function = &binding.function;
  plan->launches.assign(prepared.launches,
                        prepared.launches + prepared.launchCount);
  plan->values.assign(prepared.values, prepared.values + prepared.paramCount);
  for (unsigned i = 0; i < prepared.addressCount; ++i)
    plan->values[prepared.addresses[i].param] = ParamValue();
  for (unsigned i = 0; i < prepared.mapCount; ++i)
    plan->maps.push_back(
        {prepared.maps[i],
         binding.function.spec->bufferDisplay(prepared.mapOperands[i])
             .c_str()});
  planAddresses(binding, prepared, *plan);
  planTensors(binding, *plan);
  if (gq_status status = fillConstants(binding, prepared, *plan))
    return status;
  plan->frameValues.resize(plan->values.size());
  plan->frameParams.resize(plan->values.size());
  plan->frameAddresses.resize(plan->bytes.size());
  plan->frame = {plan->frameValues.data(), plan->frameParams.data(),
                 plan->frameAddresses.data()};
  initialise(*plan, plan->frame);
  *out = plan.release();
  return GQ_OK;
}

static gq_status create(const gq_function &function,
                        const DLTensor *const *inputs, size_t inputCount,
                        const DLTensor *const *outputs, size_t outputCount,
                        gq_plan **out) {
  if (gq_status status = checkLoaded(function))
    return status;
  // Not in a child process, where no launch of it would work.
  const Driver *driver = nullptr;
  if (gq_status status = Driver::get(driver))
    return status;
  Binding binding(function);
  if (gq_status status = bindInputs(binding, inputs, inputCount, Purpose::Plan))
    return status;
  gq_status status =
      outputs || outputCount
          ? bindOutputs(binding, outputs, outputCount, Purpose::Plan)
          : sizeOutputs(binding);
  if (status == GQ_OK)
    status = chooseVariants(binding);
  if (status == GQ_OK)
    status = layoutWorkspace(binding);
  if (status != GQ_OK)
    return status;
  bindConstants(binding);
  Prepared prepared;
  if (gq_status failed = prepare(binding, prepared))
    return failed;
  ContextScope scope;
  if (gq_status failed = scope.enter(*driver, function.program->context))
    return failed;
  return guarded([&] { return makePlan(binding, prepared, out); });
}

} // namespace gridquant::runtime

using namespace gridquant;

gq_status gq_plan_create(const gq_function *function,
                         const DLTensor *const *inputs, size_t input_count,
                         const DLTensor *const *outputs, size_t output_count,
                         gq_plan **out) {
  if (!out)
    return runtime::fail(GQ_INVALID_ARGUMENT, "place for the plan is null");
  *out = nullptr;
  if (!function)
    return runtime::fail(GQ_INVALID_ARGUMENT, "function is null");
  return runtime::create(*function, inputs, input_count, outputs, output_count,
                         out);
}

size_t gq_plan_workspace_size(const gq_plan *plan) {
  return plan ? plan->bytes.back() : 0;
}

gq_status gq_plan_launch(gq_plan *plan, void *const *inputs,
                         void *const *outputs, void *workspace,
                         gq_stream stream) {
  if (!plan)
    return runtime::fail(GQ_INVALID_ARGUMENT, "plan is null");
  return runtime::launchPlan(*plan, inputs, outputs, workspace,
                             static_cast<cuda::Stream>(stream));
}

void gq_plan_destroy(gq_plan *plan) { delete plan; }
