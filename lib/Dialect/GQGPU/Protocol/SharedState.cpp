//===- SharedState.cpp - what a buffer in shared memory holds -------------===//
#include "gq/Dialect/GQGPU/Protocol/SharedState.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::gqgpu;

static bool writes(AccessKind kind) {
  return kind == AccessKind::Clear || kind == AccessKind::Write ||
         kind == AccessKind::Accumulate;
}

static StringRef nameOf(Reach reach) {
  switch (reach) {
  case Reach::Thread:
    return "thread";
  case Reach::Warp:
    return "warp";
  case Reach::Block:
    return "block";
  case Reach::Cluster:
    return "cluster";
  }
  return {};
}

static Reach reachOf(Scope scope) {
  switch (scope) {
  case Scope::Warp:
    return Reach::Warp;
  case Scope::Block:
    return Reach::Block;
  case Scope::Cluster:
    return Reach::Cluster;
  }
  return Reach::Thread;
}

InFlightDiagnostic SharedState::Fault::emit(Operation *op) const {
  InFlightDiagnostic error = op->emitOpError(text);
  if (other)
    error.attachNote(other->getLoc()) << note;
  return error;
}

/// Without what is between them, whoever comes first.
std::optional<SharedState::Fault>
SharedState::collides(const Pending &before, const SharedAccess &now) {
  // Copies and what they read, or write over.
  if (before.kind == AccessKind::Copy) {
    if (!writes(now.kind) || before.known)
      return std::nullopt;
    return Fault{before.done
                     ? "writes what a tma_store of another lane may still "
                       "read; expects a barrier after the tma_store_wait"
                     : "writes what a tma_store may still read; expects a "
                       "tma_store_wait before",
                 before.op, "stored from here"};
  }
  if (now.kind == AccessKind::Copy && !writes(before.kind))
    return std::nullopt;
  bool reads = !writes(before.kind);
  if ((reads && !writes(now.kind)) || (before.kind == AccessKind::Accumulate &&
                                       now.kind == AccessKind::Accumulate))
    return std::nullopt;
  Reach needed = std::max(before.reach, now.reach);
  if (before.passed < needed) {
    std::string text = reads ? "writes over what other threads may still read"
                       : writes(now.kind)
                           ? "writes where other threads write"
                           : "reads what other threads have written";
    text += "; expects a barrier " + nameOf(needed).str() + " in between";
    if (before.passed != Reach::Thread)
      text += ", found one of the " + nameOf(before.passed).str();
    return Fault{std::move(text), before.op,
                 reads ? "read here" : "written here"};
  }
  if (now.kind == AccessKind::Copy && !before.known)
    return Fault{"starts a copy of what was written without a proxy_fence "
                 "before the barrier",
                 before.op, "written here"};
  return std::nullopt;
}

/// What is there must be what is asked for.
std::optional<SharedState::Fault>
SharedState::misuses(const SharedAccess &now) const {
  switch (now.kind) {
  case AccessKind::Clear:
    return std::nullopt;
  case AccessKind::Write:
    if (contents == Contents::Values && !reader)
      return Fault{"writes over what nobody has read", source, "written here"};
    return std::nullopt;
  case AccessKind::Accumulate:
    if (contents == Contents::Nothing)
      return Fault{"reduces into words that nobody has cleared", nullptr, {}};
    if (contents == Contents::Maxima && reader)
      return Fault{
          "reduces into words that hold maxima of before; expects them "
          "to be cleared after they were read",
          reader, "read here"};
    if (contents == Contents::Values || contents == Contents::Taken)
      return Fault{"reduces into words that hold something else", source,
                   "written here"};
    return std::nullopt;
  case AccessKind::Read:
  case AccessKind::Take:
  case AccessKind::Copy:
    if (contents == Contents::Nothing)
      return Fault{"reads shared memory that nobody has written", nullptr, {}};
    if (contents == Contents::Zeros)
      return Fault{"reads words into which nothing was reduced since they were "
                   "cleared",
                   source, "cleared here"};
    if (contents == Contents::Taken)
      return Fault{"reads a second time what is read once", source,
                   "read here before"};
    if (now.writer && contents != Contents::Unknown && source != now.writer)
      return Fault{"reads what is no longer there", source,
                   "written over here"};
    return std::nullopt;
  }
  return std::nullopt;
}

std::optional<SharedState::Fault> SharedState::access(Operation *op,
                                                      const SharedAccess &now) {
  std::optional<Fault> fault;
  for (const Pending &before : pending)
    if (!fault)
      fault = collides(before, now);
  if (!fault)
    fault = misuses(now);
  switch (now.kind) {
  case AccessKind::Clear:
    contents = Contents::Zeros;
    break;
  case AccessKind::Write:
    contents = Contents::Values;
    break;
  case AccessKind::Accumulate:
    contents = Contents::Maxima;
    break;
  case AccessKind::Take:
    // What is there now has not been read.
    if (fault && now.writer && source != now.writer)
      return fault;
    contents = Contents::Taken;
    break;
  case AccessKind::Read:
  case AccessKind::Copy:
    break;
  }
  if (writes(now.kind)) {
    source = op;
    reader = nullptr;
  } else {
    reader = op;
    if (now.kind == AccessKind::Take)
      source = op;
  }
  llvm::erase_if(pending, [&](const Pending &before) {
    return before.op == op && before.kind == now.kind;
  });
  pending.push_back({op, now.kind, now.reach});
  return fault;
}

void SharedState::barrier(Scope scope) {
  Reach reach = reachOf(scope);
  for (Pending &before : pending) {
    before.passed = std::max(before.passed, reach);
    before.known |= before.done;
  }
  // All threads have met since: nothing can collide any more, but copies.
  llvm::erase_if(pending, [](const Pending &before) {
    return before.kind == AccessKind::Copy
               ? before.known
               : before.passed == Reach::Cluster && !writes(before.kind);
  });
}

void SharedState::fence() {
  for (Pending &before : pending)
    if (writes(before.kind))
      before.done = true;
}

void SharedState::waitForCopies() {
  for (Pending &before : pending)
    if (before.kind == AccessKind::Copy)
      before.done = true;
}

std::optional<std::pair<Operation *, SharedState::Fault>>
SharedState::end() const {
  for (const Pending &before : pending)
    if (before.kind == AccessKind::Copy && !before.done)
      return std::pair(
          before.op,
          Fault{"starts a copy that nobody waits for; expects a tma_store_wait "
                "before the role or kernel ends",
                nullptr,
                {}});
  if ((contents == Contents::Values || contents == Contents::Maxima) && !reader)
    return std::pair(source,
                     Fault{contents == Contents::Maxima
                               ? "reduces into words that nobody reads"
                               : "writes shared memory that nobody reads",
                           nullptr,
                           {}});
  return std::nullopt;
}

void SharedState::merge(const SharedState &other) {
  if (contents != other.contents || source != other.source)
    contents = Contents::Unknown;
  reader = reader ? reader : other.reader;
  // Only what is pending after both is pending; the larger barrier counts.
  SmallVector<Pending, 4> both;
  for (Pending before : pending)
    for (const Pending &same : other.pending)
      if (same.op == before.op && same.kind == before.kind) {
        before.passed = std::max(before.passed, same.passed);
        before.done |= same.done;
        before.known |= same.known;
        both.push_back(before);
      }
  pending = std::move(both);
}
