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

Expected<size_t> countCopies(int device, uint64_t bytes, const Method &method) {
  if (method.harness != Harness::Graph)
    return size_t(1);
  size_t cache = 0;
  if (gq_device_l2_bytes(device, &cache))
    return lastError("size of the L2 cache");
  return countCopies(bytes, cache);
}

namespace {
struct OperandSet {
  std::vector<std::shared_ptr<DeviceTensor>> inputs;
  std::vector<DeviceTensor> outputs;
  std::vector<const DLTensor *> in, out;
};

/// Everything one function needs to run again and again. Its copies work in one
/// workspace, as calls of a program behind one another do: it is in L2 for what
/// the first kernel of a call hands to the second, and a call that began too
/// early would show in the results of the one before.
struct Instance {
  const gq_function *function = nullptr;
  std::vector<OperandSet> sets;
  DeviceMemory workspace;
  size_t workspaceBytes = 0;
  /// For the first set, whose addresses those are.
  std::unique_ptr<gq_plan, decltype(&gq_plan_destroy)> plan{nullptr,
                                                            gq_plan_destroy};
  std::vector<void *> planned;

  Status addSet(int device, const Function &spec,
                const std::vector<Shape> &shapes,
                const std::vector<bool> &shared, const Method &method,
                InputPool *pool);
  Status allocateWorkspace(int device);
  Status makePlan();
  Status launch(size_t set, gq_stream stream) const;
  Status launchPlan(gq_stream stream) const;
};
} // namespace

static Expected<std::shared_ptr<DeviceTensor>>
makeInput(int device, const Function &spec, size_t index, const Shape &shape,
          const DeviceTensor *first, size_t number, const Method &method) {
  const ElementType type = spec.inputs[index].type;
  Expected<DeviceTensor> tensor =
      DeviceTensor::allocate(device, static_cast<gq_type>(type), shape);
  if (!tensor)
    return Error{tensor.message()};
  const size_t bytes = elementTypeSize(type);
  Status status =
      first ? fillCopy(device, *first, *tensor, bytes, number)
            : fillTensor(device, *tensor, bytes, dataOf(spec, index, method));
  if (!status)
    return Error{status.message()};
  return std::make_shared<DeviceTensor>(std::move(*tensor));
}

Status Instance::addSet(int device, const Function &spec,
                        const std::vector<Shape> &shapes,
                        const std::vector<bool> &shared, const Method &method,
                        InputPool *pool) {
  const size_t number = sets.size();
  OperandSet set;
  for (size_t i = 0; i < shapes.size(); ++i) {
    if (number && shared[i]) {
      set.inputs.push_back(sets.front().inputs[i]);
      continue;
    }
    const auto key = std::make_tuple(
        number, i, static_cast<gq_type>(spec.inputs[i].type), shapes[i]);
    if (auto known = pool ? pool->find(key) : InputPool::iterator();
        pool && known != pool->end()) {
      set.inputs.push_back(known->second);
      continue;
    }
    Expected<std::shared_ptr<DeviceTensor>> tensor = makeInput(
        device, spec, i, shapes[i],
        number ? sets.front().inputs[i].get() : nullptr, number, method);
    if (!tensor)
      return Error{"arg" + std::to_string(i) + ": " + tensor.message()};
    set.inputs.push_back(std::move(*tensor));
    if (pool)
      pool->emplace(key, set.inputs.back());
  }
  for (const auto &input : set.inputs)
    set.in.push_back(&input->tensor);
  for (size_t i = 0; i < spec.outputs.size(); ++i) {
    Shape shape(spec.outputs[i].shape.size());
    if (gq_function_output_shape(function, set.in.data(), set.in.size(), i,
                                 shape.data(), shape.size()))
      return Error{gq_last_error()};
    Expected<DeviceTensor> tensor = DeviceTensor::allocate(
        device, static_cast<gq_type>(spec.outputs[i].type), shape);
    if (!tensor)
      return Error{"result " + std::to_string(i) + ": " + tensor.message()};
    set.outputs.push_back(std::move(*tensor));
  }
  for (DeviceTensor &output : set.outputs)
    set.out.push_back(&output.tensor);
  sets.push_back(std::move(set));
  return Status();
}

Status Instance::allocateWorkspace(int device) {
  const std::vector<const DLTensor *> &in = sets.front().in;
  if (gq_function_workspace_size(function, in.data(), in.size(),
                                 &workspaceBytes))
    return Error{gq_last_error()};
  return workspace.allocate(device, workspaceBytes);
}

