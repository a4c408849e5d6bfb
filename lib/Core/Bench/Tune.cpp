//===- Tune.cpp - the gq-tune command line --------------------------------===//
//
// Compiling needs LLVM and no GPU, measuring a GPU and no LLVM: gq-compile
// leaves a folder with bundles, which may be carried to another machine.
//
// In each case all configs take a short turn; those that are near the best take
// the turns that count, in shuffled order. So does what the compiler chooses
// without a table: how far that is from the best is written beside it.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Tune.h"

#include "Arguments.h"
#include "Machine.h"
#include "Session.h"
#include "gq/Bundle/File.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace gridquant::bench {

using Json = nlohmann::ordered_json;

static constexpr int64_t setVersion = 2, tableVersion = 1;
/// Relative to the best of the short turns, and how many at most.
static constexpr double nearBest = 1.1;
static constexpr size_t mostNear = 8;
/// As many variants as #gq.matmul_variants holds.
static constexpr size_t mostRanges = 8;

static const char *const usage =
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
    "  --flush-mb MB    memory written before each run (default: 256)\n"
    "  --seed N         of the data and of the order (default: 1)\n"
    "  --device N       (default: 0)\n"
    "  --commit TEXT    kept in FILE (default: what git says)\n"
    "  --quiet          no progress\n"
    "  --help\n";

namespace {
struct TuneOptions {
  std::vector<std::string> folders;
  std::vector<int64_t> rows{64, 128, 256, 512, 1024, 2048, 4096, 8192};
  std::string output = "tuned.json", commit;
  Method method;
  int device = 0;
  bool quiet = false, help = false;
};

/// What gq-compile --candidates has left.
struct CandidateSet {
  std::string folder, target, key, function;
  std::vector<std::string> configs;
  std::vector<std::unique_ptr<Program>> programs;
  /// In the config, or the configs by rows, that the compiler chooses.
  std::unique_ptr<Program> chosen;
};

/// Microseconds for one number of rows; nothing for configs that fell behind.
struct Measured {
  std::vector<std::optional<double>> micros;
  double chosen = 0;
};

class Tuner {
public:
  Tuner(TuneOptions options, const Streams &streams)
      : options(std::move(options)), streams(streams) {}
  int run();

private:
  int fail(const std::string &message) {
    streams.err("error: " + message + "\n");
    return 1;
  }
  void progress(const std::string &text) {
    if (!options.quiet)
      streams.err(text + "\n");
  }
  Expected<CandidateSet> open(const std::string &folder);
  Expected<std::unique_ptr<Program>> load(const std::string &file);
  Expected<Measured> measure(const CandidateSet &set, int64_t rows);
  Status tune(const CandidateSet &set, Json &table);
  Expected<Json> readTable();

  TuneOptions options;
  const Streams &streams;
  Machine machine;
};
} // namespace

static Expected<Json> readJson(const std::string &path) {
  Expected<std::string> text = readFile(path);
  if (!text)
    return Error{text.message()};
  Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded())
    return Error{"'" + path + "' is not valid json"};
  return std::move(json);
}

static std::string textOf(const Json &json, const char *name) {
  if (!json.is_object() || !json.contains(name) || !json[name].is_string())
    return "";
  return json[name].get<std::string>();
}

Expected<std::unique_ptr<Program>> Tuner::load(const std::string &file) {
  Expected<std::string> bytes = readFile(file);
  if (!bytes)
    return Error{bytes.message()};
  Expected<std::unique_ptr<Program>> program = Program::open(file, *bytes);
  if (!program)
    return Error{program.message()};
  if (Status status = (*program)->load(options.device); !status)
    return Error{status.message()};
  return std::move(*program);
}

Expected<CandidateSet> Tuner::open(const std::string &folder) {
  const std::string path = folder + "/candidates.json";
  Expected<Json> json = readJson(path);
  if (!json)
    return Error{json.message()};
  if (!json->is_object() ||
      json->value("gridquant_candidates", int64_t(0)) != setVersion)
    return Error{"'" + path + "' is not what gq-compile --candidates of this " +
                 "version writes"};
  CandidateSet set{folder,
                   textOf(*json, "target"),
                   textOf(*json, "key"),
                   textOf(*json, "function"),
                   {},
                   {},
                   nullptr};
  for (const Json &entry : json->value("candidates", Json::array())) {
    Expected<std::unique_ptr<Program>> program =
        load(folder + "/" + textOf(entry, "bundle"));
    if (!program)
      return Error{program.message()};
    set.programs.push_back(std::move(*program));
    set.configs.push_back(textOf(entry, "config"));
  }
  if (set.programs.empty())
    return Error{"'" + path + "' has no candidates"};
  Expected<std::unique_ptr<Program>> chosen =
      load(folder + "/" + textOf(*json, "chosen"));
  if (!chosen)
    return Error{chosen.message()};
  set.chosen = std::move(*chosen);
  return std::move(set);
}

