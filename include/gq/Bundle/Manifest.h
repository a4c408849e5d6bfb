//===- Manifest.h - the metadata of a bundle, parsed ------------*- C++ -*-===//
//
// The typed form of the JSON metadata (see Schema.md). Names are resolved to
// indices and everything that does not depend on a shape is checked when it is
// read, so that a launch has neither strings to compare nor static errors left.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_BUNDLE_MANIFEST_H
#define GQ_BUNDLE_MANIFEST_H

#include "gq/Bundle/Error.h"
#include "gq/Bundle/Expr.h"
#include "gq/Support/ElementType.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gridquant {

/// Limits that let a launch work in fixed arrays on the stack.
namespace limits {
constexpr unsigned rank = 8;
constexpr unsigned tensors = 64;  // of all kinds; bits of temporaries
constexpr unsigned launches = 16; // per function
constexpr unsigned params = 128;  // largest variants of all launches
constexpr unsigned slots = 1 + tensors * rank;
constexpr unsigned tensorMapRank = 5;
} // namespace limits

/// Slot 0 of the expressions of a function.
constexpr uint32_t numSMsSlot = 0;

struct InputTensor {
  std::string name;
  std::string label;   // what the program calls it; empty: it does not say
  std::string display; // for messages: "arg2 (%b)", or the name
  ElementType type;
  std::vector<int64_t> shape; // -1: dynamic
  uint32_t firstSlot;         // of `shape.size()` consecutive slots
  bool constant;              // read before the kernel in front has completed
  bool pitched;               // a matrix; the slot behind those is its pitch
};

/// An output or a temporary: its shape follows from the inputs.
struct DerivedTensor {
  std::string name;
  ElementType type;
  std::vector<ExprRef> shape;
  uint32_t firstSlot; // outputs only
};

/// A tensor that the bundle has the contents of, row major.
struct ConstantTensor {
  std::string name;
  ElementType type;
  std::vector<int64_t> shape;
  uint64_t bytes;
  uint32_t image; // of the bundle, of kind Data
  bool splat;     // the image is one element, all are equal to
};

struct Check {
  ExprRef condition;
  std::string message;
};

/// The values are those of CUtensorMapDataType.
enum class TensorMapType : uint8_t { U8 = 0, F16 = 6, F32 = 7, BF16 = 9 };

const char *stringify(TensorMapType type);
unsigned byteWidth(TensorMapType type);

struct TensorMapSpec {
  TensorMapType type;
  unsigned rank;
  ExprRef dims[limits::tensorMapRank]; // innermost first
  ExprRef strides[limits::tensorMapRank];
  uint32_t box[limits::tensorMapRank];
  unsigned swizzle;     // bytes
  unsigned l2Promotion; // bytes
};

enum class ParamKind : uint8_t { TensorMap, Pointer, I32, I64, F32 };

struct Param {
  ParamKind kind;
  uint32_t buffer =
      0; // tensormap, pointer: inputs, outputs, workspace, then constants
  uint32_t mapIndex = 0; // tensormap: of Variant::maps
  ExprRef value = 0;     // i32, i64
  float f32 = 0;
};

struct Variant {
  std::optional<ExprRef> when;
  std::string kernel;
  ExprRef grid[3];
  uint32_t block[3];
  uint32_t cluster[3];
  uint32_t sharedBytes;
  /// May be launched before the launch in front of it has completed.
  bool dependent;
  std::vector<Param> params;
  std::vector<TensorMapSpec> maps;
  /// Bit i: temporary i of the function is among the parameters.
  uint64_t temporaries = 0;
};

struct Launch {
  std::vector<Variant> variants;
};

struct Function {
  std::string name;
  std::vector<InputTensor> inputs;
  std::vector<DerivedTensor> outputs;
  std::vector<DerivedTensor> workspace;
  std::vector<ConstantTensor> constants;
  std::vector<Check> checks;
  std::vector<Launch> launches;
  ExprPool exprs;
  uint32_t slotCount;

  /// As the metadata has it, and as messages have it.
  const std::string &bufferName(uint32_t buffer) const;
  const std::string &bufferDisplay(uint32_t buffer) const;
};

struct Target {
  std::string name; // "sm_90a"
  int major, minor;
  bool exact; // a suffix 'a' binds the code to exactly this capability

  bool runsOn(int deviceMajor, int deviceMinor) const;
};

/// "sm_90a" -> {9, 0, exact}. Nothing for other spellings.
std::optional<Target> parseTarget(std::string_view name);

struct Manifest {
  Target target;
  /// The GPU that tiles were chosen for, "h200"; empty if it does not say.
  std::string gpu;
  /// "gridquant 0.1.0 (0123456789ab)"; empty if it does not say.
  std::string producer;
  std::vector<Function> functions;
};

/// The highest that is read. What has no pitched input is written as 2, without
/// constants as 1, which older readers know.
constexpr int64_t metadataVersion = 3;

Expected<Manifest> parseManifest(std::string_view json);

} // namespace gridquant

#endif // GQ_BUNDLE_MANIFEST_H
