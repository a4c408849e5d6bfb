//===- Agent.h - one flow of control of a thread block ----------*- C++ -*-===//
//
// The whole thread block outside of roles; inside, each role, or each group of
// a role that has several. Control flow is on an explicit stack, so that an
// agent can stop at any op and go on later.
//
//===----------------------------------------------------------------------===//

#ifndef GQ_LIB_SIMULATOR_AGENT_H
#define GQ_LIB_SIMULATOR_AGENT_H

#include "Interpreter.h"
#include "Objects.h"
#include "SharedBuffer.h"
#include "gq/Dialect/GQGPU/IR/TileOrder.h"

#include <functional>

namespace mlir::gq::sim {

struct Exchange;

class ThreadBlock;

class Agent : public Interpreter {
public:
  enum class Status : uint8_t { Ready, Finished, Failed };

  /// \p role null: the thread block as a whole. It arrives at barriers
  /// \p arrivals times at once.
  Agent(ThreadBlock &block, unsigned id, std::string name, gqgpu::RoleOp role,
        int64_t arrivals);

  /// Begins at the top of \p region with the values of \p parent, if any.
  void enter(Operation *op, Region &region, ArrayRef<RuntimeValue> args,
             const Agent *parent);
  /// Goes on until after the next op that other agents can notice, or until it
  /// must wait.
  Status step();

  /// True if step() would get anywhere.
  bool isEnabled() const;
  bool isFinished() const { return frames.empty(); }
  StringRef getName() const { return name; }
  unsigned getId() const { return id; }
  gqgpu::RoleOp getRole() const { return role; }

  /// What it waits for: a barrier of a slot, or its roles.
  struct Waiting {
    Operation *op = nullptr;
    std::shared_ptr<Ring> ring;
    int64_t slot = 0, parity = 0;
    bool full = false;
  };
  const Waiting &getWaiting() const { return waiting; }
  bool waitsForPeers() const { return until != nullptr; }
  const ThreadBlock &getBlock() const { return threadBlock; }
  /// It arrives at the full (empty) barriers of \p ring.
  bool takesPart(const Ring &ring, bool full) const;
  int64_t getArrivals() const { return arrivals; }
  /// Slots it has acquired or waited for, and not given back.
  ArrayRef<std::shared_ptr<SlotToken>> getTokens() const { return tokens; }

private:
  struct Frame {
    Operation *op; // a loop, a branch, or what was entered
    Block *block;
    Block::iterator next;
    int64_t iv = 0, end = 0, step = 0;
    SmallVector<int64_t> tiles = {}; // of a tile loop, per dimension
    bool outside = false;            // the tile, past the end
    // Of a loop that cuts its tiles; `iv` counts these.
    SmallVector<gqgpu::TileShare> shares = {};
  };

  // Control flow (Agent.cpp). `visible` is set by ops others can notice.
  LogicalResult executeNext(bool &visible);
  LogicalResult beginFor(Operation *op);
  LogicalResult beginTileLoop(gqgpu::TileLoopOp op);
  LogicalResult beginIteration(Frame frame, SmallVector<RuntimeValue> carried);
  LogicalResult endBlock();
  LogicalResult setResults(Operation *op, ArrayRef<RuntimeValue> results);
  LogicalResult executeLeaf(Operation *op);
  std::optional<LogicalResult> executeOther(Operation *op) override;
  LogicalResult checkOperands(Operation *op);
  /// Of a kernel that is dependent: this agent has waited for the one in front.
  LogicalResult checkDependency(Operation *op);
  LogicalResult execute(gqgpu::DependencyWaitOp op);
  LogicalResult execute(gqgpu::DependencyTriggerOp op);
  LogicalResult execute(gqgpu::PauseOp op);
  LogicalResult checkEnd();

