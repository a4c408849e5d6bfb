//===- BundleFile.cpp - gq-run on a bundle --------------------------------===//
#include "BundleFile.h"
#include "gq/Bundle/Container.h"
#include "gq/Bundle/Describe.h"
#include "gq/Bundle/Manifest.h"
#include "gq/Support/ArgumentNames.h"
#include "mlir/AsmParser/AsmParser.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::gq;

struct BundleFile::Contents {
  std::vector<gridquant::Image> images;
  gridquant::Manifest manifest;
};

FailureOr<std::optional<BundleFile>> BundleFile::read(StringRef path) {
  // Standard input is read once, as a program.
  if (path == "-")
    return std::optional<BundleFile>();
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return std::optional<BundleFile>();
  StringRef text = (*file)->getBuffer();
  std::string_view bytes(text.data(), text.size());
  if (!gridquant::isBundle(bytes))
    return std::optional<BundleFile>();
  auto fail = [&](const std::string &message) {
    llvm::errs() << "error: '" << path << "': " << message << '\n';
    return failure();
  };
  auto read = gridquant::readBundle(bytes);
  if (!read)
    return fail(read.message());
  auto manifest = gridquant::parseManifest(read->metadata);
  if (!manifest)
    return fail(manifest.message());
  BundleFile bundle;
  bundle.path = path.str();
  bundle.bytes = text.str();
  bundle.contents = std::make_shared<Contents>(
      Contents{std::move(read->images), std::move(*manifest)});
  return std::optional(std::move(bundle));
}

void BundleFile::show(llvm::raw_ostream &os) const {
  os << gridquant::describe(contents->manifest, contents->images);
  os.flush();
}

LogicalResult BundleFile::print(Diagnostic &diagnostic) {
  auto name = dyn_cast<NameLoc>(diagnostic.getLocation());
  if (!name || diagnostic.getSeverity() != DiagnosticSeverity::Error)
    return failure();
  llvm::errs() << "error: '" << name.getName().getValue() << "': " << diagnostic
               << '\n';
  return success();
}

static RankedTensorType tensorType(MLIRContext &context,
                                   gridquant::ElementType element,
                                   ArrayRef<int64_t> shape) {
  return RankedTensorType::get(
      shape, parseType(gridquant::elementTypeName(element), &context));
}

OwningOpRef<ModuleOp> BundleFile::declare(MLIRContext &context) const {
  context.loadDialect<func::FuncDialect>();
  Location loc = NameLoc::get(StringAttr::get(&context, path));
  OwningOpRef<ModuleOp> module = ModuleOp::create(loc);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());
  for (const gridquant::Function &function : contents->manifest.functions) {
    SmallVector<Type> inputs, outputs;
    for (const gridquant::InputTensor &input : function.inputs) {
      SmallVector<int64_t> shape(ArrayRef<int64_t>(input.shape));
      for (int64_t &extent : shape)
        extent = extent < 0 ? ShapedType::kDynamic : extent;
      inputs.push_back(tensorType(context, input.type, shape));
    }
    for (const gridquant::DerivedTensor &output : function.outputs) {
      SmallVector<int64_t> shape;
      for (gridquant::ExprRef extent : output.shape)
        shape.push_back(
            function.exprs.asConstant(extent).value_or(ShapedType::kDynamic));
      outputs.push_back(tensorType(context, output.type, shape));
    }
    auto declaration = func::FuncOp::create(
        builder, loc, function.name, builder.getFunctionType(inputs, outputs));
    declaration.setPrivate();
    for (auto [i, input] : llvm::enumerate(function.inputs))
      if (!input.label.empty())
        declaration.setArgAttr(i, kNameAttr,
                               builder.getStringAttr(input.label));
  }
  return module;
}

void BundleFile::inferSizes(StringRef name, ArgumentShapes &shapes) const {
  const auto &functions = contents->manifest.functions;
  auto function = llvm::find_if(
      functions, [&](const auto &one) { return one.name == name; });
  if (function == functions.end())
    return;
  std::vector<int64_t> slots(function->slotCount, gridquant::unknownSlotValue);
  std::vector<int64_t *> sizes(function->slotCount);
  for (auto [input, shape] : llvm::zip_equal(function->inputs, shapes))
    for (auto [dim, size] : llvm::enumerate(shape)) {
      sizes[input.firstSlot + dim] = &size;
      if (!ShapedType::isDynamic(size))
        slots[input.firstSlot + dim] = size;
    }
  const gridquant::ExprPool &exprs = function->exprs;
  auto infer = [&](gridquant::ExprRef from, gridquant::ExprRef to) {
    std::optional<uint32_t> slot = exprs.asSlot(to);
    gridquant::ExprValue known = exprs.evaluate(from, slots.data());
    if (!slot || !sizes[*slot] || !ShapedType::isDynamic(*sizes[*slot]) ||
        known.fault != gridquant::ExprFault::None || known.value < 0)
      return false;
    *sizes[*slot] = slots[*slot] = known.value;
    return true;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const gridquant::Check &check : function->checks)
      if (auto sides = exprs.asEquality(check.condition))
        changed |= infer(sides->first, sides->second) ||
                   infer(sides->second, sides->first);
  }
}
