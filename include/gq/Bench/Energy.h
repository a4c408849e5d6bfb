//===- Energy.h - the power that a kernel draws ----------------*- C++ -*-===//
#ifndef GQ_BENCH_ENERGY_H
#define GQ_BENCH_ENERGY_H

#include "gq/Bench/Timer.h"

namespace gridquant::bench {

/// Runs of one candidate, back to back with warm caches.
struct Steady {
  double us = 0;    ///< microseconds of one
  double watts = 0; ///< mean power of the device

  double joules() const { return us * watts * 1e-6; }
};

/// The power of a device as NVML reads it, milliwatts averaged over some tens
/// of milliseconds. The library is opened at run time; GQ_LIBNVML names another
/// one.
class PowerMeter {
public:
  static Expected<PowerMeter> open(int device);
  Expected<double> watts() const;

private:
  int (*powerUsage)(void *, unsigned *) = nullptr;
  void *handle = nullptr;
};

/// Runs `launch` for `ms`. A GPU under load takes a while to settle at the
/// clock that its power limit allows: time and power are those of the second
/// half.
Expected<Steady> runSteadily(int device, const Launch &launch,
                             const PowerMeter &meter, double ms);

} // namespace gridquant::bench

#endif // GQ_BENCH_ENERGY_H