  // Rings (RingOps.cpp).
  LogicalResult execute(gqgpu::RingCreateOp op);
  LogicalResult execute(gqgpu::CursorOp op);
  LogicalResult execute(gqgpu::AdvanceOp op);
  LogicalResult execute(gqgpu::AcquireOp op);
  LogicalResult execute(gqgpu::WaitOp op);
  LogicalResult execute(gqgpu::CommitOp op);
  LogicalResult execute(gqgpu::ReleaseOp op);
  LogicalResult execute(gqgpu::PutOp op);
  LogicalResult execute(gqgpu::AddPutOp op);
  LogicalResult checkScalesInside(Operation *op, const Buffer &scales,
                                  ValueRange indices);
  LogicalResult fill(Operation *op, Value source, ValueRange indices,
                     Value ring, Value slot, int64_t tile);
  /// The copy engine is driven here: bytes are expected on acquire.
  bool drivesCopyEngine() const;
  LogicalResult checkPart(Operation *op, const Ring &ring, bool fills);
  /// The tile is past the end: it was given for the sake of others of the
  /// cluster.
  bool isOutside() const;

  // Between thread blocks of a cluster (ClusterOps.cpp).
  /// The ring in \p peer that is \p ring here; a diagnostic at \p op, which
  /// \p does something there, if that has none yet or has ended.
  FailureOr<std::shared_ptr<Ring>> ringIn(Operation *op,
                                          const ThreadBlock &peer,
                                          const Ring &ring, StringRef does);
  LogicalResult multicast(gqgpu::TmaLoadOp op, std::shared_ptr<SlotToken> token,
                          std::shared_ptr<Buffer> buffer, ArrayRef<int64_t> at);
  LogicalResult bring(gqgpu::TmaLoadOp op, std::shared_ptr<SlotToken> token,
                      std::shared_ptr<Buffer> buffer, ArrayRef<int64_t> at,
                      const ThreadBlock &peer);
  LogicalResult releaseIn(gqgpu::ReleaseOp op, const SlotToken &token,
                          const ThreadBlock &peer);
  LogicalResult meet(gqgpu::BarrierOp op);

  // Sums over a cluster (PeerOps.cpp).
  LogicalResult execute(gqgpu::SumOverPeersOp op);
  LogicalResult execute(gqgpu::MaxOverPeersOp op);
  LogicalResult execute(gqgpu::ArriveClusterOp op);
  LogicalResult execute(gqgpu::AwaitClusterOp op);
  LogicalResult execute(gqgpu::InboxCreateOp op);
  LogicalResult execute(gqgpu::OfferOp op);
  LogicalResult execute(gqgpu::AwaitOffersOp op);
  LogicalResult execute(gqgpu::PushOp op);
  LogicalResult execute(gqgpu::PushMaximaOp op);
  LogicalResult execute(gqgpu::AwaitPushesOp op);
  LogicalResult execute(gqgpu::SumPushedOp op);
  LogicalResult execute(gqgpu::MaxPushedOp op);
  /// Brings what it has, and waits for that of the others; null: not yet.
  Exchange *bringToPeers(Operation *op, Value part);
  /// The result of \p op, a tile or a fragment; of no values where none are
  /// computed.
  LogicalResult setValues(Operation *op, RuntimeTensor values);
  LogicalResult push(Operation *op, Value inbox, uint64_t tile, Value values);
  /// What \p from has pushed into the tile for this agent.
  FailureOr<const RuntimeTensor *> readPushed(Operation *op, Inbox &inbox,
                                              uint64_t tile,
                                              const ThreadBlock &from);
  /// The inbox in \p peer that is \p inbox here; a diagnostic at \p op, which
  /// \p does something there, if that has none yet or has ended.
  FailureOr<std::shared_ptr<Inbox>> inboxIn(Operation *op,
                                            const ThreadBlock &peer,
                                            const Inbox &inbox, StringRef does);
  /// Arrives at \p barrier, of \p inbox, expecting \p bytes, and waits.
  LogicalResult arriveAndWait(Operation *op, std::shared_ptr<Inbox> inbox,
                              Barrier &barrier, int64_t bytes);

