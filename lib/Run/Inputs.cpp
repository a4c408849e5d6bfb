//===- Inputs.cpp - the arguments of a function ---------------------------===//
//
// An argument comes from a file, or is generated. Sizes its type leaves open
// come from the file, from --shape, from what ops demand of them, or from --m.
//
//===----------------------------------------------------------------------===//

#include "Inputs.h"

#include "gq/Dialect/GQ/IR/GQ.h"
#include "gq/Numerics/Convert.h"
#include "gq/Numerics/Npy.h"
#include "gq/Support/ArgumentNames.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringExtras.h"

#include <cmath>
#include <cstring>

using namespace mlir;
using namespace mlir::gq;

namespace {
/// What the options say about one argument.
struct ArgumentSpec {
  std::optional<std::string> file;
  std::optional<SmallVector<int64_t>> shape;
};
} // namespace

/// "arg2 (%b)", in the spelling of the options.
static std::string describe(func::FuncOp function, unsigned index) {
  StringRef name = argumentName(function, index);
  return "arg" + std::to_string(index) +
         (name.empty() ? "" : " (%" + name.str() + ")");
}

/// The argument of that name.
static std::optional<unsigned> findArgument(func::FuncOp function,
                                            StringRef name) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (!name.empty() && argumentName(function, i) == name)
      return i;
  return std::nullopt;
}

/// "argN=rest" or "name=rest": N and rest, N below the number of arguments.
static FailureOr<std::pair<unsigned, StringRef>>
splitArgument(func::FuncOp function, StringRef option, StringRef text) {
  auto [name, rest] = text.split('=');
  if (std::optional<unsigned> named = findArgument(function, name))
    return std::pair<unsigned, StringRef>(*named, rest);
  unsigned index;
  if (!name.consume_front("arg") || name.getAsInteger(10, index))
    return function.emitError()
           << option << ": expects argN=... or the name of an argument, got "
           << text;
  if (index >= function.getNumArguments())
    return function.emitError()
           << option << ": expects an argument below "
           << function.getNumArguments() << ", got arg" << index;
  return std::pair<unsigned, StringRef>(index, rest);
}

static FailureOr<SmallVector<ArgumentSpec>>
parseSpecs(func::FuncOp function, const RunOptions &options) {
  SmallVector<ArgumentSpec> specs(function.getNumArguments());
  unsigned next = 0;
  for (StringRef input : options.inputs) {
    unsigned index;
    StringRef file = input;
    // A path may contain '=' as well.
    if (input.contains('=') &&
        (input.starts_with("arg") ||
         findArgument(function, input.split('=').first))) {
      auto split = splitArgument(function, "--input", input);
      if (failed(split))
        return failure();
      std::tie(index, file) = *split;
    } else {
      index = next++;
      if (index >= specs.size())
        return function.emitError()
               << "--input: expects at most " << specs.size()
               << " files, one per argument";
    }
    if (specs[index].file)
      return function.emitError()
             << "--input: " << describe(function, index) << " is given twice";
    specs[index].file = file.str();
  }
  for (StringRef shape : options.shapes) {
    auto split = splitArgument(function, "--shape", shape);
    if (failed(split))
      return failure();
    SmallVector<StringRef> parts;
    split->second.split(parts, 'x');
    SmallVector<int64_t> sizes;
    for (StringRef part : parts) {
      int64_t size;
      if (part.getAsInteger(10, size) || size < 0)
        return function.emitError()
               << "--shape: expects sizes as in arg0=128x8192, got " << shape;
      sizes.push_back(size);
    }
    specs[split->first].shape = std::move(sizes);
  }
  return specs;
}

//===----------------------------------------------------------------------===//
// Scales
//===----------------------------------------------------------------------===//

/// True if \p value ends up, through casts, slices and elementwise ops, as
/// scales of an op.
static bool feedsScales(Value value) {
  for (OpOperand &use : value.getUses()) {
    Operation *user = use.getOwner();
    if (auto op = dyn_cast<BlockOpInterface>(user); op && !op.isDpsInit(&use)) {
      SmallVector<OperandSpec> specs = op.getOperandSpecs();
      if (use.getOperandNumber() < specs.size() &&
          specs[use.getOperandNumber()].role == OperandRole::Scales)
        return true;
    }
    auto linalgOp = dyn_cast<linalg::LinalgOp>(user);
    bool computes = linalgOp && user->getNumResults() == 1 &&
                    linalgOp.isDpsInput(&use) &&
                    linalgOp.getNumReductionLoops() == 0;
    if ((computes ||
         isa<tensor::CastOp, tensor::ExtractSliceOp, tensor::CollapseShapeOp,
             tensor::ExpandShapeOp>(user)) &&
        feedsScales(user->getResult(0)))
      return true;
  }
  return false;
}

