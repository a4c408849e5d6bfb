//===- Describe.cpp - bundles as text -------------------------------------===//
#include "gq/Bundle/Describe.h"

#include "gq/Bundle/Workspace.h"

namespace gridquant {

static std::string join(const std::vector<std::string> &items) {
  std::string text;
  for (const std::string &item : items)
    text += (text.empty() ? "" : ", ") + item;
  return "[" + text + "]";
}

static std::string shapeOf(const InputTensor &tensor) {
  std::vector<std::string> extents;
  for (int64_t extent : tensor.shape)
    extents.push_back(extent < 0 ? "?" : std::to_string(extent));
  return join(extents);
}

static std::string shapeOf(const DerivedTensor &tensor, const ExprPool &exprs) {
  std::vector<std::string> extents;
  for (ExprRef extent : tensor.shape)
    extents.push_back(exprs.print(extent));
  return join(extents);
}

static std::string shapeOf(const ConstantTensor &tensor) {
  std::vector<std::string> extents;
  for (int64_t extent : tensor.shape)
    extents.push_back(std::to_string(extent));
  return join(extents);
}

static std::string exprList(const ExprRef *refs, unsigned count,
                            const ExprPool &exprs) {
  std::vector<std::string> items;
  for (unsigned i = 0; i < count; ++i)
    items.push_back(exprs.print(refs[i]));
  return join(items);
}

static std::string numberList(const uint32_t *numbers, unsigned count) {
  std::vector<std::string> items;
  for (unsigned i = 0; i < count; ++i)
    items.push_back(std::to_string(numbers[i]));
  return join(items);
}

static std::string describeParam(const Param &param, const Variant &variant,
                                 const Function &function) {
  const ExprPool &exprs = function.exprs;
  switch (param.kind) {
  case ParamKind::TensorMap: {
    const TensorMapSpec &map = variant.maps[param.mapIndex];
    return "tensormap " + function.bufferName(param.buffer) + " " +
           stringify(map.type) + " dims " +
           exprList(map.dims, map.rank, exprs) + " strides " +
           exprList(map.strides, map.rank - 1, exprs) + " box " +
           numberList(map.box, map.rank) + " swizzle " +
           std::to_string(map.swizzle) + " l2promotion " +
           std::to_string(map.l2Promotion);
  }
  case ParamKind::Pointer:
    return "pointer " + function.bufferName(param.buffer);
  case ParamKind::I32:
    return "i32 " + exprs.print(param.value);
  case ParamKind::I64:
    return "i64 " + exprs.print(param.value);
  case ParamKind::F32:
    return "f32 " + std::to_string(param.f32);
  }
  return "unknown";
}

static void describeVariant(const Variant &variant, const Function &function,
                            std::string &out) {
  out += "      kernel " + variant.kernel;
  if (variant.when)
    out += " when " + function.exprs.print(*variant.when);
  out += "\n        grid " + exprList(variant.grid, 3, function.exprs) +
         " block " + numberList(variant.block, 3) + " cluster " +
         numberList(variant.cluster, 3) + " smem " +
         std::to_string(variant.sharedBytes) +
         (variant.dependent ? " dependent" : "") + "\n";
  for (const Param &param : variant.params)
    out += "        " + describeParam(param, variant, function) + "\n";
}

/// The launches that a temporary may be in use from and to.
static std::string describeLife(const Function &function, size_t number) {
  Temporary life;
  for (uint32_t i = 0; i < function.launches.size(); ++i)
    for (const Variant &variant : function.launches[i].variants)
      if (variant.temporaries >> number & 1)
        life.usedBy(i);
  if (!life.lives())
    return " in no launch";
  std::string text = " in launch " + std::to_string(life.first);
  return life.first == life.last ? text
                                 : text + " to " + std::to_string(life.last);
}

static void describeFunction(const Function &function, std::string &out) {
  out += "function " + function.name + "\n";
  for (const InputTensor &tensor : function.inputs)
    out += "  input " + tensor.display + " " + elementTypeName(tensor.type) +
           " " + shapeOf(tensor) + (tensor.constant ? " constant" : "") +
           (tensor.pitched ? " pitched\n" : "\n");
  for (const DerivedTensor &tensor : function.outputs)
    out += "  output " + tensor.name + " " + elementTypeName(tensor.type) +
           " " + shapeOf(tensor, function.exprs) + "\n";
  for (size_t i = 0; i < function.workspace.size(); ++i) {
    const DerivedTensor &tensor = function.workspace[i];
    out += "  workspace " + tensor.name + " " + elementTypeName(tensor.type) +
           " " + shapeOf(tensor, function.exprs) + describeLife(function, i) +
           "\n";
  }
  for (const ConstantTensor &tensor : function.constants)
    out += "  constant " + tensor.name + " " + elementTypeName(tensor.type) +
           " " + shapeOf(tensor) + " image " + std::to_string(tensor.image) +
           (tensor.splat ? " splat\n" : "\n");
  for (const Check &check : function.checks)
    out += "  check " + function.exprs.print(check.condition) + ": " +
           check.message + "\n";
  for (size_t i = 0; i < function.launches.size(); ++i) {
    const std::vector<Variant> &variants = function.launches[i].variants;
    out += "  launch " + std::to_string(i);
    if (variants.size() > 1)
      out += ", the first that applies of " + std::to_string(variants.size()) +
             " variants";
    out += "\n";
    for (const Variant &variant : variants)
      describeVariant(variant, function, out);
  }
}

std::string describe(const Manifest &manifest,
                     const std::vector<Image> &images) {
  std::string out = "target " + manifest.target.name + "\n";
  if (!manifest.gpu.empty())
    out += "gpu " + manifest.gpu + "\n";
  if (!manifest.producer.empty())
    out += "producer " + manifest.producer + "\n";
  for (const Image &image : images)
    out += std::string("image ") + stringify(image.kind) +
           (image.arch.empty() ? "" : " " + image.arch) + " " +
           std::to_string(image.bytes.size()) + " bytes\n";
  for (const Function &function : manifest.functions)
    describeFunction(function, out);
  return out;
}

} // namespace gridquant
