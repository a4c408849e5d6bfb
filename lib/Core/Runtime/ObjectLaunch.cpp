//===- ObjectLaunch.cpp - plans called with objects of an interpreter -----===//
#include "Plan.h"

namespace gridquant::runtime {

/// The tensor of an object. Belongs to the object.
static gq_status view(const gq_plan &plan, const char *role, const char *name,
                      void *object, DLTensor &tensor) {
  if (!plan.objects.view(object, &tensor))
    return GQ_OK;
  return fail(GQ_NOT_PLANNED, "%s %s: the object is no tensor", role, name);
}

static void *addressOf(const DLTensor &tensor) {
  return tensor.data ? static_cast<char *>(tensor.data) + tensor.byte_offset
                     : nullptr;
}

static gq_status bindTensor(const gq_plan &plan, size_t index, void *object,
                            void *&address) {
  const TensorRequirement &need = plan.tensors[index];
  DLTensor tensor;
  if (gq_status status = view(plan, need.role, need.name, object, tensor))
    return status;
  uint64_t bytes = 0;
  if (checkShape(need, &tensor) ||
      checkStorage(need, tensor, plan.function->program->device, bytes))
    return GQ_NOT_PLANNED;
  address = addressOf(tensor);
  if (bytes && checkAddress(need.role, need.name, address))
    return GQ_NOT_PLANNED;
  return GQ_OK;
}

/// Of any type and shape.
static gq_status bindSpace(const gq_plan &plan, void *object, void *&address) {
  const uint64_t needed = plan.bytes.back();
  const char *function = plan.function->spec->name.c_str();
  DLTensor tensor;
  if (gq_status status = view(plan, "workspace of", function, object, tensor))
    return status;
  // One byte an element: what comes back is how many there are.
  const TensorRequirement need{"workspace of", function, ElementType::i8,
                               tensor.shape, static_cast<size_t>(tensor.ndim)};
  uint64_t count = 0, bytes = 0;
  if (checkStorage(need, tensor, plan.function->program->device, count))
    return GQ_NOT_PLANNED;
  const uint64_t bits = uint64_t(tensor.dtype.bits) * tensor.dtype.lanes;
  if (!__builtin_mul_overflow(count, bits / 8, &bytes) && bytes < needed)
    return fail(GQ_NOT_PLANNED,
                "function %s: workspace has %llu bytes, %llu are needed",
                function, static_cast<unsigned long long>(bytes),
                static_cast<unsigned long long>(needed));
  address = addressOf(tensor);
  return GQ_OK;
}

static gq_status bindStream(const gq_plan &plan, gq_stream &stream) {
  if (stream != GQ_CURRENT_STREAM)
    return GQ_OK;
  constexpr int32_t cudaDevice = 2;
  if (plan.objects.current_stream(cudaDevice, plan.function->program->device,
                                  &stream))
    return fail(GQ_NOT_PLANNED, "function %s: there is no current stream",
                plan.function->spec->name.c_str());
  return GQ_OK;
}

static gq_status launchObjects(gq_plan &plan, void *tuple, gq_stream stream) {
  const gq_object_api &api = plan.objects;
  const intptr_t count = static_cast<intptr_t>(plan.tensors.size());
  const intptr_t given = api.count(tuple);
  const bool space = given > count;
  if (given != count + space || (plan.bytes.back() && !space))
    return fail(GQ_NOT_PLANNED,
                "function %s: number of tensors is %lld, %lld is needed",
                plan.function->spec->name.c_str(),
                static_cast<long long>(given),
                static_cast<long long>(count + (plan.bytes.back() != 0)));
  void *addresses[limits::tensors];
  for (intptr_t i = 0; i < count; ++i)
    if (gq_status status = bindTensor(plan, static_cast<size_t>(i),
                                      api.item(tuple, i), addresses[i]))
      return status;
  void *workspace = nullptr;
  if (space)
    if (gq_status status = bindSpace(plan, api.item(tuple, count), workspace))
      return status;
  if (gq_status status = bindStream(plan, stream))
    return status;
  // With a full queue the driver waits, maybe for a callback that wants the
  // lock.
  void *state = api.unlock();
  const gq_status status = launchPlan(
      plan, addresses, addresses + plan.function->spec->inputs.size(),
      workspace, static_cast<cuda::Stream>(stream));
  api.lock(state);
  return status;
}

} // namespace gridquant::runtime

using namespace gridquant;

gq_status gq_plan_use_objects(gq_plan *plan, const gq_object_api *api) {
  if (!plan)
    return runtime::fail(GQ_INVALID_ARGUMENT, "plan is null");
  if (!api || !api->count || !api->item || !api->view || !api->current_stream ||
      !api->unlock || !api->lock)
    return runtime::fail(GQ_INVALID_ARGUMENT,
                         "table of functions for objects is %s",
                         api ? "incomplete" : "null");
  plan->objects = *api;
  return GQ_OK;
}

gq_status gq_plan_launch_objects(gq_plan *plan, void *tuple, gq_stream stream) {
  if (!plan)
    return runtime::fail(GQ_INVALID_ARGUMENT, "plan is null");
  if (!tuple)
    return runtime::fail(GQ_INVALID_ARGUMENT, "tuple of tensors is null");
  if (!plan->objects.view)
    return runtime::fail(GQ_INVALID_ARGUMENT,
                         "function %s: plan is not for objects, call "
                         "gq_plan_use_objects first",
                         plan->function->spec->name.c_str());
  return runtime::launchObjects(*plan, tuple, stream);
}
