//===- StressFunction.cpp - a function whose rows are launched in parts ---===//
#include "StressFunction.h"

#include "Data.h"
#include "gq/Bench/Stress.h"
#include "gq/Numerics/gq_reference.h"

#include <cmath>

namespace gridquant::bench {

/// How far results of different kernels may be from one another, of their
/// Frobenius norm: each rounds its sums to 8 bits on its own.
static constexpr double frobenius = 4e-3;

Error StressFunction::error(const std::string &message) const {
  return Error{"function " + spec->name + ": " + message};
}

void *StressFunction::Result::data() const {
  return static_cast<char *>(region.get()) + stressGuardBytes;
}

/// The dimension that has `rows` in one shape and twice as many in the other;
/// nothing where the shapes are the same.
static Expected<std::optional<size_t>>
findRows(const Shape &shape, const Shape &twice, int64_t rows) {
  std::optional<size_t> found;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == twice[d])
      continue;
    if (found || shape[d] != rows || twice[d] != 2 * rows)
      return Error{"is " + printShape(shape) + " for " + std::to_string(rows) +
                   " rows and " + printShape(twice) +
                   " for twice as many, one dimension that counts rows is "
                   "needed"};
    found = d;
  }
  return found;
}

static int64_t product(Shape::const_iterator begin, Shape::const_iterator end) {
  int64_t result = 1;
  for (; begin != end; ++begin)
    result *= *begin;
  return result;
}

Status StressFunction::findOperands(const Method &method) {
  if (freeSizes(*spec).size() != 1)
    return error("has " + std::to_string(freeSizes(*spec).size()) +
                 " free sizes, one is needed, its rows");
  Expected<std::vector<Shape>> shapes =
      resolveShapes(*spec, ShapeRequest{{most}, {}});
  Expected<std::vector<Shape>> twice =
      resolveShapes(*spec, ShapeRequest{{2 * most}, {}});
  if (!shapes || !twice)
    return Error{shapes ? twice.message() : shapes.message()};
  for (size_t i = 0; i < spec->inputs.size(); ++i) {
    const ElementType type = spec->inputs[i].type;
    const std::string name = "operand " + spec->inputs[i].display + " ";
    Operand operand;
    operand.type = static_cast<gq_type>(type);
    operand.shape = (*shapes)[i];
    Expected<std::optional<size_t>> rows =
        findRows(operand.shape, (*twice)[i], most);
    if (!rows)
      return error(name + rows.message());
    operand.rowDimension = *rows;
    Expected<DeviceTensor> all =
        DeviceTensor::allocate(device, operand.type, operand.shape);
    if (!all)
      return error(name + all.message());
    operand.all = std::move(*all);
    if (Status status = fillTensor(device, operand.all, elementTypeSize(type),
                                   dataOf(*spec, i, method));
        !status)
      return error(name + status.message());
    if (operand.rowDimension) {
      const auto at =
          operand.shape.begin() + static_cast<ptrdiff_t>(*operand.rowDimension);
      const int64_t bytes = product(at + 1, operand.shape.end()) *
                            static_cast<int64_t>(elementTypeSize(type));
      if (bytes % 4)
        return error(name + "has " + std::to_string(bytes) +
                     " bytes side by side in a row, a multiple of 4 is needed");
      operand.stack = product(operand.shape.begin(), at);
      operand.rowWords = bytes / 4;
      if (Status status = operand.part.allocate(device, operand.all.bytes);
          !status)
        return error(name + status.message());
    }
    operands.push_back(std::move(operand));
  }
  return Status();
}

/// The inputs with `rows` rows; `shapes` owns their extents.
std::vector<DLTensor> StressFunction::tensorsOf(int64_t rows,
                                                std::vector<Shape> &shapes) {
  std::vector<DLTensor> tensors;
  shapes.reserve(operands.size());
  for (Operand &operand : operands) {
    Shape &shape = shapes.emplace_back(operand.shape);
    if (operand.rowDimension)
      shape[*operand.rowDimension] = rows;
    void *data =
        operand.rowDimension ? operand.part.get() : operand.all.memory.get();
    tensors.push_back(makeTensor(device, operand.type, data, shape));
  }
  return tensors;
}

static std::vector<const DLTensor *>
pointersTo(const std::vector<DLTensor> &tensors) {
  std::vector<const DLTensor *> pointers;
  for (const DLTensor &tensor : tensors)
    pointers.push_back(&tensor);
  return pointers;
}

