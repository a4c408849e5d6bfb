//===- TargetInterface.td - attributes that are targets ----*- tablegen -*-===//
#ifndef GQ_TARGET_TARGETINTERFACE_TD
#define GQ_TARGET_TARGETINTERFACE_TD

include "mlir/IR/OpBase.td"

def GQ_TargetAttrInterface : AttrInterface<"TargetAttrInterface"> {
  let cppNamespace = "::mlir::gq";
  let description = [{
    What `gq.target` on a module may be. Verifiers and passes of any dialect ask
    for the model through it, so that they need not know who defines the
    attribute.
  }];
  let methods = [
    InterfaceMethod<"The GPU that it describes.",
      "const ::mlir::gq::TargetModel &", "getModel">
  ];
}

#endif // GQ_TARGET_TARGETINTERFACE_TD
