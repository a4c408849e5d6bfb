//===- Candidate.cpp - functions of bundles, ready to run -----------------===//
#include "gq/Bench/Candidate.h"

#include "Data.h"

#include <algorithm>

namespace gridquant::bench {

static constexpr const char *roleNames[] = {"ours", "floor", "peer"};
static constexpr const char *kindNames[] = {"quantize", "matmul", "other"};

const char *stringify(Role role) {
  return roleNames[static_cast<unsigned>(role)];
}
const char *stringify(Kind kind) {
  return kindNames[static_cast<unsigned>(kind)];
}

template <typename Enum, size_t Size>
static std::optional<Enum> parseEnum(const char *const (&names)[Size],
                                     std::string_view name) {
  for (size_t i = 0; i < Size; ++i)
    if (name == names[i])
      return static_cast<Enum>(i);
  return std::nullopt;
}

std::optional<Role> parseRole(std::string_view name) {
  return parseEnum<Role>(roleNames, name);
}
std::optional<Kind> parseKind(std::string_view name) {
  return parseEnum<Kind>(kindNames, name);
}

static DLDataType dlType(ElementType type) {
  // The runtime takes FP8 as bytes.
  uint8_t code = isFloat8OrScale(type) ? DLPackUInt : dlpackCode(type);
  return {code, static_cast<uint8_t>(8 * elementTypeSize(type)), 1};
}

/// The bytes of a tensor; nothing when they do not fit.
static std::optional<uint64_t> sizeOf(ElementType type, const Shape &shape) {
  uint64_t bytes = elementTypeSize(type);
  for (int64_t extent : shape)
    if (extent < 0 ||
        __builtin_mul_overflow(bytes, static_cast<uint64_t>(extent), &bytes))
      return std::nullopt;
  return bytes;
}

DLTensor makeTensor(int device, gq_type type, void *data, Shape &shape) {
  DLTensor tensor{};
  tensor.data = data;
  tensor.device.device_type =
      static_cast<decltype(tensor.device.device_type)>(2); // CUDA
  tensor.device.device_id = device;
  tensor.ndim = static_cast<int32_t>(shape.size());
  tensor.dtype = dlType(static_cast<ElementType>(type));
  tensor.shape = shape.data();
  return tensor;
}

Expected<DeviceTensor> DeviceTensor::allocate(int device, gq_type type,
                                              Shape shape) {
  auto element = static_cast<ElementType>(type);
  std::optional<uint64_t> bytes = sizeOf(element, shape);
  if (!bytes || *bytes > static_cast<uint64_t>(INT64_MAX))
    return Error{"a tensor of " + printShape(shape) + " does not fit"};
  DeviceTensor result;
  result.bytes = *bytes;
  result.shape = std::move(shape);
  if (Status status = result.memory.allocate(device, *bytes); !status)
    return Error{status.message()};
  // The extents survive a move.
  result.tensor = makeTensor(device, type, result.memory.get(), result.shape);
  return std::move(result);
}

/// Whether the result is [m, n] from the first input, [m, k], and another one,
/// [n, k].
static bool isMatmul(const std::vector<Shape> &inputs, const Shape &result) {
  const Shape &a = inputs[0];
  if (a.size() != 2 || result[0] != a[0])
    return false;
  return std::any_of(inputs.begin() + 1, inputs.end(), [&](const Shape &b) {
    return b.size() == 2 && b[0] == result[1] && b[1] == a[1];
  });
}

Work findWork(const Function &function, const std::vector<Shape> &inputs,
              const std::vector<Shape> &outputs) {
  Work work;
  for (size_t i = 0; i < inputs.size(); ++i)
    work.bytes += sizeOf(function.inputs[i].type, inputs[i]).value_or(0);
  for (size_t i = 0; i < outputs.size(); ++i)
    work.bytes += sizeOf(function.outputs[i].type, outputs[i]).value_or(0);
  if (inputs.empty() || outputs.empty() || outputs[0].size() != 2)
    return work;
  const bool fromFp8 = isFloat8(function.inputs[0].type);
  const bool quantizes = outputs.size() == 2 &&
                         isFloat8(function.outputs[0].type) &&
                         function.outputs[1].type == ElementType::f32;
  // Square inputs of a fused quantisation look like operands of a matmul.
  if (!(quantizes && !fromFp8) && isMatmul(inputs, outputs[0])) {
    work.kind = Kind::Matmul;
    work.k = inputs[0][1];
    work.ofBf16 = function.inputs[0].type == ElementType::bf16;
    for (size_t i = 0; i < inputs.size(); ++i)
      work.addsF32 |= function.outputs[0].type == ElementType::f32 &&
                      function.inputs[i].type == ElementType::f32 &&
                      inputs[i] == outputs[0];
  } else if (quantizes) {
    work.kind = Kind::Quantize;
  } else {
    return work;
  }
  work.m = outputs[0][0];
  work.n = outputs[0][1];
  work.flops = 2 * static_cast<uint64_t>(work.m) *
               static_cast<uint64_t>(work.n) * static_cast<uint64_t>(work.k);
  return work;
}

namespace {
/// Everything one function needs to run again and again.
struct Instance {
  const gq_function *function = nullptr;
  std::vector<std::shared_ptr<DeviceTensor>> inputs;
  std::vector<DeviceTensor> outputs;
  std::vector<const DLTensor *> in, out;
  DeviceMemory workspace;
  size_t workspaceBytes = 0;

