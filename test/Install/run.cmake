# Installs BUILD_DIR into WORK_DIR/prefix, then configures, builds and runs the
# project in CONSUMER_DIR against nothing but that prefix and MLIR.
function(step)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGV}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
step(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix)
step(${CMAKE_COMMAND} -G ${GENERATOR} -S ${CONSUMER_DIR} -B ${WORK_DIR}/build
  -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix
  -DMLIR_DIR=${MLIR_DIR}
  -DCMAKE_BUILD_TYPE=${BUILD_TYPE}
  -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
  "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}"
  "-DCMAKE_EXE_LINKER_FLAGS=${LINKER_FLAGS}")
step(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
step(${WORK_DIR}/build/consumer)
if(NOT output STREQUAL "consumer parsed 1 gq op\n")
  message(FATAL_ERROR "unexpected output of the consumer: ${output}")
endif()

# Nothing in the package may point back into the build or the source tree.
file(GLOB_RECURSE package ${WORK_DIR}/prefix/lib/cmake/*.cmake)
if(NOT package)
  message(FATAL_ERROR "no CMake package was installed")
endif()
get_filename_component(source_dir "${CONSUMER_DIR}/../.." ABSOLUTE)
foreach(file IN LISTS package)
  file(READ ${file} text)
  foreach(dir IN ITEMS ${BUILD_DIR} ${source_dir})
    string(FIND "${text}" "${dir}/" at)
    if(NOT at EQUAL -1)
      message(FATAL_ERROR "${file} refers to ${dir}")
    endif()
  endforeach()
endforeach()
message(STATUS "${output}")
