//===- Calls.cpp - bundles that XLA may call, and their plans -------------===//
#include "Calls.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

namespace gridquant::jax {

namespace {
struct Plan {
  int device;
  std::string function;
  std::vector<int64_t> signature;
  gq_plan *plan;
};

struct Loaded {
  int device;
  gq_bundle *bundle;
};
} // namespace

struct Bundle {
  gq_bundle *unloaded;
  std::shared_mutex mutex; // of what follows
  std::vector<Loaded> loaded;
  std::vector<Plan> plans;
};

namespace {
struct Registry {
  std::shared_mutex mutex;
  std::map<int64_t, Bundle> bundles; // which stay where they are
};
} // namespace

static Registry &registry() {
  static Registry &instance = *new Registry;
  return instance;
}

Bundle *findBundle(int64_t key) {
  Registry &all = registry();
  std::shared_lock<std::shared_mutex> lock(all.mutex);
  auto it = all.bundles.find(key);
  return it == all.bundles.end() ? nullptr : &it->second;
}

static gq_plan *lookUp(const Bundle &bundle, std::string_view function,
                       int device, const Shapes &shapes) {
  for (const Plan &plan : bundle.plans)
    if (plan.device == device && plan.function == function &&
        std::equal(plan.signature.begin(), plan.signature.end(),
                   shapes.signature, shapes.signature + shapes.signatureSize))
      return plan.plan;
  return nullptr;
}

static gq_status load(Bundle &bundle, int device, gq_bundle *&out) {
  for (const Loaded &loaded : bundle.loaded)
    if (loaded.device == device) {
      out = loaded.bundle;
      return GQ_OK;
    }
  gq_bundle *shared = nullptr;
  if (gq_status status = gq_bundle_share(bundle.unloaded, &shared))
    return status;
  if (gq_status status = gq_bundle_load(shared, device)) {
    gq_bundle_close(shared);
    return status;
  }
  bundle.loaded.push_back({device, shared});
  out = shared;
  return GQ_OK;
}

gq_status findPlan(Bundle &bundle, std::string_view function, int device,
                   const Shapes &shapes, gq_plan *&plan) {
  {
    std::shared_lock<std::shared_mutex> lock(bundle.mutex);
    plan = lookUp(bundle, function, device, shapes);
  }
  if (plan)
    return GQ_OK;
  std::unique_lock<std::shared_mutex> lock(bundle.mutex);
  plan = lookUp(bundle, function, device, shapes);
  if (plan)
    return GQ_OK;
  gq_bundle *loaded = nullptr;
  if (gq_status status = load(bundle, device, loaded))
    return status;
  std::string name(function);
  const gq_function *found = nullptr;
  if (gq_status status = gq_bundle_function(loaded, name.c_str(), &found))
    return status;
  if (gq_status status =
          gq_plan_create(found, shapes.inputs, shapes.inputCount,
                         shapes.outputs, shapes.outputCount, &plan))
    return status;
  bundle.plans.push_back(
      {device,
       std::move(name),
       {shapes.signature, shapes.signature + shapes.signatureSize},
       plan});
  return GQ_OK;
}

} // namespace gridquant::jax

using namespace gridquant::jax;

gq_status gq_jax_register(int64_t key, const gq_bundle *bundle) {
  Registry &all = registry();
  std::unique_lock<std::shared_mutex> lock(all.mutex);
  if (all.bundles.count(key))
    return GQ_OK;
  gq_bundle *shared = nullptr;
  if (gq_status status = gq_bundle_share(bundle, &shared))
    return status;
  all.bundles[key].unloaded = shared;
  return GQ_OK;
}
