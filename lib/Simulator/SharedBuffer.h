//===- SharedBuffer.h - tiles in shared memory, and what waits there ------===//
//
// One simulated thread block stands for all thread blocks of a cluster: what
// each of them has in its shared memory lies above one another.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_SIMULATOR_SHAREDBUFFER_H
#define GQ_LIB_SIMULATOR_SHAREDBUFFER_H

#include "gq/Dialect/GQGPU/Protocol/SharedState.h"
#include "gq/Reference/RuntimeValue.h"

#include <map>
#include <vector>

namespace mlir::gq::sim {

/// A gqgpu.shared_alloc.
class SharedBuffer : public RuntimeObject {
public:
  explicit SharedBuffer(gqgpu::TileType type) : type(type) {}
  bool hasType(Type other) const override { return other == type; }
  std::string typeToString() const override { return "a buffer"; }

  /// What an agent has in it: the whole thread block, or a role its own part.
  struct Part {
    gqgpu::SharedState state;
    RuntimeTensor data;
  };
  Part &of(unsigned agent) { return parts[agent]; }

private:
  gqgpu::TileType type;
  std::map<unsigned, Part> parts;
};

/// A fragment in a buffer.
class Parked : public RuntimeObject {
public:
  Parked(gqgpu::ParkedType type, gqgpu::ParkOp op,
         std::shared_ptr<SharedBuffer> buffer)
      : type(type), op(op), buffer(std::move(buffer)) {}
  bool hasType(Type other) const override { return other == type; }
  std::string typeToString() const override { return "a parked fragment"; }

  gqgpu::ParkedType type;
  gqgpu::ParkOp op;
  std::shared_ptr<SharedBuffer> buffer;
};

/// For each thread of the cluster, and each of its groups of chunks in one
/// block, a maximum or what else they are reduced to.
class Partial : public RuntimeObject {
public:
  explicit Partial(gqgpu::PartialType type) : type(type) {}
  bool hasType(Type other) const override { return other == type; }
  std::string typeToString() const override { return "partial values"; }

  gqgpu::PartialType type;
  /// Group `g` of thread `t` at `t * groups + g`; empty while only accesses are
  /// checked. Values of i32 are
  /// `integers`.
  std::vector<float> maxima;
  std::vector<int32_t> integers;
};

} // namespace mlir::gq::sim

#endif // GQ_LIB_SIMULATOR_SHAREDBUFFER_H
