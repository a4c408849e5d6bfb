//===- Tool.cpp - the gq-bench command line -------------------------------===//
#include "gq/Bench/Tool.h"

#include "Arguments.h"
#include "Machine.h"
#include "Options.h"
#include "Session.h"
#include "gq/Bundle/File.h"

#include <algorithm>

namespace gridquant::bench {

namespace {
class Bench {
public:
  Bench(Options options, const Streams &streams)
      : options(std::move(options)), streams(streams) {}
  int run();

private:
  int fail(const std::string &message) {
    clearProgress();
    streams.err("error: " + message + "\n");
    return 1;
  }
  void progress(const std::string &text);
  void clearProgress();
  Status openPrograms();
  Status selectFunctions();
  Status readRequests();
  Status startReport();
  Status save();
  void list();
  int runCases();
  /// 1 if it cannot be timed; nothing if it must not go on.
  std::optional<int> runCase(Session &session, const Method &method,
                             const ShapeRequest &request,
                             const std::string &where);

  Options options;
  const Streams &streams;
  std::vector<std::unique_ptr<Program>> programs;
  std::vector<Subject> subjects;
  Report report;
  size_t progressWidth = 0;
};
} // namespace

void Bench::progress(const std::string &text) {
  if (options.quiet)
    return;
  if (!streams.interactive) {
    streams.err(text + "\n");
    return;
  }
  std::string line = "\r" + text;
  if (text.size() < progressWidth)
    line.append(progressWidth - text.size(), ' ');
  progressWidth = text.size();
  streams.err(line);
}

void Bench::clearProgress() {
  if (progressWidth)
    streams.err("\r" + std::string(progressWidth, ' ') + "\r");
  progressWidth = 0;
}

Status Bench::openPrograms() {
  const std::string compiler =
      options.compiler.empty() ? defaultCompiler() : options.compiler;
  auto open = [&](const std::string &file, const std::string &schedule) {
    Expected<std::string> bytes = readProgram(file, compiler, schedule);
    if (!bytes)
      return Status(Error{bytes.message()});
    std::string name = file.substr(file.rfind('/') + 1);
    if (!schedule.empty())
      name += ":" + schedule;
    Expected<std::unique_ptr<Program>> program = Program::open(name, *bytes);
    if (!program)
      return Status(Error{program.message()});
    programs.push_back(std::move(*program));
    return Status();
  };
  for (const std::string &file : options.files) {
    std::vector<std::string> schedules{""};
    if (isSource(file) && !options.schedules.empty())
      schedules = options.schedules;
    for (const std::string &schedule : schedules)
      if (Status status = open(file, schedule); !status)
        return status;
  }
  return Status();
}

Status Bench::selectFunctions() {
  const std::vector<std::string> &wanted = options.functions;
  for (const auto &program : programs)
    for (const Function &function : program->functions())
      if (wanted.empty() ||
          std::count(wanted.begin(), wanted.end(), function.name))
        subjects.push_back({program.get(), &function});
  for (const std::string &name : wanted)
    if (std::none_of(subjects.begin(), subjects.end(),
                     [&](const Subject &subject) {
                       return subject.function->name == name;
                     }))
      return Error{"no file has a function '" + name + "'"};
  return subjects.empty() ? Status(Error{"the files have no functions"})
                          : Status();
}

Status Bench::readRequests() {
  if (!options.shapesFile.empty()) {
    Expected<std::string> text = readFile(options.shapesFile);
    if (!text)
      return Error{text.message()};
    Expected<std::vector<ShapeRequest>> requests =
        parseShapesFile(*text, options.shapesFile);
    if (!requests)
      return Error{requests.message()};
    for (ShapeRequest &request : *requests)
      options.requests.push_back(std::move(request));
  }
  if (options.requests.empty())
    options.requests.emplace_back(); // all static, or an error that says what
  // Before anything is timed: a long run must not end at its last line.
  for (const ShapeRequest &request : options.requests)
    for (const Subject &subject : subjects)
      if (auto shapes = resolveShapes(*subject.function, request); !shapes)
        return Error{shapes.message()};
  return Status();
}

void Bench::list() {
  for (const Subject &subject : subjects) {
    std::string line = subject.program->name() + ": " + subject.function->name;
    const char *separator = ", sizes ";
    for (const std::string &name : freeSizes(*subject.function)) {
      line += separator + name;
      separator = " x ";
    }
    streams.out(line + "\n");
  }
}

Status Bench::startReport() {
  Expected<Machine> machine = describeMachine(options.device);
  if (!machine)
    return Error{machine.message()};
  report.date = today();
  report.gpu = machine->gpu;
  report.driver = machine->driver;
  report.cuda = machine->cuda;
  report.commit = options.commit.empty() ? gitCommit() : options.commit;
  for (Harness harness : options.harnesses) {
    Method method = options.method;
    method.harness = harness;
    report.method += (report.method.empty() ? "" : "; ") + method.describe();
  }
  if (!options.resume)
    return Status();
  Expected<std::string> text = readFile(options.json);
  if (!text) // there is nothing to resume from yet
    return Status();
  Expected<Report> earlier = fromJson(*text);
  if (!earlier)
    return Error{"cannot resume from '" + options.json +
                 "': " + earlier.message()};
  report.cases = std::move(earlier->cases);
  return Status();
}

Status Bench::save() {
  return options.json.empty()
             ? Status()
             : writeFileAtomically(options.json, toJson(report));
}

std::optional<int> Bench::runCase(Session &session, const Method &method,
                                  const ShapeRequest &request,
                                  const std::string &where) {
  std::string key =
      caseKey(subjects, request, options.peers, report.gpu, method);
  if (const CaseResult *done = report.find(key)) {
    progress(where + ": taken from " + options.json);
    clearProgress();
    streams.out(printTable(*done) + "\n");
    return 0;
  }
  session.progress = [&](const std::string &text) {
    progress(where + ": " + text);
  };
  Expected<CaseResult> result = session.run(subjects, request);
  if (!result)
    // The other cases may well run.
    return fail(request.print() + (request.print().empty() ? "" : ": ") +
                result.message());
  result->key = std::move(key);
  clearProgress();
  streams.out(printTable(*result) + "\n");
  report.cases.push_back(std::move(*result));
  if (Status saved = save(); !saved) {
    fail(saved.message());
    return std::nullopt;
  }
  return 0;
}

int Bench::runCases() {
  std::set<std::string> notes;
  std::vector<std::pair<Method, std::unique_ptr<Session>>> sessions;
  for (Harness harness : options.harnesses) {
    Method method = options.method;
    method.harness = harness;
    sessions.emplace_back(method, std::make_unique<Session>(
                                      options.device, method, options.peers));
    sessions.back().second->note = [&](const std::string &text) {
      if (!notes.insert(text).second)
        return;
      clearProgress();
      streams.err("note: " + text + "\n");
    };
  }
  int status = 0;
  for (size_t i = 0; i < options.requests.size(); ++i) {
    const ShapeRequest &request = options.requests[i];
    const std::string where = "[" + std::to_string(i + 1) + "/" +
                              std::to_string(options.requests.size()) + "] " +
                              request.print();
    for (auto &[method, session] : sessions) {
      std::optional<int> done =
          runCase(*session, method, request,
                  sessions.size() > 1 ? where + ", " + stringify(method.harness)
                                      : where);
      if (!done)
        return 1;
      status |= *done;
    }
  }
  return status;
}

int Bench::run() {
  for (auto step : {&Bench::openPrograms, &Bench::selectFunctions})
    if (Status status = (this->*step)(); !status)
      return fail(status.message());
  if (options.list) {
    list();
    return 0;
  }
  for (auto step : {&Bench::readRequests, &Bench::startReport})
    if (Status status = (this->*step)(); !status)
      return fail(status.message());
  for (const auto &program : programs)
    if (Status status = program->load(options.device); !status)
      return fail(status.message());
  streams.out(report.gpu + ", driver " + report.driver + ", cuda " +
              report.cuda + ", commit " + report.commit + "\n" + report.method +
              "\n\n");
  return runCases();
}

int runBenchTool(const std::vector<std::string> &args, const Streams &streams) {
  return runTool("gq-bench", usage, parseOptions(args), streams,
                 [&](Options options) {
                   return Bench(std::move(options), streams).run();
                 });
}

} // namespace gridquant::bench
