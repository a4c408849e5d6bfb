//===- Energy.cpp - the power that a kernel draws -------------------------===//
//
// Time comes from events around batches of runs, power from samples while a
// batch is on the device.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Energy.h"

#include "gq/Bench/Statistics.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <dlfcn.h>
#include <thread>

namespace gridquant::bench {

Expected<PowerMeter> PowerMeter::open(int device) {
  const char *path = std::getenv("GQ_LIBNVML");
  if (!path || !*path)
    path = "libnvidia-ml.so.1";
  void *library = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return Error{::dlerror()};
  PowerMeter meter;
  int (*init)() = nullptr;
  int (*find)(const char *, void **) = nullptr;
  auto resolve = [&](auto &function, const char *symbol) {
    function = reinterpret_cast<std::decay_t<decltype(function)>>(
        ::dlsym(library, symbol));
    return function != nullptr;
  };
  if (!resolve(init, "nvmlInit_v2") ||
      !resolve(find, "nvmlDeviceGetHandleByPciBusId_v2") ||
      !resolve(meter.powerUsage, "nvmlDeviceGetPowerUsage"))
    return Error{std::string(path) + " is no nvml"};
  char id[32];
  if (gq_device_pci_bus_id(device, id, sizeof(id)))
    return lastError("bus id");
  if (int status = init())
    return Error{"nvmlInit failed with status " + std::to_string(status)};
  if (int status = find(id, &meter.handle))
    return Error{"nvml does not know device " + std::string(id) + ": status " +
                 std::to_string(status)};
  if (Expected<double> watts = meter.watts(); !watts)
    return Error{watts.message()};
  return std::move(meter);
}

Expected<double> PowerMeter::watts() const {
  unsigned milliwatts = 0;
  if (int status = powerUsage(handle, &milliwatts))
    return Error{"nvml reads no power: status " + std::to_string(status)};
  return milliwatts * 1e-3;
}

namespace {
struct Events {
  gq_event *begin = nullptr, *end = nullptr;
  ~Events() {
    gq_event_destroy(begin);
    gq_event_destroy(end);
  }
};
} // namespace

Expected<Steady> runSteadily(int device, const Launch &launch,
                             const PowerMeter &meter, double ms) {
  using Clock = std::chrono::steady_clock;
  using Milliseconds = std::chrono::duration<double, std::milli>;
  constexpr double batchMs = 50;
  constexpr size_t mostRuns = 1000; // the queue of a device holds about 1024
  Events events;
  if (gq_event_create(device, &events.begin) ||
      gq_event_create(device, &events.end))
    return lastError("event");

  double total = 0, runs = 0;
  std::vector<double> watts;
  size_t count = 1; // until it is known how long one takes
  double each = 0;
  const Clock::time_point start = Clock::now();
  while (true) {
    const double elapsed = Milliseconds(Clock::now() - start).count();
    const bool settled = elapsed >= ms / 2;
    if (elapsed >= ms && runs > 0)
      break;
    if (gq_event_record(events.begin, nullptr))
      return lastError("event");
    for (size_t i = 0; i < count; ++i)
      if (Status status = launch(nullptr); !status)
        return Error{status.message()};
    if (gq_event_record(events.end, nullptr))
      return lastError("event");
    // Half way through the batch.
    std::this_thread::sleep_for(
        Milliseconds(static_cast<double>(count) * each / 2));
    Expected<double> now = meter.watts();
    if (!now)
      return Error{now.message()};
    float taken = 0;
    if (gq_event_elapsed(events.begin, events.end, &taken))
      return lastError("event");
    if (settled) {
      watts.push_back(*now);
      total += taken;
      runs += static_cast<double>(count);
    }
    each = std::max<double>(taken, 1e-3) / double(count);
    count =
        static_cast<size_t>(std::clamp(batchMs / each, 1.0, double(mostRuns)));
  }
  Steady steady;
  steady.us = total / runs * 1e3;
  for (double sample : watts)
    steady.watts += sample / static_cast<double>(watts.size());
  return steady;
}

} // namespace gridquant::bench
