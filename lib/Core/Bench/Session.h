//===- Session.h - cases, timed one after the other -------------*- C++ -*-===//
#ifndef GQ_LIB_BENCH_SESSION_H
#define GQ_LIB_BENCH_SESSION_H

#include "gq/Bench/Graph.h"
#include "gq/Bench/Peers.h"
#include "gq/Bench/Report.h"

namespace gridquant::bench {

/// A function of a loaded program.
struct Subject {
  const Program *program;
  const Function *function;
};

class Session {
public:
  Session(int device, Method method, std::set<std::string> peers)
      : device(device), method(method), peers(device, std::move(peers)),
        timer(device, timerMethod(method)), lateProducer(device) {}

  /// Called before each turn of a candidate.
  std::function<void(const std::string &)> progress = [](const std::string &) {
  };
  /// Called with what was left out and why.
  std::function<void(const std::string &)> note = [](const std::string &) {};

  /// Whether candidates read the same operands.
  bool sharedInputs = false;
  /// Whether the time of a launch on the host is measured too.
  bool hostTimes = true;

  Expected<CaseResult> run(const std::vector<Subject> &subjects,
                           const ShapeRequest &request);

private:
  /// What the timer runs for a candidate: a launch, or a graph of many.
  struct Timed {
    Candidate candidate;
    std::optional<Graph> graph;

    Launch run() const;
    double launches() const;
  };

  /// What runs in a graph is flushed by the other copies.
  static Method timerMethod(Method method);
  Expected<std::vector<Candidate>>
  makeCandidates(const std::vector<Subject> &subjects,
                 const ShapeRequest &request);
  Expected<std::vector<Timed>> prepare(std::vector<Candidate> candidates);
  Status prepareGraph(Timed &timed);
  Status time(const std::vector<Timed> &all, CaseResult &result);
  Status timeHost(const Candidate &candidate, Result &row);
  /// Leaves out peers that are wrong.
  Status checkGraphs(const std::vector<Timed> &all, CaseResult &result);
  Status measureEnergy(const std::vector<Timed> &all, CaseResult &result);

  int device;
  Method method;
  PeerFactory peers;
  Timer timer;
  LateProducer lateProducer;
};

/// What must agree for a result to stand for another run: the code, the sizes,
/// the peers, the device and the method.
std::string caseKey(const std::vector<Subject> &subjects,
                    const ShapeRequest &request,
                    const std::set<std::string> &peers, const std::string &gpu,
                    const Method &method);

} // namespace gridquant::bench

#endif // GQ_LIB_BENCH_SESSION_H
