//===- Session.cpp - cases, timed one after the other ---------------------===//
#include "Session.h"

#include <algorithm>

namespace gridquant::bench {

std::string caseKey(const std::vector<Subject> &subjects,
                    const ShapeRequest &request,
                    const std::set<std::string> &peers, const std::string &gpu,
                    const Method &method) {
  std::string key;
  for (const Subject &subject : subjects)
    key += subject.function->name + "@" + subject.program->checksum() + " ";
  key += "| " + request.print() + " |";
  for (const std::string &peer : peers)
    key += " " + peer;
  return key + " | " + gpu + " | " + method.describe();
}

Expected<std::vector<Candidate>>
Session::makeCandidates(const std::vector<Subject> &subjects,
                        const ShapeRequest &request) {
  std::vector<Candidate> candidates;
  InputPool pool;
  for (const Subject &subject : subjects) {
    Expected<std::vector<Shape>> shapes =
        resolveShapes(*subject.function, request);
    if (!shapes)
      return Error{shapes.message()};
    Expected<Candidate> candidate =
        makeCandidate(device, *subject.program, *subject.function, *shapes,
                      method, sharedInputs ? &pool : nullptr);
    if (!candidate)
      return Error{candidate.message()};
    candidates.push_back(std::move(*candidate));
  }
  // Of two bundles with a function of the same name.
  std::vector<std::string> names;
  for (const Candidate &candidate : candidates)
    names.push_back(candidate.name);
  for (Candidate &candidate : candidates)
    if (std::count(names.begin(), names.end(), candidate.name) > 1)
      candidate.name += "@" + candidate.bundle;

  Work work = candidates.front().work;
  for (const Candidate &candidate : candidates) {
    work.ofBf16 |= candidate.work.ofBf16;
    work.addsF32 |= candidate.work.addsF32;
    if (candidate.work.sharesRows != work.sharesRows &&
        method.harness == Harness::Graph)
      note(candidate.name + " finds its rows in " +
           (work.sharesRows ? "memory, " : "the L2 cache, ") +
           candidates.front().name + " and the peers in " +
           (work.sharesRows ? "the L2 cache" : "memory"));
  }
  std::vector<std::string> notes;
  Expected<std::vector<Candidate>> others = peers.make(work, method, notes);
  if (!others)
    return Error{others.message()};
  for (const std::string &text : notes)
    note(text);
  for (Candidate &other : *others)
    candidates.push_back(std::move(other));
  return std::move(candidates);
}

Method Session::timerMethod(Method method) {
  if (method.harness == Harness::Graph)
    method.flushBytes = 0;
  return method;
}

Launch Session::Timed::run() const {
  if (!graph)
    return candidate.launch;
  return [this](gq_stream stream) { return graph->replay(stream); };
}

double Session::Timed::launches() const {
  return graph ? static_cast<double>(graph->launches()) : 1;
}

Status Session::prepareGraph(Timed &timed) {
  const Candidate &candidate = timed.candidate;
  // Outside of a capture, where code may be loaded.
  if (Status status = candidate.launch(nullptr); !status)
    return status;
  if (candidate.role == Role::Ours) {
    progress(candidate.name + ", behind a late producer");
    if (Status status = lateProducer.check(candidate); !status)
      return status;
  }
  Expected<Graph> graph =
      Graph::ofTurns(device, candidate, method.graphLaunches);
  if (!graph)
    return Error{graph.message()};
  timed.graph = std::move(*graph);
  return Status();
}

Expected<std::vector<Session::Timed>>
Session::prepare(std::vector<Candidate> candidates) {
  std::vector<Timed> all;
  for (Candidate &candidate : candidates) {
    Timed timed{std::move(candidate), std::nullopt};
    if (method.harness == Harness::Graph)
      if (Status status = prepareGraph(timed); !status) {
        const std::string &name = timed.candidate.name;
        if (timed.candidate.role != Role::Peer)
          return Error{name + ": " + status.message()};
        note(name + " left out: " + status.message());
        continue;
      }
    all.push_back(std::move(timed));
  }
  return std::move(all);
}

Status Session::timeHost(const Candidate &candidate, Result &row) {
  Expected<double> host = timer.hostTime(candidate.launch);
  if (!host)
    return Error{host.message()};
  row.hostUs = *host;
  if (candidate.planned) {
    Expected<double> plan = timer.hostTime(candidate.planned);
    if (!plan)
      return Error{plan.message()};
    row.planUs = *plan;
  }
  if (!candidate.choose)
    return Status();
  Expected<double> choice = choiceTime(candidate.choose);
  if (!choice)
    return Error{choice.message()};
  row.choiceNs = *choice;
  return Status();
}

Status Session::time(const std::vector<Timed> &all, CaseResult &result) {
  std::vector<std::vector<double>> samples(all.size());
  for (unsigned round = 0; round < method.rounds; ++round)
    for (size_t index : roundOrder(all.size(), method.seed, round)) {
      const std::string &name = all[index].candidate.name;
      progress(name + ", round " + std::to_string(round + 1) + " of " +
               std::to_string(method.rounds));
      std::vector<double> turn;
      if (Status status = timer.round(all[index].run(), turn); !status)
        return Error{name + ": " + status.message()};
      for (double &sample : turn)
        sample /= all[index].launches();
      result.results[index].roundMedians.push_back(quantile(turn, 0.5));
      samples[index].insert(samples[index].end(), turn.begin(), turn.end());
    }
  for (size_t i = 0; i < all.size(); ++i) {
    const Candidate &candidate = all[i].candidate;
    Result &row = result.results[i];
    row.us = summarise(samples[i]);
    if (candidate.role == Role::Peer || !hostTimes)
      continue;
    if (Status status = timeHost(candidate, row); !status)
      return Error{candidate.name + ": " + status.message()};
  }
  return Status();
}

Status Session::checkGraphs(const std::vector<Timed> &all, CaseResult &result) {
  for (const Timed &timed : all) {
    const Candidate &candidate = timed.candidate;
    progress(candidate.name + ", results of a replay");
    Status status = checkReplay(device, candidate, *timed.graph);
    if (status)
      continue;
    if (candidate.role != Role::Peer)
      return Error{candidate.name + ": " + status.message()};
    note(candidate.name + " left out: " + status.message());
    std::vector<Result> &rows = result.results;
    rows.erase(std::find_if(rows.begin(), rows.end(), [&](const Result &row) {
      return row.name == candidate.name;
    }));
  }
  return Status();
}

Status Session::measureEnergy(const std::vector<Timed> &all,
                              CaseResult &result) {
  Expected<PowerMeter> meter = PowerMeter::open(device);
  if (!meter) {
    note("no energy: " + meter.message());
    return Status();
  }
  for (size_t index : roundOrder(all.size(), method.seed, 0)) {
    const Timed &timed = all[index];
    // What fills no time draws no power of its own.
    if (!timed.candidate.work.bytes)
      continue;
    progress(timed.candidate.name + ", energy");
    Expected<Steady> steady =
        runSteadily(device, timed.run(), *meter, method.energyMs);
    if (!steady)
      return Error{timed.candidate.name + ": " + steady.message()};
    steady->us /= timed.launches();
    result.results[index].steady = *steady;
  }
  return Status();
}

Expected<CaseResult> Session::run(const std::vector<Subject> &subjects,
                                  const ShapeRequest &request) {
  if (gq_device_use(device))
    return lastError("device");
  Expected<std::vector<Candidate>> candidates =
      makeCandidates(subjects, request);
  if (!candidates)
    return Error{candidates.message()};
  Expected<std::vector<Timed>> all = prepare(std::move(*candidates));
  if (!all)
    return Error{all.message()};
  CaseResult result;
  result.sizes = request.print();
  result.harness = method.harness;
  for (const Timed &timed : *all) {
    const Candidate &candidate = timed.candidate;
    Result row;
    row.name = candidate.name;
    row.role = candidate.role;
    row.bundle = candidate.bundle;
    row.checksum = candidate.checksum;
    row.work = candidate.work;
    if (timed.graph) {
      row.copies = candidate.copies.size();
      row.launches = timed.graph->launches();
      row.earlyLaunches = timed.graph->earlyLaunches();
    }
    result.results.push_back(std::move(row));
  }
  if (Status status = time(*all, result); !status)
    return Error{status.message()};
  if (method.energyMs > 0)
    if (Status status = measureEnergy(*all, result); !status)
      return Error{status.message()};
  if (method.harness == Harness::Graph)
    if (Status status = checkGraphs(*all, result); !status)
      return Error{status.message()};
  return std::move(result);
}

} // namespace gridquant::bench
