//===- GQAttrs.cpp - checks of configs ------------------------------------===//
//
// Configs are written by people: what cannot be true of any op is refused here,
// by key and value. What depends on the op is refused by its verifier, what
// depends on the target by gq-select-config.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include <limits>

using namespace mlir;
using namespace mlir::gq;

#include "gq/Dialect/GQ/IR/GQEnums.cpp.inc"

using EmitError = function_ref<InFlightDiagnostic()>;

/// Products of two such numbers have room in 64 bits.
static constexpr int64_t kMost = std::numeric_limits<int32_t>::max();

static LogicalResult verifyKey(EmitError emitError, StringRef key,
                               int64_t value, int64_t least = 1,
                               int64_t most = kMost) {
  if (value < least)
    return emitError() << "expects " << key << " of at least " << least
                       << ", got " << value;
  if (value > most)
    return emitError() << "expects " << key << " of at most " << most
                       << ", got " << value;
  return success();
}

static LogicalResult verifyTile(EmitError emitError, ArrayRef<int64_t> tile,
                                size_t sizes) {
  if (tile.size() != sizes)
    return emitError() << "expects tile to have " << sizes << " sizes, got "
                       << tile.size();
  for (int64_t size : tile)
    if (failed(verifyKey(emitError, "tile sizes", size)))
      return failure();
  return success();
}

static LogicalResult verifyCandidate(EmitError emitError,
                                     std::optional<int64_t> candidate) {
  return verifyKey(emitError, "candidate", candidate.value_or(0), 0);
}

LogicalResult MatmulConfigAttr::verify(EmitError emitError,
                                       ArrayRef<int64_t> tile, int64_t stages,
                                       int64_t mathGroups, Schedule,
                                       int64_t raster, bool,
                                       ArrayRef<int64_t> registers,
                                       std::optional<int64_t> candidate) {
  if (failed(verifyTile(emitError, tile, 3)))
    return failure();
  if (!registers.empty() && registers.size() != 2)
    return emitError() << "expects registers to hold 2 counts (producer, math "
                          "groups), got "
                       << registers.size();
  for (int64_t count : registers)
    if (failed(verifyKey(emitError, "registers", count)))
      return failure();
  return success(succeeded(verifyKey(emitError, "stages", stages)) &&
                 succeeded(verifyKey(emitError, "math_groups", mathGroups)) &&
                 succeeded(verifyKey(emitError, "raster", raster)) &&
                 succeeded(verifyCandidate(emitError, candidate)));
}

LogicalResult QuantizeConfigAttr::verify(EmitError emitError,
                                         ArrayRef<int64_t> tile,
                                         int64_t threads, int64_t cluster,
                                         int64_t passes, int64_t slabs,
                                         std::optional<bool> park,
                                         std::optional<int64_t> candidate) {
  if (failed(verifyTile(emitError, tile, 2)) ||
      failed(verifyKey(emitError, "threads", threads)) ||
      failed(verifyKey(emitError, "cluster", cluster)) ||
      failed(verifyKey(emitError, "passes", passes, 1, 2)) ||
      failed(verifyKey(emitError, "slabs", slabs)) ||
      failed(verifyCandidate(emitError, candidate)))
    return failure();
  if (slabs > 1 && cluster > 1)
    return emitError() << "expects a cluster of 1 with slabs of " << slabs
                       << ", got " << cluster;
  if (park.value_or(false) && slabs == 1)
    return emitError() << "expects slabs above 1 with park, got " << slabs;
  if (park.value_or(false) && passes == 2)
    return emitError() << "expects passes of 1 with park, got " << passes;
  return success();
}

QuantizeConfigAttr QuantizeConfigAttr::withoutPasses() const {
  return get(getContext(), getTile(), getThreads(), getCluster(), /*passes=*/1,
             /*slabs=*/1, /*park=*/std::nullopt, getCandidate());
}
