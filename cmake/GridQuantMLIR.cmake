# Finds MLIR and takes the one decision about how everything links against it.
#
# Default: the shared libMLIR.so and libLLVM.so. With GQ_STATIC=ON: the component
# archives, and only the NVPTX back end, for a tool that can be carried to a
# machine without LLVM.
find_package(MLIR REQUIRED CONFIG
  HINTS /usr/lib/llvm-22/lib/cmake/mlir)
if(NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "GridQuant needs MLIR 22, found ${LLVM_PACKAGE_VERSION} in ${MLIR_DIR}")
endif()
message(STATUS "Using MLIR ${LLVM_PACKAGE_VERSION} in ${MLIR_DIR}")
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# LLVM_DEFINITIONS is one string; add_definitions would glue it together.
separate_arguments(GQ_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")
get_filename_component(GQ_LLVM_TOOLS_DIR "${LLVM_TOOLS_BINARY_DIR}" ABSOLUTE)

add_library(gq_mlir INTERFACE)
# An installed GridQuant takes these from the MLIR that is found there.
target_include_directories(gq_mlir SYSTEM INTERFACE
  "$<BUILD_INTERFACE:${LLVM_INCLUDE_DIRS};${MLIR_INCLUDE_DIRS}>")
target_compile_definitions(gq_mlir INTERFACE ${GQ_LLVM_DEFINITIONS})
# Debian builds LLVM with RTTI and without exceptions.
target_compile_options(gq_mlir INTERFACE -fno-exceptions -fvisibility-inlines-hidden)
if(GQ_STATIC)
  include(GridQuantStatic)
else()
  target_link_libraries(gq_mlir INTERFACE MLIR LLVM)
endif()
install(TARGETS gq_mlir EXPORT GridQuantTargets)

# What all libraries are compiled with. Errno is not read by anyone, and setting
# it keeps math calls from being inlined; a precompiled header only serves files
# that agree about that. ccache can only compare what does not hold the time it
# was made.
set(GQ_COMPILE_OPTIONS -fno-math-errno)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  list(APPEND GQ_COMPILE_OPTIONS "SHELL:-Xclang -fno-pch-timestamp")
endif()

# The headers of MLIR that most files include, compiled once: a file that needs
# them takes a fifth of the time. gcc is slower with it than without.
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_library(gq_pch OBJECT "${CMAKE_CURRENT_LIST_DIR}/pch.cpp")
  set_target_properties(gq_pch PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(gq_pch PRIVATE gq_mlir)
  target_compile_options(gq_pch PRIVATE ${GQ_COMPILE_OPTIONS})
  target_precompile_headers(gq_pch PRIVATE "${CMAKE_CURRENT_LIST_DIR}/pch.h")
endif()

function(gq_use_pch target)
  if(TARGET gq_pch)
    target_precompile_headers(${target} REUSE_FROM gq_pch)
  endif()
endfunction()

# For an executable of many MLIR headers: the precompiled one is for -fPIC, which
# has the last word over CMake's -fPIE.
function(gq_test_with_pch target)
  target_compile_options(${target} PRIVATE ${GQ_COMPILE_OPTIONS} -fPIC)
  gq_use_pch(${target})
endfunction()

# gq_add_library(NAME sources... [DEPENDS tablegen targets] [LINK libs])
function(gq_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(GQ::${name} ALIAS ${name})
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  # SYSTEM: tablegen's output is not warning-free.
  target_include_directories(${name} SYSTEM PUBLIC
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>)
  target_link_libraries(${name} PUBLIC gq_mlir ${ARG_LINK})
  # All generated headers: they are quick to make and order problems are not.
  get_property(tablegen GLOBAL PROPERTY GQ_TABLEGEN_TARGETS)
  if(tablegen)
    add_dependencies(${name} ${tablegen})
  endif()
  gq_warnings(${name})
  target_compile_options(${name} PRIVATE ${GQ_COMPILE_OPTIONS})
  gq_use_pch(${name})
  install(TARGETS ${name} EXPORT GridQuantTargets)
endfunction()

# gq_add_tool(NAME sources... [LINK libs])
function(gq_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE gq_mlir ${ARG_LINK})
  gq_warnings(${name})
  set_property(GLOBAL APPEND PROPERTY GQ_TOOLS ${name}) # what the lit suite may call
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# gq_tablegen_target(NAME): the mlir_tablegen calls before it as one target, which
# every library is built after.
function(gq_tablegen_target name)
  add_public_tablegen_target(${name})
  set_property(GLOBAL APPEND PROPERTY GQ_TABLEGEN_TARGETS ${name})
endfunction()