  Status prepare(int device, const Function &spec,
                 const std::vector<Shape> &shapes, const Method &method,
                 InputPool *pool);
};
} // namespace

Status Instance::prepare(int device, const Function &spec,
                         const std::vector<Shape> &shapes, const Method &method,
                         InputPool *pool) {
  for (size_t i = 0; i < shapes.size(); ++i) {
    const ElementType type = spec.inputs[i].type;
    const auto key = std::make_tuple(i, static_cast<gq_type>(type), shapes[i]);
    if (auto known = pool ? pool->find(key) : InputPool::iterator();
        pool && known != pool->end()) {
      inputs.push_back(known->second);
      continue;
    }
    Expected<DeviceTensor> tensor =
        DeviceTensor::allocate(device, static_cast<gq_type>(type), shapes[i]);
    if (!tensor)
      return Error{"arg" + std::to_string(i) + ": " + tensor.message()};
    if (Status status = fillTensor(device, *tensor, elementTypeSize(type),
                                   dataOf(spec, i, method));
        !status)
      return Error{"arg" + std::to_string(i) + ": " + status.message()};
    inputs.push_back(std::make_shared<DeviceTensor>(std::move(*tensor)));
    if (pool)
      pool->emplace(key, inputs.back());
  }
  for (const auto &input : inputs)
    in.push_back(&input->tensor);
  for (size_t i = 0; i < spec.outputs.size(); ++i) {
    Shape shape(spec.outputs[i].shape.size());
    if (gq_function_output_shape(function, in.data(), in.size(), i,
                                 shape.data(), shape.size()))
      return Error{gq_last_error()};
    Expected<DeviceTensor> tensor = DeviceTensor::allocate(
        device, static_cast<gq_type>(spec.outputs[i].type), shape);
    if (!tensor)
      return Error{"result " + std::to_string(i) + ": " + tensor.message()};
    outputs.push_back(std::move(*tensor));
  }
  for (DeviceTensor &output : outputs)
    out.push_back(&output.tensor);
  if (gq_function_workspace_size(function, in.data(), in.size(),
                                 &workspaceBytes))
    return Error{gq_last_error()};
  return workspace.allocate(device, workspaceBytes);
}

Expected<Candidate> makeCandidate(int device, const Program &program,
                                  const Function &function,
                                  const std::vector<Shape> &inputs,
                                  const Method &method, InputPool *pool) {
  auto instance = std::make_shared<Instance>();
  instance->function = program.find(function.name);
  if (!instance->function)
    return Error{program.name() + ": " + gq_last_error()};
  if (Status status = instance->prepare(device, function, inputs, method, pool);
      !status)
    return Error{"function " + function.name + ": " + status.message()};
  std::vector<Shape> outputs;
  for (const DeviceTensor &output : instance->outputs)
    outputs.push_back(output.shape);

  Candidate candidate;
  candidate.name = function.name;
  candidate.bundle = program.name();
  candidate.checksum = program.checksum();
  candidate.work = findWork(function, inputs, outputs);
  candidate.launch = [run = instance.get()]() -> Status {
    if (gq_launch(run->function, run->in.data(), run->in.size(),
                  run->out.data(), run->out.size(), run->workspace.get(),
                  run->workspaceBytes, nullptr))
      return Error{gq_last_error()};
    return Status();
  };
  candidate.choose = [run = instance.get(),
                      chosen = std::vector<size_t>(gq_function_launch_count(
                          instance->function))]() mutable -> Status {
    if (gq_function_variants(run->function, run->in.data(), run->in.size(),
                             chosen.data(), chosen.size()))
      return Error{gq_last_error()};
    return Status();
  };
  candidate.keepAlive.push_back(std::move(instance));
  return std::move(candidate);
}

} // namespace gridquant::bench
