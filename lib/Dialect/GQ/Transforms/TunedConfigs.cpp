//===- TunedConfigs.cpp - configs that were measured ----------------------===//
#include "gq/Dialect/GQ/Transforms/TunedConfigs.h"
#include "Branches.h"
#include "gq/Support/Remarks.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Support/DebugStringHelper.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::gq;
namespace json = llvm::json;

static constexpr int64_t kVersion = 1;

static std::string entryName(StringRef target, StringRef key) {
  return (target + " " + key).str();
}

FailureOr<TunedConfigs> TunedConfigs::read(Location loc, StringRef path) {
  auto fail = [&](const Twine &what) {
    return emitError(loc) << "tuned '" << path << "' " << what, failure();
  };
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return fail("cannot be read: " + file.getError().message());
  llvm::Expected<json::Value> parsed = json::parse((*file)->getBuffer());
  if (!parsed)
    return fail("is not valid json: " + llvm::toString(parsed.takeError()));
  const json::Object *table = parsed->getAsObject();
  std::optional<int64_t> version =
      table ? table->getInteger("gridquant_tuned") : std::nullopt;
  if (version != kVersion)
    return fail("expects gridquant_tuned to be " + Twine(kVersion) + ", got " +
                (version ? Twine(*version) : Twine("none")));
  const json::Array *entries = table->getArray("entries");
  if (!entries)
    return fail("has no array entries");
  TunedConfigs result;
  for (auto [i, value] : llvm::enumerate(*entries)) {
    const json::Object *entry = value.getAsObject();
    std::optional<StringRef> target, key, config;
    if (entry) {
      target = entry->getString("target");
      key = entry->getString("key");
      config = entry->getString("config");
    }
    if (!target || !key || !config)
      return fail("expects strings target, key and config in entry " +
                  Twine(i));
    // What it says of a config that does not parse is of that text alone.
    std::string why;
    StrategyAttrInterface attr;
    {
      ScopedDiagnosticHandler handler(loc.getContext(), [&](Diagnostic &diag) {
        why = diag.str();
        return success();
      });
      Attribute any = parseAttribute(*config, loc.getContext());
      if (isa_and_nonnull<MatmulConfigAttr, MatmulVariantsAttr>(any))
        attr = cast<StrategyAttrInterface>(any);
    }
    if (!attr)
      return fail(
          "expects a #gq.matmul_config or #gq.matmul_variants in entry " +
          Twine(i) + ", got '" + *config + "'" +
          (why.empty() ? "" : ": " + why));
    // Rows are in ascending order.
    int64_t leastRows = 1;
    if (const json::Array *measured = entry->getArray("measured");
        measured && !measured->empty())
      if (const json::Object *first = measured->front().getAsObject())
        leastRows = first->getInteger("rows").value_or(leastRows);
    result.configs[entryName(*target, *key)] = {attr, leastRows};
  }
  return std::move(result);
}

TunedConfigs::Entry TunedConfigs::find(const TargetModel &target,
                                       StringRef key) const {
  return configs.lookup(entryName(target.name, key));
}

static constexpr StringLiteral kPass = "gq-select-config";

/// `tuned`, and before it what is chosen for fewer rows than were measured, as
/// far as there is room for more kernels.
static StrategyAttrInterface withFewerRows(BlockOpInterface op,
                                           const strategy::MatmulShape &shape,
                                           const TargetModel &target,
                                           size_t mostVariants,
                                           const TunedConfigs::Entry &tuned) {
  SmallVector<int64_t> limits;
  SmallVector<MatmulConfigAttr> configs;
  std::string refusal;
  if (tuned.leastRows > 1 && shape.m == strategy::kUnknown &&
      canBranch(op, refusal))
    for (const strategy::MatmulVariant &variant :
         strategy::variants(target, shape, mostVariants, Schedule::Cooperative))
      if (variant.mostRows != strategy::kUnknown &&
          variant.mostRows < tuned.leastRows) {
        limits.push_back(variant.mostRows);
        configs.push_back(
            MatmulConfigAttr::get(op->getContext(), variant.config));
      }
  size_t own = configs.size();
  if (auto variants = dyn_cast<MatmulVariantsAttr>(tuned.config)) {
    llvm::append_range(limits, variants.getLimits());
    llvm::append_range(configs, variants.getConfigs());
  } else {
    configs.push_back(cast<MatmulConfigAttr>(tuned.config));
  }
  // A config for more rows takes no longer for fewer.
  size_t over = configs.size() - std::min(configs.size(), mostVariants);
  size_t dropped = std::min(own, over);
  if (own == dropped)
    return tuned.config;
  return MatmulVariantsAttr::get(op->getContext(),
                                 ArrayRef(limits).drop_front(dropped),
                                 ArrayRef(configs).drop_front(dropped));
}

void mlir::gq::takeTuned(BlockOpInterface op,
                         const strategy::MatmulShape &shape,
                         const TargetModel &target, size_t mostVariants,
                         const TunedConfigs &tuned) {
  std::string key = strategy::tuningKey(shape);
  TunedConfigs::Entry entry = tuned.find(target, key);
  StrategyAttrInterface config = entry.config;
  auto missed = [&](const Twine &why) {
    remarkMissed(op, kPass, "tuned", "nothing measured is taken: " + why);
  };
  if (!config)
    return missed("the table has no '" + key + "' for " + target.name);
  SmallVector<MatmulConfigAttr> configs;
  if (auto variants = dyn_cast<MatmulVariantsAttr>(config)) {
    llvm::append_range(configs, variants.getConfigs());
    std::string refusal;
    if (configs.size() > mostVariants)
      return missed("it has " + Twine(configs.size()) +
                    " variants, expects at most " + Twine(mostVariants));
    if (!canBranch(op, refusal))
      return missed(refusal);
  } else {
    configs.push_back(cast<MatmulConfigAttr>(config));
  }
  for (MatmulConfigAttr one : configs) {
    strategy::MatmulShape own =
        strategy::multiplied(target, shape, one.getValue());
    if (shape.batchInvariant && !strategy::sumsAsAsked(shape, one.getValue()))
      return missed(debugString(one) +
                    " takes sums in an order of its own, which "
                    "batch_invariant does not allow");
    if (strategy::Refusal refusal = strategy::refuse(
            target, own, strategy::complete(target, own, one.getValue())))
      return missed(debugString(one) + " " + *refusal);
  }
  op.setStrategy(withFewerRows(op, shape, target, mostVariants, entry));
  remarkDecision(op, kPass, "tuned", "takes what was measured");
}
