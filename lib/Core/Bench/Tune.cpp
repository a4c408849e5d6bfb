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
#include "TuneOptions.h"
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
static constexpr size_t mostRanges = 12;

namespace {
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
  Method method = options.method;
  if (rows <= options.graphRows)
    method.harness = Harness::Graph;
  std::vector<Program *> programs;
  std::vector<size_t> near;
  for (const std::unique_ptr<Program> &program : set.programs) {
    near.push_back(programs.size());
    programs.push_back(program.get());
  }
  Method first = method;
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
  times = time(programs, method);
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
                     {"method", options.describeMethod()},
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

int runTuneTool(const std::vector<std::string> &args, const Streams &streams) {
  return runTool("gq-tune", tuneUsage, parseTuneOptions(args), streams,
                 [&](TuneOptions options) {
                   return Tuner(std::move(options), streams).run();
                 });
}

} // namespace gridquant::bench
