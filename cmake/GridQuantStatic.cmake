# GQ_STATIC=ON: tools that need no LLVM on the machine they run on.
#
# Packaged MLIR archives name the shared libLLVM (and some libMLIR) as what they
# link to, which would bring the shared libraries back in. The imported targets
# are rewritten to the component archives, with NVPTX as the only back end.

# What MLIR's archives refer to, and the NVPTX back end.
llvm_map_components_to_libnames(GQ_LLVM_ARCHIVES
  core support irreader asmparser bitreader bitwriter linker passes ipo target
  targetparser codegen frontendopenmp nvptxcodegen nvptxdesc nvptxinfo)
add_library(gq_llvm_static INTERFACE)
target_link_libraries(gq_llvm_static INTERFACE ${GQ_LLVM_ARCHIVES})

get_property(GQ_IMPORTED_TARGETS DIRECTORY PROPERTY IMPORTED_TARGETS)
foreach(target IN LISTS GQ_IMPORTED_TARGETS)
  get_target_property(links ${target} INTERFACE_LINK_LIBRARIES)
  if(links)
    list(TRANSFORM links REPLACE "^LLVM$" gq_llvm_static)
    list(TRANSFORM links REPLACE "LINK_ONLY:LLVM>" "LINK_ONLY:gq_llvm_static>")
    list(REMOVE_ITEM links MLIR)
    set_target_properties(${target} PROPERTIES
      INTERFACE_LINK_LIBRARIES "${links}")
  endif()
endforeach()

# One list for all tools: a linker takes from an archive only what is used.
target_link_libraries(gq_mlir INTERFACE
  MLIRAffineToStandard
  MLIRArithToLLVM
  MLIRArithTransforms
  MLIRArithValueBoundsOpInterfaceImpl
  MLIRBufferizationTransforms
  MLIRBuiltinToLLVMIRTranslation
  MLIRControlFlowToLLVM
  MLIRControlFlowTransforms
  MLIRFuncInlinerExtension
  MLIRFuncTransforms
  MLIRGPUDialect
  MLIRGPUToLLVMIRTranslation
  MLIRLLVMToLLVMIRTranslation
  MLIRLinalgTransforms
  MLIRMathToLLVM
  MLIRMathTransforms
  MLIRNVVMToLLVM
  MLIRNVVMToLLVMIRTranslation
  MLIRParser
  MLIRReconcileUnrealizedCasts
  MLIRSCFToControlFlow
  MLIRSCFTransforms
  MLIRTargetLLVMIRExport
  MLIRTensorInferTypeOpInterfaceImpl
  MLIRTensorTilingInterfaceImpl
  MLIRTensorTransforms
  MLIRTransforms
  MLIRVectorTransforms
  gq_llvm_static)
# Libraries that the archives name but nothing calls, such as libz3, stay out;
# equal functions are merged where the linker can, which templates make many of.
include(CheckLinkerFlag)
check_linker_flag(CXX LINKER:--icf=all GQ_LINKER_HAS_ICF)
target_link_options(gq_mlir INTERFACE
  LINKER:--as-needed LINKER:--gc-sections
  $<$<BOOL:${GQ_LINKER_HAS_ICF}>:LINKER:--icf=all>
  -static-libstdc++ -static-libgcc)
install(TARGETS gq_llvm_static EXPORT GridQuantTargets)