Expected<Measured> Tuner::measure(const CandidateSet &set, int64_t rows) {
  auto time = [&](const std::vector<Program *> &programs,
                  const Method &method) -> Expected<std::vector<double>> {
    std::vector<Subject> subjects;
    for (Program *program : programs)
      for (const Function &function : program->functions())
        if (function.name == set.function)
          subjects.push_back({program, &function});
    if (subjects.size() != programs.size())
      return Error{"a bundle of '" + set.folder + "' has no function '" +
                   set.function + "'"};
    Session session(options.device, method, {});
    session.sharedInputs = true;
    session.hostTimes = false;
    Expected<CaseResult> result = session.run(subjects, {{rows}, {}});
    if (!result)
      return Error{set.folder + ", " + std::to_string(rows) +
                   " rows: " + result.message()};
    std::vector<double> times;
    for (const Result &row : result->results)
      times.push_back(row.us.median);
    return std::move(times);
  };
  std::vector<Program *> programs;
  std::vector<size_t> near;
  for (const std::unique_ptr<Program> &program : set.programs) {
    near.push_back(programs.size());
    programs.push_back(program.get());
  }
  Method first = options.method;
  first.rounds = 1;
  first.warmupMs = first.repMs / 4;
  first.repMs /= 2;
  Expected<std::vector<double>> times = time(programs, first);
  if (!times)
    return Error{times.message()};
  std::sort(near.begin(), near.end(),
            [&](size_t a, size_t b) { return (*times)[a] < (*times)[b]; });
  const double limit = nearBest * (*times)[near.front()];
  while (near.size() > mostNear || (*times)[near.back()] > limit)
    near.pop_back();
  programs.clear();
  for (size_t index : near)
    programs.push_back(set.programs[index].get());
  programs.push_back(set.chosen.get());
  times = time(programs, options.method);
  if (!times)
    return Error{times.message()};
  Measured measured;
  measured.micros.resize(set.programs.size());
  for (size_t i = 0; i < near.size(); ++i)
    measured.micros[near[i]] = (*times)[i];
  measured.chosen = times->back();
  return std::move(measured);
}

Status Tuner::tune(const CandidateSet &set, Json &table) {
  TunedTimes times;
  times.rows = options.rows;
  times.micros.resize(set.programs.size());
  Json measured = Json::array();
  double sum = 0, worst = 0;
  for (int64_t rows : options.rows) {
    Expected<Measured> turn = measure(set, rows);
    if (!turn)
      return Error{turn.message()};
    const std::vector<std::optional<double>> &micros = turn->micros;
    size_t best = 0;
    for (size_t i = 0; i < micros.size(); ++i) {
      times.micros[i].push_back(micros[i]);
      if (micros[i] && (!micros[best] || *micros[i] < *micros[best]))
        best = i;
    }
    const double behind = turn->chosen / *micros[best];
    sum += behind;
    worst = std::max(worst, behind);
    measured.push_back({{"rows", rows},
                        {"us", *micros[best]},
                        {"config", set.configs[best]},
                        {"chosen_us", turn->chosen}});
    progress(set.folder + ", " + std::to_string(rows) + " rows: " +
             std::to_string(*micros[best]) + " us, " + set.configs[best] +
             "; as chosen " + std::to_string(turn->chosen) + " us");
  }
  streams.out(set.folder + ": what the compiler chooses takes " +
              std::to_string(sum / options.rows.size()) +
              " times as long as the best on average, " +
              std::to_string(worst) + " at worst\n");
  // In the form of the attribute, in which a config has no name of its own.
  std::string config;
  const std::vector<TunedRange> ranges = chooseRanges(times, mostRanges);
  if (ranges.size() == 1) {
    config = set.configs[ranges[0].config];
  } else {
    for (const TunedRange &range : ranges) {
      const std::string &one = set.configs[range.config];
      config += config.empty() ? "#gq.matmul_variants<" : ", ";
      config += range.upTo ? "up_to " + std::to_string(*range.upTo) : "above";
      config += " = " + one.substr(one.find('<'));
    }
    config += ">";
  }
  Json &entries = table["entries"];
  for (size_t i = entries.size(); i-- > 0;)
    if (textOf(entries[i], "target") == set.target &&
        textOf(entries[i], "key") == set.key)
      entries.erase(i);
  entries.push_back({{"target", set.target},
                     {"key", set.key},
                     {"config", config},
                     {"gpu", machine.gpu},
                     {"date", today()},
                     {"commit", options.commit},
                     {"method", options.method.describe()},
                     {"measured", std::move(measured)}});
  return Status();
}

Expected<Json> Tuner::readTable() {
  Json empty{{"gridquant_tuned", tableVersion}, {"entries", Json::array()}};
  if (!readFile(options.output))
    return std::move(empty);
  Expected<Json> json = readJson(options.output);
  if (!json)
    return Error{json.message()};
  if (!json->is_object() ||
      json->value("gridquant_tuned", int64_t(0)) != tableVersion ||
      !json->contains("entries") || !(*json)["entries"].is_array())
    return Error{"'" + options.output + "' is no table of this version"};
  return std::move(*json);
}

int Tuner::run() {
  Expected<Machine> found = describeMachine(options.device);
  if (!found)
    return fail(found.message());
  machine = *found;
  if (options.commit.empty())
    options.commit = gitCommit();
  Expected<Json> table = readTable();
  if (!table)
    return fail(table.message());
  for (const std::string &folder : options.folders) {
    Expected<CandidateSet> set = open(folder);
    if (!set)
      return fail(set.message());
    if (Status status = tune(*set, *table); !status)
      return fail(status.message());
    // What is measured is not lost with what follows.
    if (Status status =
            writeFileAtomically(options.output, table->dump(1) + "\n");
        !status)
      return fail(status.message());
    streams.out(folder + ": " + textOf((*table)["entries"].back(), "config") +
                "\n");
  }
  return 0;
}

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

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

static Expected<TuneOptions> parse(const std::vector<std::string> &args) {
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

int runTuneTool(const std::vector<std::string> &args, const Streams &streams) {
  return runTool("gq-tune", usage, parse(args), streams,
                 [&](TuneOptions options) {
                   return Tuner(std::move(options), streams).run();
                 });
}

} // namespace gridquant::bench
