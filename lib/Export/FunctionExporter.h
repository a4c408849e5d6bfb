//===- FunctionExporter.h - the state of an export --------------*- C++ -*-===//
//
// HostFunction.cpp walks the ops of a host function, HostBranches.cpp its
// branches; HostMetadata.cpp writes what they have found.
//
//===----------------------------------------------------------------------===//
#ifndef GQ_LIB_EXPORT_FUNCTIONEXPORTER_H
#define GQ_LIB_EXPORT_FUNCTIONEXPORTER_H

#include "ConstantTable.h"
#include "KernelTable.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::gq {

struct Buffer {
  /// `Merged` buffers are another one: that of the other branch.
  enum Kind { Argument, Result, Workspace, Constant, Merged } kind = Argument;
  unsigned number = 0; ///< among those of its kind
  unsigned version = 0;
  Type elementType;
  SmallVector<SizeExpr> shape;
  Operation *writer = nullptr; ///< the last
  arith::ConstantOp constant;  ///< of a constant
  bool used = false;           ///< of a constant: a launch reads it
};

/// A kernel of a launch, and when it is the one that runs.
struct PendingVariant {
  gqgpu::LaunchOp op;
  SmallVector<HostTensor, 0> operands;
  std::optional<SizeExpr> when; ///< where those before do not run; or always
  std::optional<SizeExpr> only; ///< nothing is launched elsewhere; or always
};

/// Of its variants the first whose condition holds.
using PendingLaunch = SmallVector<PendingVariant, 1>;

class FunctionExporter {
public:
  FunctionExporter(func::FuncOp function, const KernelTable &kernels,
                   ConstantTable &constants)
      : function(function), kernels(kernels), constants(constants),
        exprs([this](Value value) {
          auto found = tensors.find(value);
          return found == tensors.end() ? nullptr : &found->second;
        }) {}

  FailureOr<llvm::json::Object> run();

private:
  LogicalResult visitArguments();
  void visitConstants();
  LogicalResult visit(Operation *op);
  LogicalResult visit(gqgpu::LaunchOp op);
  LogicalResult visit(func::ReturnOp op);
  LogicalResult visit(cf::AssertOp op);
  LogicalResult visit(tensor::EmptyOp op);
  LogicalResult visit(tensor::CastOp op);
  LogicalResult visit(tensor::CollapseShapeOp op);
  LogicalResult visit(tensor::ExpandShapeOp op);

  FailureOr<HostTensor> lookup(Operation *user, Value value);
  FailureOr<HostTensor> read(Operation *user, Value value);
  FailureOr<HostTensor> reshape(Operation *op, Value source);
  void allocate(HostTensor &tensor);
  std::string name(int buffer) const;

  // HostMetadata.cpp

  void checkExtents(const HostTensor &tensor);
  llvm::json::Array describe(Buffer::Kind kind) const;
  llvm::json::Array describeInputs();
  FailureOr<llvm::json::Array> describeConstants();
  LogicalResult checkFirstLaunch();
  FailureOr<llvm::json::Array> writeLaunches();

  // HostBranches.cpp

  /// What a region of an scf.if leaves.
  struct Arm {
    SmallVector<PendingLaunch> launches;
    SmallVector<HostTensor> results; ///< empty where one is no tensor
    /// Of the buffers that there were before: the last version and its writer.
    SmallVector<std::pair<unsigned, Operation *>> written;
    /// Its own buffers.
    int firstBuffer, endBuffer;
  };
  LogicalResult visit(scf::IfOp op);
  FailureOr<Arm> visitArm(Region &region, const SizeExpr &condition,
                          bool holds);
  LogicalResult joinResults(scf::IfOp op, Arm &taken, Arm &other);
  FailureOr<HostTensor> joinResult(scf::IfOp op, unsigned number, Arm &taken,
                                   Arm &other, llvm::DenseSet<int> &shared);
  void shareWorkspace(Arm &taken, Arm &other, llvm::DenseSet<int> &shared);
  void merge(Arm &arm, int from, int into);
  LogicalResult joinLaunches(scf::IfOp op, const SizeExpr &condition,
                             Arm &taken, Arm &other);
  /// Demands `expr` where the branches that the walk is in are taken.
  LogicalResult addCheck(Operation *op, SizeExpr expr, std::string message);

  func::FuncOp function;
  const KernelTable &kernels;
  ConstantTable &constants;
  DenseMap<Value, HostTensor> tensors;
  HostExprs exprs;
  SmallVector<Buffer> buffers;
  SmallVector<PendingLaunch> launches;
  llvm::json::Array checks;
  /// The branches that the walk is in, and whether their conditions hold there.
  SmallVector<std::pair<SizeExpr, bool>> path;
};

} // namespace mlir::gq

#endif // GQ_LIB_EXPORT_FUNCTIONEXPORTER_H
