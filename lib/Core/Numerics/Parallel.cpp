//===- Parallel.cpp - run a loop on several threads -----------------------===//

#include "Parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

void gridquant::parallelFor(int64_t count, unsigned threads,
                            const std::function<void(int64_t)> &body) {
  if (threads == 0)
    threads = std::max(1u, std::thread::hardware_concurrency());
  int64_t workers = std::min<int64_t>(threads, count);
  if (workers <= 1) {
    for (int64_t i = 0; i < count; ++i)
      body(i);
    return;
  }

  std::atomic<int64_t> next{0};
  std::exception_ptr error;
  std::mutex errorMutex;
  auto work = [&] {
    try {
      for (int64_t i = next++; i < count; i = next++)
        body(i);
    } catch (...) {
      std::lock_guard<std::mutex> lock(errorMutex);
      error = std::current_exception();
      next = count;
    }
  };

  std::vector<std::thread> pool;
  pool.reserve(static_cast<size_t>(workers - 1));
  for (int64_t i = 1; i < workers; ++i) {
    try {
      pool.emplace_back(work);
    } catch (const std::system_error &) {
      break;
    }
  }
  work();
  for (std::thread &thread : pool)
    thread.join();
  if (error)
    std::rethrow_exception(error);
}
