//===- TunedConfigs.cpp - configs that were measured ----------------------===//
#include "gq/Dialect/GQ/Transforms/TunedConfigs.h"
#include "mlir/AsmParser/AsmParser.h"
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
    result.configs[entryName(*target, *key)] = attr;
  }
  return std::move(result);
}

StrategyAttrInterface TunedConfigs::find(const TargetModel &target,
                                         StringRef key) const {
  return configs.lookup(entryName(target.name, key));
}
