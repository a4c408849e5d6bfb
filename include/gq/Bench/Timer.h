//===- Timer.h - times launches with events ---------------------*- C++ -*-===//
#ifndef GQ_BENCH_TIMER_H
#define GQ_BENCH_TIMER_H

#include "gq/Bench/Method.h"
#include "gq/Bundle/Error.h"
#include "gq/Runtime/gq_device.h"

#include <functional>
#include <utility>
#include <vector>

namespace gridquant::bench {

/// Enqueues one run on a stream; null is the default one.
using Launch = std::function<Status(gq_stream)>;

/// The message of the runtime's last failure, as a value.
Error lastError(const char *what);

/// Device memory, freed at the end of its life.
class DeviceMemory {
public:
  DeviceMemory() = default;
  DeviceMemory(DeviceMemory &&other) noexcept
      : device(other.device), pointer(std::exchange(other.pointer, nullptr)) {}
  DeviceMemory &operator=(DeviceMemory &&other) noexcept {
    std::swap(device, other.device);
    std::swap(pointer, other.pointer);
    return *this;
  }
  ~DeviceMemory() { gq_free(device, pointer); }

  Status allocate(int onDevice, size_t bytes);
  void *get() const { return pointer; }

private:
  int device = 0;
  void *pointer = nullptr;
};

/// A stream that the default one does not wait for.
class Stream {
public:
  Stream() = default;
  Stream(const Stream &) = delete;
  ~Stream() { gq_stream_destroy(device, handle); }

  Status create(int onDevice);
  gq_stream get() const { return handle; }

private:
  int device = 0;
  gq_stream handle = nullptr;
};

class Timer {
public:
  Timer(int device, Method method) : device(device), method(method) {}
  Timer(const Timer &) = delete;
  ~Timer();

  /// One round of one candidate: estimates its time, warms up, then runs it for
  /// about `repMs`, each run after a flush of the caches and between two events
  /// of its own. Appends microseconds, one per run.
  Status round(const Launch &launch, std::vector<double> &samples);

  /// Microseconds of the calling thread per launch: enqueueing alone, on a
  /// stream of its own, while the queue of the device has room.
  Expected<double> hostTime(const Launch &launch);

private:
  Status prepare();
  Status reserveEvents(size_t count);
  Status flush();
  /// The time of one run with its flush, in milliseconds.
  Expected<double> estimate(const Launch &launch);

  int device;
  Method method;
  DeviceMemory scratch;
  bool prepared = false;
  std::vector<gq_event *> events;
};

/// Nanoseconds of the calling thread for `choose`, which enqueues nothing.
Expected<double> choiceTime(const std::function<Status()> &choose);

/// The order of `count` candidates in a round, the same for the same seed on
/// every machine.
std::vector<size_t> roundOrder(size_t count, uint64_t seed, unsigned round);

} // namespace gridquant::bench

#endif // GQ_BENCH_TIMER_H