/// True if \p value is read element by element, to compute indices.
static bool feedsIndices(Value value) {
  return llvm::any_of(value.getUsers(), [](Operation *user) {
    if (isa<tensor::CastOp, tensor::ExtractSliceOp>(user))
      return feedsIndices(user->getResult(0));
    return isa<tensor::ExtractOp>(user);
  });
}

/// Powers of two from 2^-10 to 2^-3: about what quantising normally distributed
/// data gives, and exact, so that they do not blur a comparison.
static gridquant::Status generateScales(gridquant::GenerateOptions options,
                                        int64_t count, float *to) {
  options.distribution = gridquant::Distribution::uniform;
  options.low = -10;
  options.high = -2;
  gridquant::Status status =
      gridquant::generate(options, gridquant::ElementType::f32, count, to);
  for (int64_t i = 0; status.ok() && i < count; ++i)
    // Rounding to f32 can reach the upper bound.
    to[i] = std::ldexp(1.0f, std::min(-3, static_cast<int>(std::floor(to[i]))));
  return status;
}

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

static FailureOr<RuntimeTensor> readInput(func::FuncOp function, unsigned index,
                                          RankedTensorType type,
                                          const std::string &file) {
  std::optional<gridquant::ElementType> element =
      getNumericsType(type.getElementType());
  if (!element)
    return function.emitError() << describe(function, index) << " of type "
                                << type << " cannot be read from an .npy file";
  gridquant::NpyArray array;
  gridquant::Status status = gridquant::readNpy(
      file, *element, static_cast<int>(type.getRank()), array);
  if (!status.ok())
    return function.emitError()
           << describe(function, index) << ": " << status.message();
  std::string why;
  std::optional<RuntimeTensor> tensor =
      RuntimeTensor::create(type.getElementType(), array.shape, why);
  if (!tensor)
    return function.emitError() << describe(function, index) << " " << why;
  std::memcpy(tensor->getMutableData(), array.data.data(),
              tensor->getNumBytes());
  if (!tensor->hasType(type))
    return function.emitError()
           << describe(function, index) << ": " << file << " has shape "
           << shapeToString(array.shape) << ", expected " << type;
  return std::move(*tensor);
}

/// The shape that --shape gives, if it fits the type.
static FailureOr<SmallVector<int64_t>> givenShape(func::FuncOp function,
                                                  unsigned index,
                                                  RankedTensorType type,
                                                  const ArgumentSpec &spec) {
  bool fits = static_cast<int64_t>(spec.shape->size()) == type.getRank();
  for (unsigned dim = 0; fits && dim < spec.shape->size(); ++dim)
    fits = type.isDynamicDim(dim) || type.getDimSize(dim) == (*spec.shape)[dim];
  if (!fits)
    return function.emitError()
           << "--shape: " << describe(function, index) << " is "
           << shapeToString(*spec.shape) << ", expected " << type;
  return *spec.shape;
}

/// Sizes of what is generated: those that follow from others, then --m for the
/// first that is still open, and so on.
static LogicalResult completeShapes(func::FuncOp function,
                                    ArgumentShapes &shapes, int64_t m,
                                    SizeInference given) {
  auto isOpen = [](ArrayRef<int64_t> shape) {
    return ShapedType::isDynamicShape(shape);
  };
  if (llvm::none_of(shapes, isOpen))
    return success();
  std::optional<SizeDemands> demands;
  if (!given)
    demands.emplace(function);
  auto infer = [&] { demands ? demands->infer(shapes) : given(shapes); };
  infer();
  for (auto [index, shape] : llvm::enumerate(shapes))
    for (auto [dim, size] : llvm::enumerate(shape)) {
      if (!ShapedType::isDynamic(size))
        continue;
      if (m < 0)
        return function.emitError()
               << "dimension " << dim << " of " << describe(function, index)
               << " of type " << function.getArgumentTypes()[index]
               << " is dynamic, give it a size with --shape=arg" << index
               << "=... or --m";
      size = m;
      infer();
    }
  return success();
}

