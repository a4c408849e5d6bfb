//===- TuneOptions.cpp - what gq-tune is asked ----------------------------===//
#include "TuneOptions.h"

#include "Arguments.h"

#include <optional>

namespace gridquant::bench {

const char *const tuneUsage =
    "usage: gq-tune [options] FOLDER...\n"
    "\n"
    "Measures a product in all configs that gq-compile --candidates=FOLDER "
    "has\n"
    "left in a folder, and writes which one is the fastest for which number "
    "of\n"
    "rows. The compiler takes that with --tuned=FILE.\n"
    "\n"
    "  --rows LIST      numbers of rows, with commas between them (default:\n"
    "                   64,128,256,512,1024,2048,4096,8192)\n"
    "  -o FILE          the table; what it has of other products stays\n"
    "                   (default: tuned.json)\n"
    "  --rounds N       turns of those near the best (default: 5)\n"
    "  --rep-ms MS      of each turn (default: 20)\n"
    "  --harness NAME   flushed or graph, as of gq-bench (default: flushed)\n"
    "  --graph-rows N   numbers of rows up to N with graph, whatever is said "
    "of\n"
    "                   the others (default: 0)\n"
    "  --flush-mb MB    memory written before each run (default: 256)\n"
    "  --seed N         of the data and of the order (default: 1)\n"
    "  --device N       (default: 0)\n"
    "  --commit TEXT    kept in FILE (default: what git says)\n"
    "  --quiet          no progress\n"
    "  --help\n";

std::string TuneOptions::describeMethod() const {
  std::string text = method.describe();
  if (graphRows == 0)
    return text;
  Method few = method;
  few.harness = Harness::Graph;
  return text + "; up to " + std::to_string(graphRows) +
         " rows: " + few.describe();
}

static std::optional<std::vector<int64_t>> readRows(const std::string &list) {
  std::vector<int64_t> rows;
  for (size_t at = 0; at <= list.size();) {
    size_t comma = std::min(list.find(',', at), list.size());
    std::optional<int64_t> row = wholeNumber(list.substr(at, comma - at), 1e9);
    if (!row || *row == 0 || (!rows.empty() && *row <= rows.back()))
      return std::nullopt;
    rows.push_back(*row);
    at = comma + 1;
  }
  return rows;
}

Expected<TuneOptions> parseTuneOptions(const std::vector<std::string> &args) {
  TuneOptions options;
  options.method.rounds = 5;
  options.method.repMs = 20;
  options.method.warmupMs = 8;
  for (size_t i = 0; i < args.size(); ++i) {
    std::string name = args[i], value;
    if (name == "--help" || name == "-h") {
      options.help = true;
      return std::move(options);
    }
    if (name == "--quiet") {
      options.quiet = true;
      continue;
    }
    if (name.size() < 2 || name[0] != '-') {
      options.folders.push_back(name);
      continue;
    }
    if (size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    } else if (i + 1 < args.size()) {
      value = args[++i];
    }
    auto number = [&](int64_t least, int64_t most, auto &to) -> Status {
      Expected<int64_t> read = wholeOption(name, value, least, most);
      if (!read)
        return Error{read.message()};
      to = static_cast<std::decay_t<decltype(to)>>(*read);
      return Status();
    };
    Status status;
    if (name == "--rows") {
      std::optional<std::vector<int64_t>> rows = readRows(value);
      if (!rows)
        return Error{"--rows is '" + value +
                     "', positive numbers in ascending order are needed"};
      options.rows = *rows;
    } else if (name == "-o") {
      options.output = value;
    } else if (name == "--commit") {
      options.commit = value;
    } else if (name == "--rounds") {
      status = number(1, 1000, options.method.rounds);
    } else if (name == "--rep-ms") {
      status = number(1, 100000, options.method.repMs);
    } else if (name == "--harness") {
      std::optional<Harness> harness = parseHarness(value);
      if (!harness)
        return Error{"--harness is '" + value +
                     "', flushed or graph is needed"};
      options.method.harness = *harness;
    } else if (name == "--graph-rows") {
      status = number(0, 1000000000, options.graphRows);
    } else if (name == "--flush-mb") {
      status = number(0, 1 << 16, options.method.flushBytes);
      options.method.flushBytes <<= 20;
    } else if (name == "--seed") {
      status = number(0, 1000000000, options.method.seed);
    } else if (name == "--device") {
      status = number(0, 1000, options.device);
    } else {
      return Error{"unknown option '" + name + "'"};
    }
    if (!status)
      return Error{status.message()};
    if (value.empty())
      return Error{"option " + name + " needs a value"};
  }
  if (options.folders.empty())
    return Error{"a folder is needed"};
  return std::move(options);
}

} // namespace gridquant::bench
