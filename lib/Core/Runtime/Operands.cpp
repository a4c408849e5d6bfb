//===- Operands.cpp - tensors checked against a function ------------------===//
#include "Operands.h"

#include "TensorCheck.h"

#include <algorithm>

namespace gridquant::runtime {

Binding::Binding(const gq_function &function)
    : function(function), workspaceBytes(0) {
  const Program &program = *function.program;
  slots[numSMsSlot] = program.driver ? program.numSMs : unknownSlotValue;
}

gq_status Binding::report(ExprRef ref, const char *what,
                          ExprFault fault) const {
  const Function &spec = *function.spec;
  gq_status status =
      fault == ExprFault::UnknownSlot ? GQ_NOT_LOADED : GQ_INVALID_ARGUMENT;
  // Allocates, but only on the way to an error.
  return guarded([&] {
    return fail(status, "function %s: %s: %s in %s", spec.name.c_str(), what,
                stringify(fault), spec.exprs.print(ref).c_str());
  });
}

gq_status checkLoaded(const gq_function &function) {
  if (function.program->driver)
    return GQ_OK;
  return fail(GQ_NOT_LOADED,
              "function %s: bundle is not loaded on a device, call "
              "gq_bundle_load first",
              function.spec->name.c_str());
}

static gq_status checkCount(const Function &spec, const char *what,
                            const DLTensor *const *tensors, size_t given,
                            size_t needed) {
  if (given != needed)
    return fail(GQ_INVALID_ARGUMENT,
                "function %s: number of %s is %zu, %zu is needed",
                spec.name.c_str(), what, given, needed);
  if (needed && !tensors)
    return fail(GQ_INVALID_ARGUMENT, "function %s: array of %s is null",
                spec.name.c_str(), what);
  return GQ_OK;
}

gq_status evaluateShape(const Binding &binding, const DerivedTensor &tensor,
                        int64_t *shape) {
  for (size_t i = 0; i < tensor.shape.size(); ++i) {
    if (gq_status status =
            binding.evaluate(tensor.shape[i], tensor.name.c_str(), shape[i]))
      return status;
    if (shape[i] < 0)
      return fail(GQ_INVALID_ARGUMENT,
                  "function %s: dimension %zu of %s would be %lld",
                  binding.function.spec->name.c_str(), i, tensor.name.c_str(),
                  static_cast<long long>(shape[i]));
  }
  return GQ_OK;
}

/// A check that does not hold, with the values it compares: the caller knows
/// what was passed, not what it was compared with.
static gq_status refuse(const Binding &binding, const Check &check) {
  const ExprPool &exprs = binding.function.spec->exprs;
  const char *relation = "";
  auto sides = exprs.asEquality(check.condition);
  if (!sides) {
    sides = exprs.asUpperBound(check.condition);
    relation = "at most ";
  }
  if (!sides)
    return fail(GQ_INVALID_ARGUMENT, "%s", check.message.c_str());
  int64_t found = 0, needed = 0;
  if (gq_status status =
          binding.evaluate(sides->first, "check of operands", found))
    return status;
  if (gq_status status =
          binding.evaluate(sides->second, "check of operands", needed))
    return status;
  return fail(GQ_INVALID_ARGUMENT, "%s: %lld, %s%lld is needed",
              check.message.c_str(), static_cast<long long>(found), relation,
              static_cast<long long>(needed));
}

static gq_status runChecks(const Binding &binding) {
  for (const Check &check : binding.function.spec->checks) {
    int64_t value = 0;
    if (gq_status status =
            binding.evaluate(check.condition, "check of operands", value))
      return status;
    if (!value)
      return refuse(binding, check);
  }
  return GQ_OK;
}

static gq_status bindStorage(const Binding &binding,
                             const TensorRequirement &need,
                             const DLTensor &tensor, Purpose purpose,
                             Buffer &buffer) {
  if (gq_status status = checkStorage(
          need, tensor, binding.function.program->device, buffer.bytes))
    return status;
  buffer.data = static_cast<char *>(tensor.data);
  if (purpose == Purpose::Plan || !buffer.bytes)
    return GQ_OK;
  if (buffer.data)
    buffer.data += tensor.byte_offset;
  return checkAddress(need.role, need.name, buffer.data);
}

gq_status bindInputs(Binding &binding, const DLTensor *const *inputs,
                     size_t count, Purpose purpose) {
  const Function &spec = *binding.function.spec;
  if (gq_status status =
          checkCount(spec, "inputs", inputs, count, spec.inputs.size()))
    return status;
  for (size_t i = 0; i < count; ++i) {
    const InputTensor &input = spec.inputs[i];
    TensorRequirement need{"operand",          input.display.c_str(),
                           input.type,         input.shape.data(),
                           input.shape.size(), input.pitched};
    if (gq_status status = checkShape(need, inputs[i]))
      return status;
    for (size_t d = 0; d < need.rank; ++d)
      binding.slots[input.firstSlot + d] = inputs[i]->shape[d];
    if (input.pitched)
      binding.slots[input.firstSlot + need.rank] = inputs[i]->shape[1];
    if (purpose == Purpose::Query)
      continue;
    if (gq_status status =
            bindStorage(binding, need, *inputs[i], purpose, binding.buffers[i]))
      return status;
    if (input.pitched && binding.buffers[i].bytes)
      binding.slots[input.firstSlot + need.rank] = rowPitch(*inputs[i]);
  }
  for (const DerivedTensor &output : spec.outputs)
    if (gq_status status =
            evaluateShape(binding, output, binding.slots + output.firstSlot))
      return status;
  return runChecks(binding);
}

gq_status sizeInBytes(const Function &spec, const char *role,
                      const DerivedTensor &tensor, const int64_t *shape,
                      uint64_t &bytes) {
  constexpr uint64_t limit = uint64_t(1) << 56;
  bytes = elementTypeSize(tensor.type);
  bool overflow = false, empty = false;
  for (size_t d = 0; d < tensor.shape.size(); ++d) {
    empty |= shape[d] == 0;
    overflow |=
        __builtin_mul_overflow(bytes, static_cast<uint64_t>(shape[d]), &bytes);
  }
  if (empty)
    bytes = 0;
  else if (overflow || bytes > limit)
    return fail(GQ_INVALID_ARGUMENT,
                "function %s: %s %s would have more than 2^56 bytes",
                spec.name.c_str(), role, tensor.name.c_str());
  return GQ_OK;
}

gq_status bindOutputs(Binding &binding, const DLTensor *const *outputs,
                      size_t count, Purpose purpose) {
  const Function &spec = *binding.function.spec;
  if (gq_status status =
          checkCount(spec, "outputs", outputs, count, spec.outputs.size()))
    return status;
  for (size_t i = 0; i < count; ++i) {
    const DerivedTensor &output = spec.outputs[i];
    TensorRequirement need{"result", output.name.c_str(), output.type,
                           binding.slots + output.firstSlot,
                           output.shape.size()};
    if (gq_status status = checkShape(need, outputs[i]))
      return status;
    if (gq_status status = bindStorage(binding, need, *outputs[i], purpose,
                                       binding.buffers[spec.inputs.size() + i]))
      return status;
  }
  return GQ_OK;
}

gq_status sizeOutputs(Binding &binding) {
  const Function &spec = *binding.function.spec;
  for (size_t i = 0; i < spec.outputs.size(); ++i) {
    const DerivedTensor &output = spec.outputs[i];
    Buffer &buffer = binding.buffers[spec.inputs.size() + i];
    buffer.data = nullptr;
    if (gq_status status =
            sizeInBytes(spec, "result", output,
                        binding.slots + output.firstSlot, buffer.bytes))
      return status;
  }
  return GQ_OK;
}

void bindConstants(Binding &binding) {
  const Function &spec = *binding.function.spec;
  const size_t first =
      spec.inputs.size() + spec.outputs.size() + spec.workspace.size();
  for (size_t i = 0; i < spec.constants.size(); ++i)
    binding.buffers[first + i] = {binding.function.constants[i],
                                  spec.constants[i].bytes};
}

static bool overlap(const Buffer &a, const Buffer &b) {
  // As numbers: the ends of ranges are no objects' addresses.
  const auto x = reinterpret_cast<uintptr_t>(a.data),
             y = reinterpret_cast<uintptr_t>(b.data);
  return a.bytes && b.bytes && x < y + b.bytes && y < x + a.bytes;
}

/// What messages call buffer `index`; one more than there are is the workspace.
static const char *roleOf(const Function &spec, size_t index) {
  if (index >= spec.inputs.size() + spec.outputs.size())
    return "workspace";
  if (index >= spec.inputs.size())
    return "result ";
  return spec.inputs[index].constant ? "constant operand " : "operand ";
}

static const char *nameOf(const Function &spec, size_t index) {
  return index < spec.inputs.size() + spec.outputs.size()
             ? spec.bufferDisplay(static_cast<uint32_t>(index)).c_str()
             : "";
}

static gq_status refuseOverlap(const Function &spec, size_t i, const Buffer &a,
                               size_t j, const Buffer &b) {
  return fail(GQ_INVALID_ARGUMENT,
              "function %s: %s%s, %llu bytes at %p, and %s%s, %llu bytes at "
              "%p, overlap",
              spec.name.c_str(), roleOf(spec, i), nameOf(spec, i),
              static_cast<unsigned long long>(a.bytes),
              static_cast<const void *>(a.data), roleOf(spec, j),
              nameOf(spec, j), static_cast<unsigned long long>(b.bytes),
              static_cast<const void *>(b.data));
}

gq_status checkOverlap(const Function &spec, const Buffer *buffers,
                       Buffer workspace) {
  const size_t inputs = spec.inputs.size(), all = inputs + spec.outputs.size();
  for (size_t i = 0; i < all; ++i) {
    const Buffer &one = buffers[i];
    if (overlap(one, workspace))
      return refuseOverlap(spec, i, one, all, workspace);
    for (size_t j = std::max(i + 1, inputs); j < all; ++j) {
      const Buffer &other = buffers[j];
      if (!overlap(one, other))
        continue;
      const bool inPlace =
          i < inputs && one.data == other.data && one.bytes == other.bytes;
      if (!inPlace || spec.inputs[i].constant)
        return refuseOverlap(spec, i, one, j, other);
    }
  }
  return GQ_OK;
}

} // namespace gridquant::runtime
