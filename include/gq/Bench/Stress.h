//===- Stress.h - the gq-stress command line --------------------*- C++ -*-===//
#ifndef GQ_BENCH_STRESS_H
#define GQ_BENCH_STRESS_H

#include "gq/Bench/Tool.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace gridquant::bench {

/// Calls `bark` from a thread of its own if nobody calls `pet` for so long. A
/// kernel that hangs cannot be stopped from within.
class Watchdog {
public:
  Watchdog(std::chrono::milliseconds patience, std::function<void()> bark);
  ~Watchdog();
  void pet();

private:
  std::mutex mutex;
  std::condition_variable changed;
  uint64_t signs = 0; ///< of life
  bool over = false;
  std::thread thread;
};

/// One launch of a stress run, which its number and the seed decide.
struct StressDraw {
  size_t function;
  int64_t rows, first; ///< how many, and which is the first of all
};

/// The draw of launch `number` among `functions` that have `most` rows. `ends`:
/// of each function the numbers of rows where the next one takes other kernels.
StressDraw drawStress(uint64_t seed, uint64_t number, size_t functions,
                      int64_t most,
                      const std::vector<std::vector<int64_t>> &ends);

/// The bundle with the kernels `cut` and `check`.
std::string stressBundle();

/// What stands around a result and must stay: as many bytes on both sides.
constexpr uint64_t stressGuardBytes = 4096;
constexpr unsigned char stressGuard = 0x5a;

/// As runBenchTool(). 3: a launch has not ended in time.
int runStressTool(const std::vector<std::string> &args, const Streams &streams);

} // namespace gridquant::bench

#endif // GQ_BENCH_STRESS_H
