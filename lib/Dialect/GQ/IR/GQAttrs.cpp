//===- GQAttrs.cpp - text form and checks of #gq.config -------------------===//
//
// The attribute is written by people, so keys may come in any order, defaults
// may be left out, and an unknown key is an error that names it.
//
//===----------------------------------------------------------------------===//
#include "gq/Dialect/GQ/IR/GQ.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace mlir::gq;

#include "gq/Dialect/GQ/IR/GQEnums.cpp.inc"

static ParseResult parseIntegerList(AsmParser &parser,
                                    SmallVectorImpl<int64_t> &list) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
    return parser.parseInteger(list.emplace_back());
  });
}

Attribute ConfigAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t> tile, registers;
  int64_t stages = 4, mathGroups = 2, raster = 0, threads = 256, cluster = 1,
          passes = 1, slabs = 1;
  Schedule schedule = Schedule::Cooperative;
  bool earlyWait = true;
  SmallVector<StringRef> seen;
  llvm::SMLoc start = parser.getCurrentLocation();

  auto parseField = [&]() -> ParseResult {
    llvm::SMLoc loc = parser.getCurrentLocation();
    StringRef key;
    if (parser.parseKeyword(&key) || parser.parseEqual())
      return failure();
    if (llvm::is_contained(seen, key))
      return parser.emitError(loc, "duplicate key '")
             << key << "' in gq.config";
    seen.push_back(key);
    if (key == "tile")
      return parseIntegerList(parser, tile);
    if (key == "registers")
      return parseIntegerList(parser, registers);
    if (key == "stages")
      return parser.parseInteger(stages);
    if (key == "math_groups")
      return parser.parseInteger(mathGroups);
    if (key == "raster")
      return parser.parseInteger(raster);
    if (key == "threads")
      return parser.parseInteger(threads);
    if (key == "cluster")
      return parser.parseInteger(cluster);
    if (key == "passes")
      return parser.parseInteger(passes);
    if (key == "slabs")
      return parser.parseInteger(slabs);
    if (key == "early_wait") {
      StringRef value;
      if (parser.parseKeyword(&value))
        return failure();
      if (value != "true" && value != "false")
        return parser.emitError(loc, "expects early_wait to be true or false, "
                                     "got ")
               << value;
      earlyWait = value == "true";
      return success();
    }
    if (key == "schedule") {
      StringRef value;
      if (parser.parseKeyword(&value))
        return failure();
      std::optional<Schedule> parsed = symbolizeSchedule(value);
      if (!parsed)
        return parser.emitError(loc, "expects schedule to be cooperative, got ")
               << value;
      schedule = *parsed;
      return success();
    }
    return parser.emitError(loc, "unknown key '")
           << key
           << "' in gq.config, expects one of tile, stages, math_groups, "
              "schedule, raster, early_wait, registers, threads, cluster, "
              "passes, slabs";
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater,
                                     parseField))
    return {};
  return parser.getChecked<ConfigAttr>(
      start, parser.getContext(), ArrayRef<int64_t>(tile), stages, mathGroups,
      schedule, raster, earlyWait, ArrayRef<int64_t>(registers), threads,
      cluster, passes, slabs);
}

void ConfigAttr::print(AsmPrinter &printer) const {
  auto list = [&](ArrayRef<int64_t> values) {
    printer << '[';
    llvm::interleaveComma(values, printer);
    printer << ']';
  };
  printer << "<tile = ";
  list(getTile());
  if (getStages() != 4)
    printer << ", stages = " << getStages();
  if (getMathGroups() != 2)
    printer << ", math_groups = " << getMathGroups();
  if (getSchedule() != Schedule::Cooperative)
    printer << ", schedule = " << stringifySchedule(getSchedule());
  if (getRaster() != 0)
    printer << ", raster = " << getRaster();
  if (!getEarlyWait())
    printer << ", early_wait = false";
  if (!getRegisters().empty()) {
    printer << ", registers = ";
    list(getRegisters());
  }
  if (getThreads() != 256)
    printer << ", threads = " << getThreads();
  if (getCluster() != 1)
    printer << ", cluster = " << getCluster();
  if (getPasses() != 1)
    printer << ", passes = " << getPasses();
  if (getSlabs() != 1)
    printer << ", slabs = " << getSlabs();
  printer << '>';
}

LogicalResult ConfigAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<int64_t> tile, int64_t stages,
                                 int64_t mathGroups, Schedule, int64_t raster,
                                 bool, ArrayRef<int64_t> registers,
                                 int64_t threads, int64_t cluster,
                                 int64_t passes, int64_t slabs) {
  if (tile.size() < 2 || tile.size() > 3)
    return emitError() << "expects tile to have 2 or 3 sizes, got "
                       << tile.size();
  for (int64_t size : tile)
    if (size <= 0)
      return emitError() << "expects positive tile sizes, got " << size;
  if (!registers.empty() && registers.size() != 2)
    return emitError() << "expects registers to hold 2 counts (producer, math "
                          "groups), got "
                       << registers.size();
  auto positive = [&](StringRef name, int64_t value,
                      int64_t least) -> LogicalResult {
    if (value >= least)
      return success();
    return emitError() << "expects " << name << " of at least " << least
                       << ", got " << value;
  };
  if (failed(positive("stages", stages, 1)) ||
      failed(positive("math_groups", mathGroups, 1)) ||
      failed(positive("raster", raster, 0)) ||
      failed(positive("threads", threads, 1)) ||
      failed(positive("cluster", cluster, 1)) ||
      failed(positive("slabs", slabs, 1)))
    return failure();
  if (passes != 1 && passes != 2)
    return emitError() << "expects passes of 1 or 2, got " << passes;
  if (slabs > 1 && cluster > 1)
    return emitError() << "expects a cluster of 1 with slabs of " << slabs
                       << ", got " << cluster;
  return success();
}

ConfigAttr ConfigAttr::withoutPasses() const {
  return get(getContext(), getTile(), getStages(), getMathGroups(),
             getSchedule(), getRaster(), getEarlyWait(), getRegisters(),
             getThreads(), getCluster(), /*passes=*/1, /*slabs=*/1);
}
