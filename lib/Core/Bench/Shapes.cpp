//===- Shapes.cpp - the shapes of a case ----------------------------------===//
#include "gq/Bench/Shapes.h"

#include <charconv>
#include <functional>

namespace gridquant::bench {

std::string printShape(const Shape &shape) {
  std::string text;
  for (size_t i = 0; i < shape.size(); ++i)
    text += (i ? "x" : "") + std::to_string(shape[i]);
  return text;
}

std::string ShapeRequest::print() const {
  std::string text = printShape(sizes);
  for (const auto &[index, shape] : args)
    text += (text.empty() ? "arg" : " arg") + std::to_string(index) + "=" +
            printShape(shape);
  return text;
}

static std::optional<int64_t> parseNumber(std::string_view text) {
  int64_t value = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

static std::optional<Shape> parseShape(std::string_view text) {
  Shape shape;
  while (true) {
    size_t x = text.find('x');
    std::optional<int64_t> extent = parseNumber(text.substr(0, x));
    if (!extent)
      return std::nullopt;
    shape.push_back(*extent);
    if (x == std::string_view::npos)
      return shape;
    text.remove_prefix(x + 1);
  }
}

Expected<ShapeRequest> parseShapeRequest(std::string_view text) {
  auto expects = [&](std::string_view word) {
    return Error{"expects sizes as in 8192x8192 or arg0=8192x8192, got '" +
                 std::string(word) + "'"};
  };
  ShapeRequest request;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find_first_of(" \t\r", at), text.size());
    std::string_view word = text.substr(at, end - at);
    at = end + 1;
    if (word.empty())
      continue;
    size_t equals = word.find('=');
    std::optional<Shape> shape = parseShape(
        equals == std::string_view::npos ? word : word.substr(equals + 1));
    if (!shape)
      return expects(word);
    if (equals == std::string_view::npos) {
      if (!request.sizes.empty())
        return expects(text);
      request.sizes = std::move(*shape);
      continue;
    }
    std::optional<int64_t> index;
    if (word.substr(0, 3) == "arg")
      index = parseNumber(word.substr(3, equals - 3));
    if (!index || !request.args.emplace(*index, std::move(*shape)).second)
      return expects(word);
  }
  if (request.sizes.empty() && request.args.empty())
    return expects(text);
  return request;
}

Expected<std::vector<ShapeRequest>> parseShapesFile(std::string_view text,
                                                    const std::string &path) {
  std::vector<ShapeRequest> requests;
  for (size_t at = 0, number = 1; at < text.size(); ++number) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos)
      continue;
    Expected<ShapeRequest> request = parseShapeRequest(line);
    if (!request)
      return Error{path + ":" + std::to_string(number) + ": " +
                   request.message()};
    requests.push_back(std::move(*request));
  }
  return requests;
}

namespace {
class Solver {
public:
  explicit Solver(const Function &of)
      : spec(&of), slots(of.slotCount, unknownSlotValue) {
    for (const InputTensor &input : spec->inputs)
      for (size_t d = 0; d < input.shape.size(); ++d)
        if (input.shape[d] >= 0)
          slots[input.firstSlot + d] = input.shape[d];
    propagate();
  }

  void set(uint32_t slot, int64_t value) {
    slots[slot] = value;
    propagate();
  }
  bool known(uint32_t slot) const { return slots[slot] != unknownSlotValue; }

  /// Calls `give` for every dimension that is free at that point.
  void fill(const std::function<int64_t(const InputTensor &, size_t)> &give) {
    for (const InputTensor &input : spec->inputs)
      for (size_t d = 0; d < input.shape.size(); ++d)
        if (!known(input.firstSlot + static_cast<uint32_t>(d)))
          set(input.firstSlot + static_cast<uint32_t>(d), give(input, d));
  }

  std::vector<Shape> shapes() const {
    std::vector<Shape> result;
    for (const InputTensor &input : spec->inputs) {
      auto first = slots.begin() + input.firstSlot;
      result.emplace_back(first, first + static_cast<long>(input.shape.size()));
    }
    return result;
  }

private:
  bool assign(ExprRef to, ExprRef from) {
    std::optional<uint32_t> slot = spec->exprs.asSlot(to);
    if (!slot || known(*slot))
      return false;
    ExprValue value = spec->exprs.evaluate(from, slots.data());
    if (value.fault != ExprFault::None || value.value < 0)
      return false;
    slots[*slot] = value.value;
    return true;
  }

