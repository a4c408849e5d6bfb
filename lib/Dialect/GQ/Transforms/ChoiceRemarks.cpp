//===- ChoiceRemarks.cpp - what is said of choices ------------------------===//
#include "ChoiceRemarks.h"
#include "Candidates.h"
#include "gq/Support/Remarks.h"
#include "mlir/Support/DebugStringHelper.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::gq;
using strategy::Candidates;
using strategy::MatmulShape;
using strategy::QuantizeShape;

static constexpr StringLiteral kPass = "gq-select-config",
                               kCandidates = "candidates";

template <typename ConfigT>
static void remarkAll(Operation *op, const Candidates<ConfigT> &candidates,
                      const Twine &where) {
  if (!op->getContext()->getRemarkEngine())
    return;
  for (auto [i, candidate] : llvm::enumerate(candidates)) {
    std::string name = "candidate " + std::to_string(i);
    std::string config =
        where.str() + debugString(attrOf(op->getContext(), candidate.config));
    if (candidate.refusal)
      remarkMissed(op, kCandidates, name, config + ": " + *candidate.refusal);
    else
      remarkAnalysis(
          op, kCandidates, name,
          config + ": cost " + llvm::formatv("{0:f2}", candidate.cost).str() +
              ", " + Twine(candidate.sharedMemory) +
              " bytes of shared memory, " + Twine(candidate.registers) +
              " of " + Twine(candidate.registersLimit) + " registers");
  }
}

void mlir::gq::remarkCandidates(Operation *op,
                                const Candidates<MatmulConfig> &candidates,
                                const Twine &where) {
  remarkAll(op, candidates, where);
}

void mlir::gq::remarkCandidates(Operation *op,
                                const Candidates<QuantizeConfig> &candidates,
                                const Twine &where) {
  remarkAll(op, candidates, where);
}

void mlir::gq::remarkDetours(Operation *op, const QuantizeShape &shape,
                             const QuantizeConfig &config,
                             const TargetModel &target) {
  if (config.isSplit())
    remarkMissed(op, kPass, "passes",
                 config.candidate
                     ? "x is read twice: no tile of whole blocks of " +
                           Twine(shape.block[0]) + "x" + Twine(shape.block[1]) +
                           " fits the registers of a cluster"
                     : Twine("x is read twice, as its config says"));
  if (config.cluster > 1)
    remarkDecision(op, kPass, "cluster",
                   Twine(config.cluster) +
                       " thread blocks share a tile: one has no registers for "
                       "all of it");
  if (config.slabs == 1)
    return;
  if (config.passes == 2)
    return remarkMissed(op, kPass, "park",
                        "every slab is read again: passes = 2 keeps none");
  QuantizeConfig parked = config;
  parked.park = true;
  int64_t bytes = strategy::parkedBytes(shape, parked);
  std::string again = (Twine(config.slabs - 1) + " of " + Twine(config.slabs) +
                       " slabs are read again: ")
                          .str();
  if (config.parks())
    remarkDecision(op, kPass, "park",
                   Twine(bytes) + " bytes wait in shared memory for the cast");
  else if (strategy::canPark(target, shape, config))
    remarkMissed(op, kPass, "park",
                 again + Twine(bytes) +
                     " bytes of them may wait in shared memory, but park is "
                     "false");
  else
    remarkMissed(op, kPass, "park",
                 again + "they take " + Twine(bytes) + " bytes of the " +
                     Twine(target.sharedMemory) + " of shared memory");
}

void mlir::gq::remarkPromotion(Operation *op, const MatmulShape &shape,
                               const MatmulConfig &config, int64_t promote) {
  if (promote > config.tile[2])
    remarkMissed(op, kPass, "promote",
                 "promotes every " + Twine(config.tile[2]) +
                     " elements of K, the step of the loop, not every " +
                     Twine(promote));
  int64_t wanted = std::min(config.tile[2], promote);
  if (int64_t depth = strategy::promotedDepth(shape, wanted); depth < wanted)
    remarkMissed(op, kPass, "promote",
                 "promotes every " + Twine(depth) +
                     " elements of K, where blocks of a or b end, not every " +
                     Twine(wanted) + ": " + Twine(wanted / depth) +
                     " times the multiply-adds outside of the tensor cores");
}

void mlir::gq::remarkStep(Operation *op, const MatmulShape &shape,
                          const TargetModel &target) {
  int64_t slot = target.swizzleBytes * 8 / shape.operandBits;
  if (int64_t step = strategy::depthOfStep(target, shape); step < slot)
    remarkMissed(op, kPass, "step",
                 "steps of " + Twine(step) +
                     " elements of K, the longest that go into blocks of " +
                     Twine(shape.aBlock[1]) + " and " + Twine(shape.bBlock[1]) +
                     " of a and b" +
                     (shape.kOrigin ? ", which begin inside of one" : "") +
                     ": the copy engine brings " + Twine(slot) + " for each");
}
