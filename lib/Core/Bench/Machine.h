//===- Machine.h - where and when something was measured --------*- C++ -*-===//
#ifndef GQ_LIB_BENCH_MACHINE_H
#define GQ_LIB_BENCH_MACHINE_H

#include "gq/Bundle/Error.h"

namespace gridquant::bench {

struct Machine {
  std::string gpu;    // its name
  std::string driver; // of the kernel module, "580.65.06"; or "unknown"
  std::string cuda;   // what the driver supports, "13.0"
};

/// An error says that there is no such device.
Expected<Machine> describeMachine(int device);

/// "2026-01-31", of the clock of the machine.
std::string today();

/// The commit of the folder the tool runs in; "unknown" outside of a checkout.
std::string gitCommit();

} // namespace gridquant::bench

#endif // GQ_LIB_BENCH_MACHINE_H
