//===- VariantReader.cpp - kernel variants and their parameters -----------===//
#include "ManifestReader.h"

namespace gridquant {

const char *stringify(TensorMapType type) {
  switch (type) {
  case TensorMapType::U8:
    return "u8";
  case TensorMapType::F16:
    return "f16";
  case TensorMapType::F32:
    return "f32";
  case TensorMapType::BF16:
    return "bf16";
  }
  return "unknown";
}

unsigned byteWidth(TensorMapType type) {
  switch (type) {
  case TensorMapType::U8:
    return 1;
  case TensorMapType::F16:
  case TensorMapType::BF16:
    return 2;
  case TensorMapType::F32:
    return 4;
  }
  return 1;
}

static TensorMapType readMapType(const JsonCursor &json) {
  std::string name = json.string();
  for (TensorMapType type : {TensorMapType::U8, TensorMapType::BF16,
                             TensorMapType::F16, TensorMapType::F32})
    if (name == stringify(type))
      return type;
  json.fail("unknown tensor map type '" + name +
            "', u8, bf16, f16 or f32 is needed");
  return TensorMapType::U8;
}

/// An optional number of bytes out of {0, a, b, c}.
static unsigned readByteChoice(const JsonCursor &json, unsigned a, unsigned b,
                               unsigned c) {
  int64_t bytes = json.integer();
  for (unsigned choice : {0u, a, b, c})
    if (bytes == choice)
      return choice;
  json.fail("is " + std::to_string(bytes) + ", 0, " + std::to_string(a) + ", " +
            std::to_string(b) + " or " + std::to_string(c) + " is needed");
  return 0;
}

static uint32_t readBuffer(const JsonCursor &json, const FunctionScope &scope) {
  std::string name = json.string();
  auto found = scope.buffers.find(name);
  if (found != scope.buffers.end())
    return found->second;
  json.fail("'" + name +
            "' is not an input, an output, a workspace buffer or "
            "a constant");
  return 0;
}

/// The rules of TMA that do not depend on a shape.
static void checkBox(const JsonCursor &json, const TensorMapSpec &map) {
  uint32_t innerBytes = map.box[0] * byteWidth(map.type);
  if (innerBytes % 16)
    json.fail("inner box extent of " + std::to_string(innerBytes) +
              " bytes is not a multiple of the 16 bytes that tma needs");
  if (map.swizzle && innerBytes > map.swizzle)
    json.fail("inner box extent of " + std::to_string(innerBytes) +
              " bytes is larger than the swizzle span of " +
              std::to_string(map.swizzle) + " bytes");
}

static TensorMapSpec readTensorMap(const JsonCursor &json, ExprPool &pool,
                                   const FunctionScope &scope) {
  TensorMapSpec map{};
  map.type = readMapType(json.field("dtype"));
  std::vector<JsonCursor> dims = json.field("dims").items();
  std::vector<JsonCursor> strides = json.field("strides").items();
  std::vector<JsonCursor> box = json.field("box").items();
  if (json.valid()) {
    if (dims.empty() || dims.size() > limits::tensorMapRank)
      json.fail("tensor map has rank " + std::to_string(dims.size()) +
                ", 1 to " + std::to_string(limits::tensorMapRank) +
                " is needed");
    else if (strides.size() + 1 != dims.size() || box.size() != dims.size())
      json.fail("tensor map of rank " + std::to_string(dims.size()) + " has " +
                std::to_string(strides.size()) + " strides and " +
                std::to_string(box.size()) + " box extents, " +
                std::to_string(dims.size() - 1) + " and " +
                std::to_string(dims.size()) + " are needed");
  }
  map.swizzle = readByteChoice(json.field("swizzle"), 32, 64, 128);
  map.l2Promotion = readByteChoice(json.field("l2promotion"), 64, 128, 256);
  if (!json.valid())
    return map;
  map.rank = static_cast<unsigned>(dims.size());
  for (unsigned i = 0; i < map.rank; ++i) {
    map.dims[i] = readExpr(dims[i], pool, scope);
    map.box[i] = static_cast<uint32_t>(box[i].integer(1, 256));
    if (i + 1 < map.rank)
      map.strides[i] = readExpr(strides[i], pool, scope);
  }
  if (json.valid())
    checkBox(json, map);
  return map;
}

static Param readParam(const JsonCursor &json, ExprPool &pool,
                       const FunctionScope &scope,
                       std::vector<TensorMapSpec> &maps) {
  Param param{};
  std::string kind = json.field("kind").string();
  if (kind == "tensormap") {
    param.kind = ParamKind::TensorMap;
    param.buffer = readBuffer(json.field("buffer"), scope);
    param.mapIndex = static_cast<uint32_t>(maps.size());
    maps.push_back(readTensorMap(json, pool, scope));
  } else if (kind == "pointer") {
    param.kind = ParamKind::Pointer;
    param.buffer = readBuffer(json.field("buffer"), scope);
  } else if (kind == "i32" || kind == "i64") {
    param.kind = kind == "i32" ? ParamKind::I32 : ParamKind::I64;
    param.value = readExpr(json.field("value"), pool, scope);
  } else if (kind == "f32") {
    param.kind = ParamKind::F32;
    param.f32 = static_cast<float>(json.field("value").number());
  } else {
    json.field("kind").fail("unknown parameter kind '" + kind + "'");
  }
  return param;
}

static void readExtents(const JsonCursor &json, int64_t high, uint32_t *out) {
  std::vector<JsonCursor> items = json.items();
  if (json.valid() && items.size() != 3)
    json.fail("has " + std::to_string(items.size()) + " extents, 3 are needed");
  for (size_t i = 0; i < 3 && json.valid(); ++i)
    out[i] = static_cast<uint32_t>(items[i].integer(1, high));
}

static void checkProduct(const JsonCursor &json, const uint32_t *extents,
                         uint64_t limit, const char *what) {
  uint64_t product = uint64_t(extents[0]) * extents[1] * extents[2];
  if (json.valid() && product > limit)
    json.fail("has " + std::to_string(product) + " " + what + ", at most " +
              std::to_string(limit) + " are possible");
}

Variant readVariant(const JsonCursor &json, ExprPool &pool,
                    const FunctionScope &scope) {
  Variant variant{};
  // The whole of json.valid() matters: an invalid optional is just missing.
  if (JsonCursor when = json.optional("when"); when.valid())
    variant.when = readExpr(when, pool, scope);
  variant.kernel = json.field("kernel").string();

  JsonCursor grid = json.field("grid");
  std::vector<JsonCursor> extents = grid.items();
  if (grid.valid() && extents.size() != 3)
    grid.fail("has " + std::to_string(extents.size()) +
              " extents, 3 are needed");
  for (size_t i = 0; i < 3 && grid.valid(); ++i)
    variant.grid[i] = readExpr(extents[i], pool, scope);

  // The limits of hardware: threads of a block, blocks of a portable cluster.
  JsonCursor block = json.field("block");
  readExtents(block, 1024, variant.block);
  checkProduct(block, variant.block, 1024, "threads");
  JsonCursor cluster = json.field("cluster");
  readExtents(cluster, 8, variant.cluster);
  checkProduct(cluster, variant.cluster, 8, "blocks");
  variant.sharedBytes =
      static_cast<uint32_t>(json.field("smem").integer(0, 1 << 20));
  if (JsonCursor dependent = json.optional("dependent"); dependent.valid())
    variant.dependent = dependent.boolean();

  for (const JsonCursor &param : json.field("params").items())
    variant.params.push_back(readParam(param, pool, scope, variant.maps));
  return variant;
}

} // namespace gridquant
