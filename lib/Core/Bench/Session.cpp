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

Status Session::time(const std::vector<Candidate> &candidates,
                     CaseResult &result) {
  std::vector<std::vector<double>> samples(candidates.size());
  for (unsigned round = 0; round < method.rounds; ++round)
    for (size_t index : roundOrder(candidates.size(), method.seed, round)) {
      const Candidate &candidate = candidates[index];
      progress(candidate.name + ", round " + std::to_string(round + 1) +
               " of " + std::to_string(method.rounds));
      std::vector<double> turn;
      if (Status status = timer.round(candidate.launch, turn); !status)
        return Error{candidate.name + ": " + status.message()};
      result.results[index].roundMedians.push_back(quantile(turn, 0.5));
      samples[index].insert(samples[index].end(), turn.begin(), turn.end());
    }
  for (size_t i = 0; i < candidates.size(); ++i) {
    Result &row = result.results[i];
    row.us = summarise(samples[i]);
    if (candidates[i].role == Role::Peer || !hostTimes)
      continue;
    Expected<double> host = timer.hostTime(candidates[i].launch);
    if (!host)
      return Error{candidates[i].name + ": " + host.message()};
    row.hostUs = *host;
    if (!candidates[i].choose)
      continue;
    Expected<double> choice = choiceTime(candidates[i].choose);
    if (!choice)
      return Error{candidates[i].name + ": " + choice.message()};
    row.choiceNs = *choice;
  }
  return Status();
}

Status Session::measureEnergy(const std::vector<Candidate> &candidates,
                              CaseResult &result) {
  Expected<PowerMeter> meter = PowerMeter::open(device);
  if (!meter) {
    note("no energy: " + meter.message());
    return Status();
  }
  for (size_t index : roundOrder(candidates.size(), method.seed, 0)) {
    const Candidate &candidate = candidates[index];
    // What fills no time draws no power of its own.
    if (!candidate.work.bytes)
      continue;
    progress(candidate.name + ", energy");
    Expected<Steady> steady =
        runSteadily(device, candidate.launch, *meter, method.energyMs);
    if (!steady)
      return Error{candidate.name + ": " + steady.message()};
    result.results[index].steady = *steady;
  }
  return Status();
}

Expected<CaseResult> Session::run(const std::vector<Subject> &subjects,
                                  const ShapeRequest &request) {
  Expected<std::vector<Candidate>> candidates =
      makeCandidates(subjects, request);
  if (!candidates)
    return Error{candidates.message()};
  CaseResult result;
  result.sizes = request.print();
  for (const Candidate &candidate : *candidates) {
    Result row;
    row.name = candidate.name;
    row.role = candidate.role;
    row.bundle = candidate.bundle;
    row.checksum = candidate.checksum;
    row.work = candidate.work;
    result.results.push_back(std::move(row));
  }
  if (Status status = time(*candidates, result); !status)
    return Error{status.message()};
  if (method.energyMs > 0)
    if (Status status = measureEnergy(*candidates, result); !status)
      return Error{status.message()};
  return std::move(result);
}

} // namespace gridquant::bench