  void propagate() {
    for (bool changed = true; changed;) {
      changed = false;
      for (const Check &check : spec->checks)
        if (auto sides = spec->exprs.asEquality(check.condition))
          changed |= assign(sides->first, sides->second) ||
                     assign(sides->second, sides->first);
    }
  }

  const Function *spec;
  std::vector<int64_t> slots;
};
} // namespace

static std::vector<std::string> listFree(Solver solver) {
  std::vector<std::string> names;
  solver.fill([&](const InputTensor &input, size_t d) {
    names.push_back(input.name + "." + std::to_string(d));
    return int64_t(1);
  });
  return names;
}

std::vector<std::string> freeSizes(const Function &function) {
  return listFree(Solver(function));
}

std::vector<bool> inputsWithRows(const Function &function) {
  std::vector<bool> result(function.inputs.size(), false);
  if (function.inputs.empty() || function.inputs[0].shape.empty())
    return result;
  Solver solver(function);
  const uint32_t rows = function.inputs[0].firstSlot;
  if (solver.known(rows))
    return result;
  const Solver before = solver;
  solver.set(rows, 128);
  for (size_t i = 0; i < result.size(); ++i) {
    const InputTensor &input = function.inputs[i];
    for (uint32_t d = 0; d < input.shape.size(); ++d)
      if (!before.known(input.firstSlot + d) &&
          solver.known(input.firstSlot + d))
        result[i] = true;
  }
  return result;
}

Expected<std::vector<Shape>> resolveShapes(const Function &function,
                                           const ShapeRequest &request) {
  auto error = [&](const std::string &message) {
    return Error{"function " + function.name + ": " + message};
  };
  Solver solver(function);
  for (const auto &[index, shape] : request.args) {
    if (index >= function.inputs.size())
      return error("there is no arg" + std::to_string(index) + ", it has " +
                   std::to_string(function.inputs.size()) + " inputs");
    const InputTensor &input = function.inputs[index];
    if (shape.size() != input.shape.size())
      return error("arg" + std::to_string(index) + " is given as " +
                   printShape(shape) + ", rank " +
                   std::to_string(input.shape.size()) + " is needed");
    for (size_t d = 0; d < shape.size(); ++d)
      solver.set(input.firstSlot + static_cast<uint32_t>(d), shape[d]);
  }
  if (function.inputs.empty())
    return std::vector<Shape>();

  const std::vector<std::string> names = listFree(solver);
  const Shape &sizes = request.sizes;
  size_t next = 0;
  if (sizes.size() != names.size()) {
    // The other spelling: the first input whole.
    const InputTensor &first = function.inputs[0];
    Solver given = solver;
    for (size_t d = 0; d < std::min(first.shape.size(), sizes.size()); ++d) {
      int64_t fixed = first.shape[d];
      if (fixed >= 0 && fixed != sizes[d])
        return error("size " + std::to_string(sizes[d]) + " is given for " +
                     first.name + "." + std::to_string(d) + ", which is " +
                     std::to_string(fixed));
      given.set(first.firstSlot + static_cast<uint32_t>(d), sizes[d]);
    }
    size_t rest = listFree(given).size();
    if (!request.args.empty() || sizes.size() != first.shape.size() + rest) {
      std::string list;
      for (const std::string &name : names)
        list += (list.empty() ? "" : ", ") + name;
      return error("got " + std::to_string(sizes.size()) + " sizes, " +
                   std::to_string(names.size()) + " are free" +
                   (list.empty() ? "" : ": " + list));
    }
    solver = given;
    next = first.shape.size();
  }
  // The count fits; a size that makes a check of the bundle fault may free
  // more.
  solver.fill([&](const InputTensor &, size_t) {
    return next < sizes.size() ? sizes[next++] : 0;
  });
  return solver.shapes();
}

} // namespace gridquant::bench
