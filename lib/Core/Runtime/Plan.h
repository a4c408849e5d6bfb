//===- Plan.h - calls that are prepared once --------------------*- C++ -*-===//
#ifndef GQ_LIB_RUNTIME_PLAN_H
#define GQ_LIB_RUNTIME_PLAN_H

#include "Prepare.h"
#include "TensorCheck.h"

#include <atomic>
#include <vector>

namespace gridquant::runtime {

/// A parameter that follows from an address of the caller.
struct PlannedAddress {
  uint32_t param;  // of Frame::values
  int32_t map;     // of PlanSpec::maps; -1: the address
  uint64_t offset; // from the address that the caller gives, in bytes
};

/// A tensor map but for its address.
struct PlannedMap {
  TensorMapKey key;
  const char *operand; // for messages
};

/// What a call does with addresses of its own. Addresses are those of inputs,
/// of outputs, and of the workspace at the end.
struct Frame {
  ParamValue *values;
  void **params;
  /// What the parameters are for, so that only those that follow from another
  /// address are made again.
  const void **addresses;
};

gq_status launchPlan(gq_plan &plan, void *const *inputs, void *const *outputs,
                     void *workspace, cuda::Stream stream);

} // namespace gridquant::runtime

/// Constant but for the frame.
struct gq_plan {
  const gq_function *function;
  std::vector<gridquant::runtime::PreparedLaunch> launches;
  /// Zero where an address is missing.
  std::vector<gridquant::runtime::ParamValue> values;
  std::vector<gridquant::runtime::PlannedMap> maps;
  /// In the order of the addresses that they follow from: those of address i
  /// are [first[i], first[i + 1]).
  std::vector<gridquant::runtime::PlannedAddress> planned;
  std::vector<uint32_t> first;
  /// Of each address; 0: nothing is there.
  std::vector<uint64_t> bytes;
  /// What the inputs and the outputs are, with all extents.
  std::vector<gridquant::runtime::TensorRequirement> tensors;
  std::vector<int64_t> extents;
  gq_object_api objects{};

  /// The frame of the call before, which one thread at a time can use. The
  /// driver copies parameters when it is called, so that it is free again when
  /// the call returns.
  std::atomic_flag busy = ATOMIC_FLAG_INIT;
  gridquant::runtime::Frame frame;
  std::vector<gridquant::runtime::ParamValue> frameValues;
  std::vector<void *> frameParams;
  std::vector<const void *> frameAddresses;
};

#endif // GQ_LIB_RUNTIME_PLAN_H
