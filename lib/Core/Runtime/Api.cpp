//===- Api.cpp - bundles and functions behind the C interface -------------===//
#include "Loader.h"
#include "Prepare.h"
#include "WorkspaceLayout.h"
#include "gq/Bundle/Constants.h"
#include "gq/Bundle/File.h"

#include <memory>

using namespace gridquant;
using namespace gridquant::runtime;

int gq_abi_version(void) { return GQ_RUNTIME_ABI_VERSION; }

const char *gq_type_name(gq_type type) {
  if (static_cast<unsigned>(type) >= numElementTypes)
    return "unknown type";
  return elementTypeName(static_cast<ElementType>(type));
}

static gq_function makeFunction(const Function &spec, const Program &program) {
  gq_function function{&spec, &program, {}, {}, {}};
  for (const DerivedTensor &output : spec.outputs) {
    std::vector<int64_t> shape;
    for (ExprRef extent : output.shape)
      shape.push_back(spec.exprs.asConstant(extent).value_or(-1));
    function.outputShapes.push_back(std::move(shape));
  }
  return function;
}

static gq_bundle *makeBundle(std::shared_ptr<const Contents> contents) {
  auto bundle = std::make_unique<gq_bundle>();
  bundle->contents = std::move(contents);
  for (const Function &spec : bundle->contents->manifest.functions)
    bundle->functions.push_back(makeFunction(spec, bundle->program));
  return bundle.release();
}

static gq_status openBytes(std::string_view bytes, const std::string &prefix,
                           gq_bundle **out) {
  Expected<BundleContents> contents = readBundle(bytes);
  if (!contents)
    return fail(GQ_INVALID_BUNDLE, "%s%s", prefix.c_str(),
                contents.message().c_str());
  Expected<Manifest> manifest = parseManifest(contents->metadata);
  if (!manifest)
    return fail(GQ_INVALID_BUNDLE, "%s%s", prefix.c_str(),
                manifest.message().c_str());
  if (Status status = checkConstants(*manifest, contents->images); !status)
    return fail(GQ_INVALID_BUNDLE, "%s%s", prefix.c_str(),
                status.message().c_str());
  *out = makeBundle(std::make_shared<const Contents>(
      Contents{std::move(*manifest), std::move(contents->images)}));
  return GQ_OK;
}

gq_status gq_bundle_share(const gq_bundle *bundle, gq_bundle **out) {
  if (!out)
    return fail(GQ_INVALID_ARGUMENT, "place for the bundle is null");
  *out = nullptr;
  if (!bundle)
    return fail(GQ_INVALID_ARGUMENT, "bundle is null");
  return guarded([&] {
    *out = makeBundle(bundle->contents);
    return GQ_OK;
  });
}

gq_status gq_bundle_open_memory(const void *data, size_t size,
                                gq_bundle **out) {
  if (!out)
    return fail(GQ_INVALID_ARGUMENT, "place for the bundle is null");
  *out = nullptr;
  if (!data && size)
    return fail(GQ_INVALID_ARGUMENT, "bundle data is null");
  return guarded([&] {
    return openBytes({static_cast<const char *>(data), size}, "", out);
  });
}

gq_status gq_bundle_open(const char *path, gq_bundle **out) {
  if (!out)
    return fail(GQ_INVALID_ARGUMENT, "place for the bundle is null");
  *out = nullptr;
  if (!path)
    return fail(GQ_INVALID_ARGUMENT, "path is null");
  return guarded([&] {
    Expected<std::string> bytes = readFile(path);
    if (!bytes)
      return fail(GQ_IO_ERROR, "%s", bytes.message().c_str());
    return openBytes(*bytes, "'" + std::string(path) + "': ", out);
  });
}

gq_status gq_bundle_load(gq_bundle *bundle, int device) {
  if (!bundle)
    return fail(GQ_INVALID_ARGUMENT, "bundle is null");
  return guarded([&] { return loadProgram(*bundle, device); });
}

void gq_bundle_close(gq_bundle *bundle) {
  if (!bundle)
    return;
  unloadProgram(*bundle);
  delete bundle;
}

size_t gq_bundle_function_count(const gq_bundle *bundle) {
  return bundle ? bundle->functions.size() : 0;
}