Status Instance::makePlan() {
  const OperandSet &first = sets.front();
  gq_plan *made = nullptr;
  if (gq_plan_create(function, first.in.data(), first.in.size(),
                     first.out.data(), first.out.size(), &made))
    return Error{gq_last_error()};
  plan.reset(made);
  for (const DLTensor *tensor : first.in)
    planned.push_back(tensor->data);
  for (const DLTensor *tensor : first.out)
    planned.push_back(tensor->data);
  return Status();
}

Status Instance::launchPlan(gq_stream stream) const {
  if (gq_plan_launch(plan.get(), planned.data(),
                     planned.data() + sets.front().in.size(), workspace.get(),
                     stream))
    return Error{gq_last_error()};
  return Status();
}

Status Instance::launch(size_t set, gq_stream stream) const {
  const OperandSet &on = sets[set];
  if (gq_launch(function, on.in.data(), on.in.size(), on.out.data(),
                on.out.size(), workspace.get(), workspaceBytes, stream))
    return Error{gq_last_error()};
  return Status();
}

static Copy makeCopy(const std::shared_ptr<Instance> &instance,
                     const Function &spec, size_t number) {
  const OperandSet &set = instance->sets[number];
  Copy copy;
  copy.launch = [run = instance.get(), number](gq_stream stream) {
    return run->launch(number, stream);
  };
  for (const DeviceTensor &output : set.outputs)
    copy.results.push_back({output.memory.get(), output.bytes});
  for (size_t i = 0; i < set.inputs.size(); ++i)
    if (!spec.inputs[i].constant)
      copy.changing.push_back(
          {set.inputs[i]->memory.get(), set.inputs[i]->bytes});
  return copy;
}

/// Which operands of a matmul its copies have in common: those with its rows.
/// Where these are not free, those that are not constant, if others are.
static std::vector<bool> sharedInputs(const Function &function) {
  std::vector<bool> shared = inputsWithRows(function);
  auto constant = [](const InputTensor &input) { return input.constant; };
  const std::vector<InputTensor> &inputs = function.inputs;
  if (!shared[0] && std::any_of(inputs.begin(), inputs.end(), constant))
    std::transform(inputs.begin(), inputs.end(), shared.begin(),
                   [&](const InputTensor &input) { return !constant(input); });
  return shared;
}

Expected<Candidate> makeCandidate(int device, const Program &program,
                                  const Function &function,
                                  const std::vector<Shape> &inputs,
                                  const Method &method, InputPool *pool) {
  auto instance = std::make_shared<Instance>();
  instance->function = program.find(function.name);
  if (!instance->function)
    return Error{program.name() + ": " + gq_last_error()};
  auto failure = [&](const std::string &message) {
    return Error{"function " + function.name + ": " + message};
  };
  std::vector<bool> shared(inputs.size(), false);
  if (Status status =
          instance->addSet(device, function, inputs, shared, method, pool);
      !status)
    return failure(status.message());
  const OperandSet &first = instance->sets.front();
  std::vector<Shape> outputs;
  for (const DeviceTensor &output : first.outputs)
    outputs.push_back(output.shape);

  Candidate candidate;
  candidate.name = function.name;
  candidate.bundle = program.name();
  candidate.checksum = program.checksum();
  candidate.work = findWork(function, inputs, outputs);
  uint64_t own = candidate.work.bytes; // of what each copy has
  if (candidate.work.kind == Kind::Matmul) {
    shared = sharedInputs(function);
    candidate.work.sharesRows = shared[0];
    for (size_t i = 0; i < inputs.size(); ++i)
      own -= shared[i] ? first.inputs[i]->bytes : 0;
  }
  Expected<size_t> count = countCopies(device, own, method);
  if (!count)
    return failure(count.message());
  // What the runtime says has the name of the function.
  if (Status room = instance->allocateWorkspace(device); !room)
    return Error{function.name + ": " + room.message()};
  Status status;
  while (status && instance->sets.size() < *count)
    status = instance->addSet(device, function, inputs, shared, method, pool);
  if (!status)
    return failure(status.message());
  if (Status plan = instance->makePlan(); !plan)
    return Error{function.name + ": " + plan.message()};

  for (size_t i = 0; i < *count; ++i)
    candidate.copies.push_back(makeCopy(instance, function, i));
  candidate.launch = candidate.copies.front().launch;
  candidate.planned = [run = instance.get()](gq_stream stream) {
    return run->launchPlan(stream);
  };
  candidate.choose = [run = instance.get(),
                      chosen = std::vector<size_t>(gq_function_launch_count(
                          instance->function))]() mutable -> Status {
    const std::vector<const DLTensor *> &in = run->sets.front().in;
    if (gq_function_variants(run->function, in.data(), in.size(), chosen.data(),
                             chosen.size()))
      return Error{gq_last_error()};
    return Status();
  };
  candidate.keepAlive.push_back(std::move(instance));
  return std::move(candidate);
}

} // namespace gridquant::bench
