//===- Extensions.cpp - passes of others between the stages ---------------===//
#include "gq/Pipelines/Extensions.h"
#include "gq/Pipelines/Pipelines.h"

using namespace mlir;
using namespace mlir::gq;

namespace {
/// The first and the last pass that works on a level.
struct Level {
  StringLiteral name, first, last;
};
} // namespace

static constexpr Level kLevels[] = {
    {"tensors", "gq-flatten", "gq-agree-scales"},
    {"strategy", "gq-select-config", "gq-apply-config"},
    {"tiles", "gq-tile", "gq-tile"},
    {"kernels", "gq-outline-kernels", kExpandTileLoopsStage},
    {"machine", kConvertStage, kConvertStage},
    {"bundle", kSerializeStage, kSerializeStage},
};

static SmallVector<StringRef> allPasses() {
  SmallVector<StringRef> passes = gq::getStages();
  passes.append({kExpandTileLoopsStage, kConvertStage, kSerializeStage});
  return passes;
}

SmallVector<StringRef> PipelineExtensions::getStages() {
  auto names = llvm::map_to_vector(
      kLevels, [](const Level &level) { return StringRef(level.name); });
  llvm::append_range(names, allPasses());
  return names;
}

/// The pass that a stage begins with, or ends with.
static FailureOr<StringRef> passOf(StringRef stage, StringLiteral Level::*end) {
  for (const Level &level : kLevels)
    if (level.name == stage)
      return StringRef(level.*end);
  for (StringRef pass : allPasses())
    if (pass == stage)
      return pass;
  return failure();
}

LogicalResult PipelineExtensions::before(StringRef stage, Callback callback) {
  FailureOr<StringRef> pass = passOf(stage, &Level::first);
  if (failed(pass))
    return failure();
  inFront.push_back({pass->str(), std::move(callback)});
  return success();
}

LogicalResult PipelineExtensions::after(StringRef stage, Callback callback) {
  FailureOr<StringRef> pass = passOf(stage, &Level::last);
  if (failed(pass))
    return failure();
  behind.push_back({pass->str(), std::move(callback)});
  return success();
}

void PipelineExtensions::addBefore(OpPassManager &pm, StringRef stage) const {
  for (const Entry &entry : inFront)
    if (entry.pass == stage)
      entry.callback(pm);
}

void PipelineExtensions::addAfter(OpPassManager &pm, StringRef stage) const {
  for (const Entry &entry : behind)
    if (entry.pass == stage)
      entry.callback(pm);
}