gq_status gq_bundle_function_at(const gq_bundle *bundle, size_t index,
                                const gq_function **out) {
  if (!bundle || !out)
    return fail(GQ_INVALID_ARGUMENT,
                bundle ? "place for the function is null" : "bundle is null");
  if (index >= bundle->functions.size())
    return fail(GQ_NOT_FOUND, "function index is %zu, the bundle has %zu",
                index, bundle->functions.size());
  *out = &bundle->functions[index];
  return GQ_OK;
}

gq_status gq_bundle_function(const gq_bundle *bundle, const char *name,
                             const gq_function **out) {
  if (!bundle || !out)
    return fail(GQ_INVALID_ARGUMENT,
                bundle ? "place for the function is null" : "bundle is null");
  if (!name)
    return fail(GQ_INVALID_ARGUMENT, "function name is null");
  for (const gq_function &function : bundle->functions)
    if (function.spec->name == name) {
      *out = &function;
      return GQ_OK;
    }
  return fail(GQ_NOT_FOUND, "bundle has no function '%s'", name);
}

const char *gq_function_name(const gq_function *function) {
  return function ? function->spec->name.c_str() : "";
}

size_t gq_function_input_count(const gq_function *function) {
  return function ? function->spec->inputs.size() : 0;
}

size_t gq_function_output_count(const gq_function *function) {
  return function ? function->spec->outputs.size() : 0;
}

static gq_status checkIndex(const gq_function *function, const void *out,
                            const char *what, size_t index, size_t count) {
  if (!function || !out)
    return fail(GQ_INVALID_ARGUMENT,
                function ? "place for the result is null" : "function is null");
  if (index >= count)
    return fail(GQ_INVALID_ARGUMENT, "%s index is %zu, function %s has %zu",
                what, index, function->spec->name.c_str(), count);
  return GQ_OK;
}

gq_status gq_function_input(const gq_function *function, size_t index,
                            gq_tensor_info *out) {
  if (gq_status status = checkIndex(function, out, "input", index,
                                    gq_function_input_count(function)))
    return status;
  const InputTensor &tensor = function->spec->inputs[index];
  *out = {tensor.name.c_str(), static_cast<gq_type>(tensor.type),
          static_cast<int32_t>(tensor.shape.size()), tensor.shape.data()};
  return GQ_OK;
}

const char *gq_function_input_label(const gq_function *function, size_t index) {
  return index < gq_function_input_count(function)
             ? function->spec->inputs[index].label.c_str()
             : "";
}

gq_status gq_function_output(const gq_function *function, size_t index,
                             gq_tensor_info *out) {
  if (gq_status status = checkIndex(function, out, "output", index,
                                    gq_function_output_count(function)))
    return status;
  const DerivedTensor &tensor = function->spec->outputs[index];
  const std::vector<int64_t> &shape = function->outputShapes[index];
  *out = {tensor.name.c_str(), static_cast<gq_type>(tensor.type),
          static_cast<int32_t>(shape.size()), shape.data()};
  return GQ_OK;
}

gq_status gq_function_output_shape(const gq_function *function,
                                   const DLTensor *const *inputs,
                                   size_t input_count, size_t index,
                                   int64_t *shape, size_t capacity) {
  // A result of rank 0 has no extents to store.
  if (gq_status status =
          checkIndex(function, shape || !capacity ? function : nullptr,
                     "output", index, gq_function_output_count(function)))
    return status;
  const DerivedTensor &output = function->spec->outputs[index];
  if (capacity < output.shape.size())
    return fail(GQ_INVALID_ARGUMENT,
                "capacity for the shape of %s is %zu, %zu is needed",
                output.name.c_str(), capacity, output.shape.size());
  Binding binding(*function);
  if (gq_status status =
          bindInputs(binding, inputs, input_count, Purpose::Query))
    return status;
  for (size_t i = 0; i < output.shape.size(); ++i)
    shape[i] = binding.slots[output.firstSlot + i];
  return GQ_OK;
}

gq_status gq_function_workspace_size(const gq_function *function,
                                     const DLTensor *const *inputs,
                                     size_t input_count, size_t *bytes) {
  if (!function || !bytes)
    return fail(GQ_INVALID_ARGUMENT,
                function ? "place for the size is null" : "function is null");
  Binding binding(*function);
  if (gq_status status =
          bindInputs(binding, inputs, input_count, Purpose::Query))
    return status;
  // What a call without temporaries takes is not asked.
  if (!function->spec->workspace.empty())
    if (gq_status status = chooseVariants(binding))
      return status;
  if (gq_status status = layoutWorkspace(binding))
    return status;
  *bytes = binding.workspaceBytes;
  return GQ_OK;
}
