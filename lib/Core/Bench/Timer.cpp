//===- Timer.cpp - times launches with events -----------------------------===//
//
// Everything of a round is enqueued before anything is waited for, so that the
// device never idles between a flush and the run behind it.
//
//===----------------------------------------------------------------------===//
#include "gq/Bench/Timer.h"

#include "gq/Bench/Statistics.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <random>

namespace gridquant::bench {

/// More runs than this say nothing new.
static constexpr double maxRuns = 5000;
static constexpr unsigned estimateRuns = 5;

Error lastError(const char *what) {
  return Error{std::string(what) + ": " + gq_last_error()};
}

Status DeviceMemory::allocate(int onDevice, size_t bytes) {
  gq_free(device, pointer);
  pointer = nullptr;
  device = onDevice;
  if (gq_malloc(device, bytes, &pointer))
    return Error{"cannot allocate " + std::to_string(bytes) +
                 " bytes on the device: " + gq_last_error()};
  return Status();
}

Status Stream::create(int onDevice) {
  device = onDevice;
  if (gq_stream_create(device, &handle))
    return lastError("stream");
  return Status();
}

Timer::~Timer() {
  for (gq_event *event : events)
    gq_event_destroy(event);
}

Status Timer::prepare() {
  if (prepared)
    return Status();
  if (method.flushBytes)
    if (Status status = scratch.allocate(device, method.flushBytes); !status)
      return status;
  prepared = true;
  return Status();
}

Status Timer::reserveEvents(size_t count) {
  while (events.size() < count) {
    gq_event *event = nullptr;
    if (gq_event_create(device, &event))
      return lastError("event");
    events.push_back(event);
  }
  return Status();
}

Status Timer::flush() {
  if (method.flushBytes &&
      gq_memset(device, scratch.get(), 0, method.flushBytes, nullptr))
    return lastError("flush");
  return Status();
}

Expected<double> Timer::estimate(const Launch &launch) {
  // The first run may load code or grow memory.
  if (Status status = launch(nullptr); !status)
    return Error{status.message()};
  if (gq_stream_synchronize(device, nullptr))
    return lastError("first run");
  if (gq_event_record(events[0], nullptr))
    return lastError("event");
  for (unsigned i = 0; i < estimateRuns; ++i) {
    if (Status status = flush(); !status)
      return Error{status.message()};
    if (Status status = launch(nullptr); !status)
      return Error{status.message()};
  }
  float ms = 0;
  if (gq_event_record(events[1], nullptr) ||
      gq_event_elapsed(events[0], events[1], &ms))
    return lastError("event");
  return std::max(static_cast<double>(ms) / estimateRuns, 1e-3);
}

Status Timer::round(const Launch &launch, std::vector<double> &samples) {
  if (Status status = prepare(); !status)
    return status;
  if (Status status = reserveEvents(2); !status)
    return status;
  Expected<double> each = estimate(launch);
  if (!each)
    return Error{each.message()};
  auto runs = [&](double ms) {
    return static_cast<size_t>(std::clamp(ms / *each, 1.0, maxRuns));
  };
  for (size_t i = 0, n = runs(method.warmupMs); i < n; ++i)
    if (Status status = launch(nullptr); !status)
      return status;

  const size_t count = runs(method.repMs);
  if (Status status = reserveEvents(2 * count); !status)
    return status;
  for (size_t i = 0; i < count; ++i) {
    if (Status status = flush(); !status)
      return status;
    if (gq_event_record(events[2 * i], nullptr))
      return lastError("event");
    if (Status status = launch(nullptr); !status)
      return status;
    if (gq_event_record(events[2 * i + 1], nullptr))
      return lastError("event");
  }
  if (gq_stream_synchronize(device, nullptr))
    return lastError("timed runs");
  for (size_t i = 0; i < count; ++i) {
    float ms = 0;
    if (gq_event_elapsed(events[2 * i], events[2 * i + 1], &ms))
      return lastError("event");
    samples.push_back(static_cast<double>(ms) * 1e3);
  }
  return Status();
}

Expected<double> Timer::hostTime(const Launch &launch) {
  using Clock = std::chrono::steady_clock;
  // Far below the about 1024 launches that the queue of a device holds: behind
  // a full queue, a launch takes as long as its kernel.
  constexpr unsigned batch = 200;
  constexpr size_t batches = 10;
  // The default stream looks after all others at each launch.
  Stream stream;
  if (Status status = stream.create(device); !status)
    return Error{status.message()};
  if (gq_stream_synchronize(device, nullptr))
    return lastError("launches");
  std::vector<double> times;
  const Clock::time_point start = Clock::now();
  do {
    const Clock::time_point begin = Clock::now();
    for (unsigned i = 0; i < batch; ++i)
      if (Status status = launch(stream.get()); !status)
        return Error{status.message()};
    std::chrono::duration<double, std::micro> taken = Clock::now() - begin;
    times.push_back(taken.count() / batch);
    if (gq_stream_synchronize(device, stream.get()))
      return lastError("launches");
  } while (times.size() < batches &&
           Clock::now() - start < std::chrono::milliseconds(300));
  return quantile(times, 0.5);
}

Expected<double> choiceTime(const std::function<Status()> &choose) {
  using Clock = std::chrono::steady_clock;
  constexpr unsigned batch = 1000, batches = 11;
  std::vector<double> times;
  for (unsigned i = 0; i < batches; ++i) {
    const Clock::time_point begin = Clock::now();
    for (unsigned j = 0; j < batch; ++j)
      if (Status status = choose(); !status)
        return Error{status.message()};
    std::chrono::duration<double, std::nano> taken = Clock::now() - begin;
    times.push_back(taken.count() / batch);
  }
  return quantile(times, 0.5);
}

std::vector<size_t> roundOrder(size_t count, uint64_t seed, unsigned round) {
  std::vector<size_t> order(count);
  std::iota(order.begin(), order.end(), size_t(0));
  // Not std::shuffle, whose result is up to the library.
  std::mt19937_64 random(seed * 1000003 + round);
  for (size_t i = count; i > 1; --i)
    std::swap(order[i - 1], order[random() % i]);
  return order;
}

} // namespace gridquant::bench
