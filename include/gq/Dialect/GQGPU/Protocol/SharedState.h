//===- SharedState.h - what a buffer in shared memory holds -----*- C++ -*-===//
//
// The rules of shared memory as a machine that is told, in order, what happens
// to one buffer: accesses, barriers, fences. It says what is wrong with an
// access. gq-verify-protocol runs it over the code, the simulator over an
// execution.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_DIALECT_GQGPU_PROTOCOL_SHAREDSTATE_H
#define GQ_DIALECT_GQGPU_PROTOCOL_SHAREDSTATE_H

#include "gq/Dialect/GQGPU/IR/GQGPU.h"

namespace mlir::gqgpu {

class SharedState {
public:
  /// What is wrong with an access: "reads ...", and the op it collides with.
  struct Fault {
    std::string text;
    Operation *other = nullptr;
    StringRef note;
    InFlightDiagnostic emit(Operation *op) const;
  };

  /// Nothing when `op` may do that. The state goes on as if it could.
  std::optional<Fault> access(Operation *op, const SharedAccess &access);
  void barrier(Scope scope);
  /// What was written is there for the copy engine, after a barrier.
  void fence();
  /// Copies have read the buffer; after a barrier everybody knows.
  void waitForCopies();
  /// When the kernel ends.
  std::optional<std::pair<Operation *, Fault>> end() const;

  /// After one of two ways that code may take: what holds after both.
  void merge(const SharedState &other);

private:
  /// An access that others are not separated from by all barriers yet.
  struct Pending {
    Operation *op;
    AccessKind kind;
    Reach reach;
    /// The largest barrier since.
    Reach passed = Reach::Thread;
    /// Of a writing: a fence came, and a barrier after it. Of a copy: it was
    /// waited for, and a barrier came after that.
    bool done = false, known = false;
  };
  static std::optional<Fault> collides(const Pending &before,
                                       const SharedAccess &now);
  std::optional<Fault> misuses(const SharedAccess &now) const;

  enum class Contents : uint8_t {
    Nothing,
    Zeros,
    Maxima, ///< some were reduced into it
    Values,
    Taken,
    Unknown ///< it depends
  };

  SmallVector<Pending, 4> pending;
  Contents contents = Contents::Nothing;
  /// What wrote the contents, or took them; and who has read them.
  Operation *source = nullptr, *reader = nullptr;
};

} // namespace mlir::gqgpu

#endif // GQ_DIALECT_GQGPU_PROTOCOL_SHAREDSTATE_H
