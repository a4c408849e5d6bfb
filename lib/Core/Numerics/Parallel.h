//===- Parallel.h - run a loop on several threads ---------------*- C++ -*-===//

#ifndef GQ_LIB_NUMERICS_PARALLEL_H
#define GQ_LIB_NUMERICS_PARALLEL_H

#include <cstdint>
#include <functional>

namespace gridquant {

/// Calls \p body once for each index in [0, count), on up to \p threads threads
/// (0: one per processor) including the caller's. Which thread runs which index
/// is open, so bodies must not depend on it. When the system refuses a thread
/// the others do its share. An exception thrown by a body (in practice, out of
/// memory) is thrown again in the caller.
void parallelFor(int64_t count, unsigned threads,
                 const std::function<void(int64_t)> &body);

} // namespace gridquant

#endif // GQ_LIB_NUMERICS_PARALLEL_H