  // Tiles that thread blocks share (PartOps.cpp).
  LogicalResult execute(gqgpu::CombinePartsOp op);
  LogicalResult execute(gqgpu::StorePartOp op);
  LogicalResult execute(gqgpu::PublishPartOp op);
  LogicalResult execute(gqgpu::AwaitPartOp op);
  LogicalResult execute(gqgpu::AddPartOp op);
  /// What the agent does of the tile that it is at; null where that is whole.
  const gqgpu::TileShare *currentShare() const;
  /// Failure with an error at \p op, which \p does something, if the thread
  /// block owns the tile that it is at, or (not \p owns) does not.
  LogicalResult checkOwner(Operation *op, bool owns, StringRef does);
  LogicalResult storePart(Operation *op, Buffer &parts, int64_t range,
                          int64_t at, Type type, const RuntimeTensor &values);
  LogicalResult publishParts(Operation *op, Buffer &flags, int64_t first);
  /// False: not yet, and the agent waits.
  FailureOr<bool> awaitParts(Operation *op, Buffer &flags, int64_t range,
                             int64_t first);
  LogicalResult addPart(Operation *op, Buffer &parts, int64_t range, int64_t at,
                        Type type, RuntimeTensor &sum);

  /// The cursor's slot of the ring, or a diagnostic.
  FailureOr<std::shared_ptr<Cursor>> cursorOn(Operation *op, Value cursor,
                                              const Ring &ring);
  /// The token, if it is of the ring.
  FailureOr<std::shared_ptr<SlotToken>> tokenOf(Operation *op, Value ring,
                                                Value slot);
  /// The same, if the agent may still fill the slot; `does` is what it does.
  FailureOr<std::shared_ptr<SlotToken>>
  acquiredTokenOf(Operation *op, Value ring, Value slot, StringRef does);
  /// The tile for reading; null if the wait was skipped.
  FailureOr<const Ring::Tile *> tileOf(Operation *op, Value ring, Value slot,
                                       int64_t tile);
  LogicalResult block(Operation *op, std::shared_ptr<Ring> ring, int64_t slot,
                      int64_t parity, bool full);

  // Products (MmaOps.cpp).
  LogicalResult execute(gqgpu::SlotReadOp op);
  LogicalResult execute(gqgpu::ReadScalesOp op);
  LogicalResult execute(gqgpu::MmaAsyncOp op);
  LogicalResult execute(gqgpu::MmaWaitOp op);
  LogicalResult execute(gqgpu::PromoteOp op);

  // Sums of rows (RowSumOps.cpp).
  LogicalResult execute(gqgpu::ZeroSumsOp op);
  LogicalResult execute(gqgpu::AddRowSumsOp op);
  LogicalResult execute(gqgpu::SumSlotRowsOp op);
  LogicalResult execute(gqgpu::SpreadSumsOp op);
  LogicalResult execute(gqgpu::PutSumsOp op);
  LogicalResult execute(gqgpu::ReadSumsOp op);
  LogicalResult execute(gqgpu::PutMaximaOp op);
  LogicalResult execute(gqgpu::ReadMaximaOp op);
  LogicalResult execute(gqgpu::SpreadBlocksOp op);
  /// The result of \p op, a tile or a fragment of i32, by row and column.
  LogicalResult setSums(Operation *op,
                        function_ref<uint32_t(int64_t, int64_t)> value);

  // Fragments (FragmentOps.cpp).
  LogicalResult execute(gqgpu::SplatOp op);
  LogicalResult execute(gqgpu::ForgetOp op);
  LogicalResult execute(gqgpu::ElementwiseOp op);
  LogicalResult execute(gqgpu::MaskOp op);
  LogicalResult execute(gqgpu::BlockAbsmaxOp op);
  LogicalResult execute(gqgpu::ScaledCastOp op);
  LogicalResult execute(gqgpu::EncodeScalesOp op);
  LogicalResult execute(gqgpu::UnpackOp op);

  // Maxima of blocks (ReduceOps.cpp).
  LogicalResult execute(gqgpu::ThreadAbsmaxOp op);
  LogicalResult execute(gqgpu::PartialMaxOp op);
  LogicalResult execute(gqgpu::LaneMaxOp op);
  LogicalResult execute(gqgpu::WholeBlocksOp op);
  LogicalResult execute(gqgpu::AtomicMaxOp op);
  LogicalResult execute(gqgpu::ReadBlocksOp op);