static FailureOr<RuntimeTensor>
generateInput(func::FuncOp function, unsigned index, RankedTensorType type,
              ArrayRef<int64_t> shape, gridquant::GenerateOptions options) {
  std::optional<gridquant::ElementType> element =
      getNumericsType(type.getElementType());
  if (!element)
    return function.emitError() << describe(function, index) << " of type "
                                << type << " cannot be generated";
  std::string why;
  std::optional<RuntimeTensor> tensor =
      RuntimeTensor::create(type.getElementType(), shape, why);
  if (!tensor)
    return function.emitError() << describe(function, index) << " " << why;
  // Arguments must not be copies of each other.
  options.seed += UINT64_C(0x9e3779b97f4a7c15) * (index + 1);
  unsigned char *data = tensor->getMutableData();
  int64_t count = tensor->getNumElements();
  // Of E8M0 half of other values are NaN.
  bool e8m0 = *element == gridquant::ElementType::f8E8M0FNU;
  Type values = type.getElementType();
  gridquant::Status status = gridquant::Status::success();
  // What an index may be only the program knows; there is always a first.
  Value argument =
      function.isExternal() ? Value() : function.getArgument(index);
  if (argument && type.getElementType().isSignlessInteger() &&
      feedsIndices(argument)) {
    std::memset(data, 0, tensor->getNumBytes());
    return std::move(*tensor);
  }
  bool wide = values.isF32() || values.isBF16() || values.isF16();
  if (e8m0 || (argument && wide && feedsScales(argument))) {
    std::vector<float> scales(static_cast<size_t>(count));
    status = generateScales(options, count, scales.data());
    gridquant::convertFromFloat(*element, scales.data(), count, data);
  } else {
    status = gridquant::generate(options, *element, count, data);
  }
  if (!status.ok())
    return function.emitError()
           << describe(function, index) << ": " << status.message();
  return std::move(*tensor);
}

FailureOr<SmallVector<RuntimeValue>>
mlir::gq::makeInputs(func::FuncOp function, const RunOptions &options,
                     SizeInference infer) {
  FailureOr<SmallVector<ArgumentSpec>> specs = parseSpecs(function, options);
  if (failed(specs))
    return failure();
  gridquant::GenerateOptions generate;
  std::optional<gridquant::Distribution> distribution =
      gridquant::parseDistribution(options.generate);
  if (!distribution)
    return function.emitError()
           << "--generate: expects normal, outliers, zeros, special, pow2, "
              "uniform or codes, got "
           << options.generate;
  generate.distribution = *distribution;
  generate.seed = options.seed;
  generate.threads = options.threads;

  // Those of files first: other sizes follow from theirs.
  SmallVector<std::optional<RuntimeTensor>> tensors(function.getNumArguments());
  ArgumentShapes shapes(function.getNumArguments());
  for (auto [index, argument] : llvm::enumerate(function.getArgumentTypes())) {
    auto type = dyn_cast<RankedTensorType>(argument);
    if (!type)
      return function.emitError() << describe(function, index) << " has type "
                                  << argument << ", expected a ranked tensor";
    const ArgumentSpec &spec = (*specs)[index];
    if (spec.file) {
      FailureOr<RuntimeTensor> tensor =
          readInput(function, index, type, *spec.file);
      if (failed(tensor))
        return failure();
      shapes[index].assign(tensor->getShape().begin(),
                           tensor->getShape().end());
      tensors[index] = std::move(*tensor);
    } else if (spec.shape) {
      FailureOr<SmallVector<int64_t>> shape =
          givenShape(function, index, type, spec);
      if (failed(shape))
        return failure();
      shapes[index] = std::move(*shape);
    } else {
      shapes[index].assign(type.getShape().begin(), type.getShape().end());
    }
  }
  if (failed(completeShapes(function, shapes, options.m, infer)))
    return failure();
  SmallVector<RuntimeValue> args;
  for (auto [index, argument] : llvm::enumerate(function.getArgumentTypes())) {
    if (!tensors[index]) {
      FailureOr<RuntimeTensor> tensor =
          generateInput(function, index, cast<RankedTensorType>(argument),
                        shapes[index], generate);
      if (failed(tensor))
        return failure();
      tensors[index] = std::move(*tensor);
    }
    args.push_back(std::move(*tensors[index]));
  }
  return args;
}
