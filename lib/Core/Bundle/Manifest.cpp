//===- Manifest.cpp - the metadata of a bundle, parsed --------------------===//
#include "gq/Bundle/Manifest.h"

#include "ManifestReader.h"

#include <algorithm>
#include <set>

namespace gridquant {

const std::string &Function::bufferName(uint32_t buffer) const {
  if (buffer < inputs.size())
    return inputs[buffer].name;
  buffer -= static_cast<uint32_t>(inputs.size());
  if (buffer < outputs.size())
    return outputs[buffer].name;
  buffer -= static_cast<uint32_t>(outputs.size());
  if (buffer < workspace.size())
    return workspace[buffer].name;
  return constants[buffer - workspace.size()].name;
}

const std::string &Function::bufferDisplay(uint32_t buffer) const {
  return buffer < inputs.size() ? inputs[buffer].display : bufferName(buffer);
}

bool Target::runsOn(int deviceMajor, int deviceMinor) const {
  if (exact)
    return deviceMajor == major && deviceMinor == minor;
  return deviceMajor > major || (deviceMajor == major && deviceMinor >= minor);
}

std::optional<Target> parseTarget(std::string_view name) {
  std::string_view digits = name;
  if (digits.substr(0, 3) != "sm_")
    return std::nullopt;
  digits.remove_prefix(3);
  bool exact = !digits.empty() && digits.back() == 'a';
  if (exact)
    digits.remove_suffix(1);
  if (digits.size() < 2 || digits.size() > 3)
    return std::nullopt;
  int number = 0;
  for (char c : digits) {
    if (c < '0' || c > '9')
      return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return Target{std::string(name), number / 10, number % 10, exact};
}

namespace {
class FunctionReader {
public:
  FunctionReader(const JsonCursor &json) : json(json) {}
  Function read();

private:
  void declareBuffer(const JsonCursor &at, const std::string &name,
                     size_t rank);
  uint32_t declareSlots(const std::string &name, size_t rank);
  ElementType readType(const JsonCursor &at);
  void readInput(const JsonCursor &at);
  DerivedTensor readDerived(const JsonCursor &at, bool hasSlots);
  void readConstant(const JsonCursor &at);
  void findTemporaries(Variant &variant);
  void readLaunches();

  const JsonCursor &json;
  Function function;
  FunctionScope scope;
};
} // namespace

void FunctionReader::declareBuffer(const JsonCursor &at,
                                   const std::string &name, size_t rank) {
  if (!at.valid())
    return;
  if (name.empty())
    at.field("name").fail("is empty");
  else if (!scope.buffers
                .emplace(name, static_cast<uint32_t>(scope.buffers.size()))
                .second)
    at.field("name").fail("'" + name + "' is used twice");
  else if (scope.buffers.size() > limits::tensors)
    at.fail("function has more than " + std::to_string(limits::tensors) +
            " inputs, outputs, workspace buffers and constants");
  else if (rank > limits::rank)
    at.field("shape").fail("rank is " + std::to_string(rank) + ", at most " +
                           std::to_string(limits::rank) + " is supported");
}

uint32_t FunctionReader::declareSlots(const std::string &name, size_t rank) {
  uint32_t first = function.slotCount;
  for (size_t i = 0; i < rank; ++i)
    scope.slots.emplace(name + "." + std::to_string(i), function.slotCount++);
  return first;
}

ElementType FunctionReader::readType(const JsonCursor &at) {
  std::string name = at.string();
  std::optional<ElementType> type = parseElementType(name);
  if (!type)
    at.fail("unknown element type '" + name + "'");
  return type.value_or(ElementType::f32);
}

void FunctionReader::readInput(const JsonCursor &at) {
  InputTensor tensor{};
  tensor.name = at.field("name").string();
  tensor.type = readType(at.field("type"));
  for (const JsonCursor &extent : at.field("shape").items())
    tensor.shape.push_back(extent.integer(-1, INT64_MAX));
  tensor.display = tensor.name;
  if (JsonCursor label = at.optional("label"); label.valid()) {
    tensor.label = label.string();
    if (!tensor.label.empty())
      tensor.display += " (%" + tensor.label + ")";
  }
  if (JsonCursor constant = at.optional("constant"); constant.valid())
    tensor.constant = constant.boolean();
  if (JsonCursor pitched = at.optional("pitched"); pitched.valid())
    tensor.pitched = pitched.boolean();
  if (tensor.pitched && tensor.shape.size() != 2)
    at.field("pitched").fail("is of an input of rank " +
                             std::to_string(tensor.shape.size()) +
                             ", a matrix is needed");
  declareBuffer(at, tensor.name, tensor.shape.size());
  if (!at.valid())
    return;
  tensor.firstSlot = declareSlots(tensor.name, tensor.shape.size());
  if (tensor.pitched)
    scope.slots.emplace(tensor.name + ".pitch", function.slotCount++);
  function.inputs.push_back(std::move(tensor));
}

DerivedTensor FunctionReader::readDerived(const JsonCursor &at, bool hasSlots) {
  DerivedTensor tensor{};
  tensor.name = at.field("name").string();
  tensor.type = readType(at.field("type"));
  for (const JsonCursor &extent : at.field("shape").items())
    tensor.shape.push_back(readExpr(extent, function.exprs, scope));
  declareBuffer(at, tensor.name, tensor.shape.size());
  // Declared after its own shape was read: a shape can use earlier results
  // only, which is the order in which they are evaluated.
  if (hasSlots && at.valid())
    tensor.firstSlot = declareSlots(tensor.name, tensor.shape.size());
  return tensor;
}

void FunctionReader::readConstant(const JsonCursor &at) {
  constexpr uint64_t limit = uint64_t(1) << 56;
  ConstantTensor tensor{};
  tensor.name = at.field("name").string();
  tensor.type = readType(at.field("type"));
  tensor.bytes = elementTypeSize(tensor.type);
  bool overflow = false, empty = false;
  for (const JsonCursor &extent : at.field("shape").items()) {
    tensor.shape.push_back(extent.integer(0, INT64_MAX));
    empty |= tensor.shape.back() == 0;
    overflow |= __builtin_mul_overflow(
        tensor.bytes, static_cast<uint64_t>(tensor.shape.back()),
        &tensor.bytes);
  }
  if (empty)
    tensor.bytes = 0;
  else if (overflow || tensor.bytes > limit)
    at.field("shape").fail("has more than 2^56 bytes");
  tensor.image = static_cast<uint32_t>(at.field("image").integer(0, INT32_MAX));
  if (JsonCursor splat = at.optional("splat"); splat.valid())
    tensor.splat = splat.boolean();
  declareBuffer(at, tensor.name, tensor.shape.size());
  function.constants.push_back(std::move(tensor));
}

void FunctionReader::findTemporaries(Variant &variant) {
  const size_t first = function.inputs.size() + function.outputs.size();
  for (const Param &param : variant.params)
    if ((param.kind == ParamKind::Pointer ||
         param.kind == ParamKind::TensorMap) &&
        param.buffer >= first &&
        param.buffer - first < std::min<size_t>(function.workspace.size(), 64))
      variant.temporaries |= uint64_t(1) << (param.buffer - first);
}

void FunctionReader::readLaunches() {
  size_t params = 0;
  for (const JsonCursor &at : json.field("launches").items()) {
    Launch launch;
    size_t largest = 0;
    for (const JsonCursor &variant : at.field("variants").items()) {
      launch.variants.push_back(readVariant(variant, function.exprs, scope));
      findTemporaries(launch.variants.back());
      largest = std::max(largest, launch.variants.back().params.size());
    }
    if (launch.variants.empty())
      at.field("variants").fail("is empty");
    params += largest;
    function.launches.push_back(std::move(launch));
  }
  if (function.launches.size() > limits::launches)
    json.field("launches")
        .fail("has " + std::to_string(function.launches.size()) +
              " entries, at most " + std::to_string(limits::launches) +
              " are supported");
  if (params > limits::params)
    json.field("launches")
        .fail("have " + std::to_string(params) +
              " parameters in sum, at most " + std::to_string(limits::params) +
              " are supported");
}

Function FunctionReader::read() {
  function.name = json.field("name").string();
  if (json.valid() && function.name.empty())
    json.field("name").fail("is empty");
  function.slotCount = numSMsSlot + 1;
  scope.slots.emplace("num_sms", numSMsSlot);
  for (const JsonCursor &input : json.field("inputs").items())
    readInput(input);
  for (const JsonCursor &output : json.field("outputs").items())
    function.outputs.push_back(readDerived(output, /*hasSlots=*/true));
  for (const JsonCursor &buffer : json.optional("workspace").items())
    function.workspace.push_back(readDerived(buffer, /*hasSlots=*/false));
  for (const JsonCursor &constant : json.optional("constants").items())
    readConstant(constant);
  for (const JsonCursor &check : json.optional("checks").items())
    function.checks.push_back(
        {readExpr(check.field("expr"), function.exprs, scope),
         check.field("message").string()});
  readLaunches();
  return std::move(function);
}

Expected<Manifest> parseManifest(std::string_view text) {
  JsonCursor::Json document = JsonCursor::Json::parse(
      text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded())
    return Error{"metadata is not valid json"};
  std::string error;
  JsonCursor root(document, error);

  // The version first: other errors of a newer schema would be misleading.
  int64_t version = root.field("version").integer();
  if (root.valid() && (version < 1 || version > metadataVersion))
    return Error{"metadata has version " + std::to_string(version) +
                 ", this library reads versions up to " +
                 std::to_string(metadataVersion)};
  Manifest manifest{};
  std::string targetName = root.field("target").string();
  if (std::optional<Target> target = parseTarget(targetName))
    manifest.target = *target;
  else
    root.field("target").fail("unknown target '" + targetName +
                              "', a name such as sm_90a is needed");
  if (JsonCursor gpu = root.optional("gpu"); gpu.valid())
    manifest.gpu = gpu.string();
  if (JsonCursor producer = root.optional("producer"); producer.valid())
    manifest.producer = producer.string();
  std::set<std::string> names;
  for (const JsonCursor &at : root.field("functions").items()) {
    manifest.functions.push_back(FunctionReader(at).read());
    if (version < 2 && !manifest.functions.back().constants.empty())
      at.field("constants").fail("need metadata of version 2");
    if (version < 3)
      for (const InputTensor &input : manifest.functions.back().inputs)
        if (input.pitched)
          at.field("inputs").fail("that are pitched need metadata of version "
                                  "3");
    if (at.valid() && !names.insert(manifest.functions.back().name).second)
      at.field("name").fail("'" + manifest.functions.back().name +
                            "' is used twice");
  }
  if (!error.empty())
    return Error{error};
  return manifest;
}

} // namespace gridquant