  // Other reductions (BlockReduceOps.cpp).
  LogicalResult execute(gqgpu::BlockReduceOp op);
  LogicalResult execute(gqgpu::ThreadReduceOp op);
  LogicalResult execute(gqgpu::LaneReduceOp op);
  LogicalResult execute(gqgpu::WritePartialsOp op);
  LogicalResult execute(gqgpu::ReadPartialsOp op);
  std::shared_ptr<Partial> createPartial(gqgpu::PartialType type);
  LogicalResult setPartial(Operation *op, std::shared_ptr<Partial> result);

  // Shared memory (SharedOps.cpp).
  LogicalResult execute(gqgpu::SharedAllocOp op);
  LogicalResult execute(gqgpu::BarrierOp op);
  LogicalResult execute(gqgpu::ProxyFenceOp op);
  LogicalResult execute(gqgpu::TmaStoreWaitOp op);
  LogicalResult execute(gqgpu::ClearOp op);
  LogicalResult execute(gqgpu::ParkOp op);
  LogicalResult execute(gqgpu::UnparkOp op);
  LogicalResult execute(gqgpu::StageOp op);
  LogicalResult execute(gqgpu::StoreSharedOp op);
  LogicalResult execute(gqgpu::TmaStoreOp op);
  /// This agent's part of the buffer that \p op works on, if it may.
  FailureOr<SharedBuffer::Part *> accessShared(Operation *op);

  // Global memory (MemoryOps.cpp).
  /// Indices of the first element. A negative one is a diagnostic.
  FailureOr<SmallVector<int64_t>> indicesOf(Operation *op, ValueRange indices);
  /// Where what \p op stores ends, an index for each dimension of its dest.
  template <typename OpTy> SmallVector<int64_t> endsOf(OpTy op) {
    SmallVector<int64_t> ends(object<Buffer>(op.getDest())->tensor.getShape());
    for (auto [dim, end] : llvm::zip_equal(op.getEndDims(), op.getEnds()))
      ends[dim] = getInt(end);
    return ends;
  }
  LogicalResult execute(gqgpu::LoadScalarOp op);
  LogicalResult execute(gqgpu::LoadOp op);
  LogicalResult execute(gqgpu::StoreOp op);
  LogicalResult execute(gqgpu::LoadFragmentOp op);
  LogicalResult execute(gqgpu::StoreFragmentOp op);
  LogicalResult executeDim(Operation *op);

  template <typename T> std::shared_ptr<T> object(Value value) {
    return std::static_pointer_cast<T>(get(value).getObject());
  }
  const Fragment &fragment(Value value) { return *object<Fragment>(value); }
  /// A new fragment for the result of \p op, with values if they are computed.
  FailureOr<std::shared_ptr<Fragment>> createFragment(Operation *op);
  LogicalResult setFragment(Operation *op, std::shared_ptr<Fragment> result) {
    return set(op, RuntimeValue(std::shared_ptr<RuntimeObject>(result)));
  }

  ThreadBlock &threadBlock;
  unsigned id;
  std::string name;
  gqgpu::RoleOp role;
  int64_t arrivals;
  SmallVector<Frame, 4> frames;
  Waiting waiting;
  /// The kernel in front has completed, as far as its threads know.
  bool isBehind = false;
  /// Of what waits for other thread blocks in the middle of a role: whether it
  /// may go on.
  std::function<bool()> until;
  /// How often the barrier of an inbox at which it has arrived must be over.
  std::optional<int64_t> phase;
  /// Ranges whose parts it has waited for at this tile, and by which flags.
  SmallVector<std::pair<int64_t, int64_t>> awaited;
  /// The barrier of the cluster that it has come to; 0: none.
  int64_t meeting = 0;
  SmallVector<std::shared_ptr<SlotToken>> tokens;
  /// Products in flight, and the slots they read.
  SmallVector<std::pair<Operation *, std::shared_ptr<SlotToken>>> products;
};

} // namespace mlir::gq::sim

#endif // GQ_LIB_SIMULATOR_AGENT_H