Status StressFunction::findResults() {
  std::vector<Shape> shapes, twiceShapes;
  std::vector<DLTensor> in = tensorsOf(most, shapes),
                        twice = tensorsOf(2 * most, twiceShapes);
  for (size_t i = 0; i < spec->outputs.size(); ++i) {
    const DerivedTensor &output = spec->outputs[i];
    const std::string name = "result " + output.name + " ";
    Result result;
    result.type = static_cast<gq_type>(output.type);
    result.shape.resize(output.shape.size());
    Shape longer(output.shape.size());
    for (auto [tensors, shape] :
         {std::pair(&in, &result.shape), std::pair(&twice, &longer)})
      if (gq_function_output_shape(function, pointersTo(*tensors).data(),
                                   tensors->size(), i, shape->data(),
                                   shape->size()))
        return lastError(spec->name.c_str());
    Expected<std::optional<size_t>> rows = findRows(result.shape, longer, most);
    if (!rows)
      return error(name + rows.message());
    if (*rows != size_t(0))
      return error(name + "is " + printShape(result.shape) +
                   ", dimension 0 has to count rows");
    result.rowBytes = static_cast<uint64_t>(product(result.shape.begin() + 1,
                                                    result.shape.end())) *
                      elementTypeSize(output.type);
    if (result.rowBytes % 16)
      return error(name + "has rows of " + std::to_string(result.rowBytes) +
                   " bytes, a multiple of 16 is needed");
    if (Status status = result.region.allocate(
            device, result.rowBytes * static_cast<uint64_t>(most) +
                        2 * stressGuardBytes);
        !status)
      return error(name + status.message());
    results.push_back(std::move(result));
  }
  // The largest of all: other kernels may need more for fewer rows.
  for (int64_t rows = 0; rows <= most; ++rows) {
    std::vector<Shape> extents;
    std::vector<DLTensor> tensors = tensorsOf(rows, extents);
    size_t bytes = 0;
    if (gq_function_workspace_size(function, pointersTo(tensors).data(),
                                   tensors.size(), &bytes))
      return lastError(spec->name.c_str());
    workspaceBytes = std::max(workspaceBytes, bytes);
  }
  return workspace.allocate(device, workspaceBytes);
}

Status StressFunction::findVariants() {
  std::map<std::vector<size_t>, size_t> known;
  variantOf.resize(static_cast<size_t>(most) + 1);
  // Without rows there is nothing to choose, and nothing to compute.
  for (int64_t rows = 1; rows <= most; ++rows) {
    std::vector<Shape> shapes;
    std::vector<DLTensor> tensors = tensorsOf(rows, shapes);
    std::vector<size_t> chosen(gq_function_launch_count(function));
    if (gq_function_variants(function, pointersTo(tensors).data(),
                             tensors.size(), chosen.data(), chosen.size()))
      return lastError(spec->name.c_str());
    size_t number = known.try_emplace(chosen, known.size()).first->second;
    variantOf[static_cast<size_t>(rows)] = number;
    if (rows > 1 && variantOf[static_cast<size_t>(rows) - 1] != number)
      rangeEnds.push_back(rows - 1);
  }
  expected.resize(known.size());
  return Status();
}

Status StressFunction::launch(int64_t rows, int64_t first) {
  for (Operand &operand : operands) {
    if (!operand.rowDimension)
      continue;
    Shape from{operand.stack, most, operand.rowWords}, range{first, rows, 0},
        to{operand.stack, rows, operand.rowWords};
    const DLTensor source =
        makeTensor(device, GQ_I32, operand.all.memory.get(), from);
    // Without elements: its extents are numbers.
    const DLTensor numbers = makeTensor(device, GQ_I32, nullptr, range);
    const DLTensor part = makeTensor(device, GQ_I32, operand.part.get(), to);
    const DLTensor *in[] = {&source, &numbers}, *out = &part;
    if (gq_launch(cut, in, 2, &out, 1, nullptr, 0, nullptr))
      return lastError("cut");
  }
  std::vector<Shape> shapes, outShapes;
  std::vector<DLTensor> in = tensorsOf(rows, shapes), out;
  outShapes.reserve(results.size());
  for (Result &result : results) {
    Shape &shape = outShapes.emplace_back(result.shape);
    shape[0] = rows;
    out.push_back(makeTensor(device, result.type, result.data(), shape));
  }
  if (gq_launch(function, pointersTo(in).data(), in.size(),
                pointersTo(out).data(), out.size(), workspace.get(),
                workspaceBytes, nullptr))
    return lastError(spec->name.c_str());
  return Status();
}

Status StressFunction::computeExpected() {
  for (size_t variant = 0; variant < expected.size(); ++variant) {
    for (const Result &result : results) {
      DeviceMemory memory;
      if (Status status = memory.allocate(
              device, result.rowBytes * static_cast<uint64_t>(most));
          !status)
        return error(status.message());
      expected[variant].push_back(std::move(memory));
    }
    int64_t rows = most;
    while (variantOf[static_cast<size_t>(rows)] != variant)
      --rows;
    for (int64_t at = 0; at < most; at += rows) {
      const int64_t first = std::min(at, most - rows);
      if (Status status = launch(rows, first); !status)
        return status;
      for (size_t i = 0; i < results.size(); ++i)
        if (gq_memcpy_d2d_async(
                device,
                static_cast<char *>(expected[variant][i].get()) +
                    static_cast<uint64_t>(first) * results[i].rowBytes,
                results[i].data(),
                static_cast<uint64_t>(rows) * results[i].rowBytes, nullptr))
          return lastError("copy");
    }
  }
  return gq_stream_synchronize(device, nullptr) ? lastError(spec->name.c_str())
                                                : Status();
}

/// What different kernels make of the same rows is the same but for rounding.
Status StressFunction::compareVariants() {
  for (size_t i = 0; i < results.size(); ++i) {
    const auto count =
        product(results[i].shape.begin(), results[i].shape.end());
    std::vector<float> base, other;
    for (size_t variant = 0; variant < expected.size(); ++variant) {
      std::vector<char> bytes(results[i].rowBytes *
                              static_cast<uint64_t>(most));
      if (gq_memcpy_d2h(device, bytes.data(), expected[variant][i].get(),
                        bytes.size()))
        return lastError("copy");
      std::vector<float> &values = variant ? other : base;
      values.resize(static_cast<size_t>(count));
      if (gq_ref_convert(bytes.data(), gq_type_name(results[i].type), count,
                         "f32", values.data()))
        return error(gq_ref_last_error());
      double apart = 0, norm = 0;
      for (size_t at = 0; variant && at < values.size(); ++at) {
        const double difference = other[at] - base[at];
        apart += difference * difference;
        norm += double(base[at]) * base[at];
      }
      // Neither is true of NaN.
      if (!(std::sqrt(apart) <= frobenius * std::sqrt(norm)))
        return error("result " + spec->outputs[i].name + " of variant " +
                     std::to_string(variant) + " is " +
                     std::to_string(std::sqrt(apart / norm)) +
                     " of its norm from that of variant 0, at most " +
                     std::to_string(frobenius) + " is needed");
    }
  }
  return Status();
}

Status StressFunction::check(int64_t rows, int64_t first, void *counters) {
  const size_t variant = variantOf[static_cast<size_t>(rows)];
  for (size_t i = 0; i < results.size(); ++i) {
    const uint64_t bytes = results[i].rowBytes * static_cast<uint64_t>(rows);
    Shape whole{static_cast<int64_t>((bytes + 2 * stressGuardBytes) / 4)},
        inside{static_cast<int64_t>(bytes / 4)}, four{4};
    const DLTensor region =
        makeTensor(device, GQ_I32, results[i].region.get(), whole);
    const DLTensor needed =
        makeTensor(device, GQ_I32,
                   static_cast<char *>(expected[variant][i].get()) +
                       static_cast<uint64_t>(first) * results[i].rowBytes,
                   inside);
    const DLTensor counted = makeTensor(device, GQ_I32, counters, four);
    const DLTensor *in[] = {&region, &needed}, *out = &counted;
    if (gq_launch(checker, in, 2, &out, 1, nullptr, 0, nullptr))
      return lastError("check");
  }
  return Status();
}

Status StressFunction::enqueue(int64_t rows, int64_t first, void *counters) {
  for (const Result &result : results)
    if (gq_memset(device, result.region.get(), stressGuard,
                  result.rowBytes * static_cast<uint64_t>(rows) +
                      2 * stressGuardBytes,
                  nullptr))
      return lastError("guards");
  if (Status status = launch(rows, first); !status)
    return status;
  return check(rows, first, counters);
}

Expected<std::unique_ptr<StressFunction>>
StressFunction::make(int device, const Program &program,
                     const Function &function, const Program &kernels,
                     const Method &method, int64_t most) {
  std::unique_ptr<StressFunction> made(new StressFunction());
  made->device = device;
  made->most = most;
  made->spec = &function;
  made->function = program.find(function.name);
  made->cut = kernels.find("cut");
  made->checker = kernels.find("check");
  if (!made->function || !made->cut || !made->checker)
    return Error{program.name() + ": " + gq_last_error()};
  Status status = made->findOperands(method);
  for (auto step :
       {&StressFunction::findResults, &StressFunction::findVariants,
        &StressFunction::computeExpected, &StressFunction::compareVariants})
    if (status)
      status = (made.get()->*step)();
  if (!status)
    return Error{status.message()};
  return std::move(made);
}

} // namespace gridquant::bench
