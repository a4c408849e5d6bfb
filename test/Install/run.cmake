# Installs BUILD_DIR into WORK_DIR/prefix, runs the installed tools, and builds and
# runs the programs of docs/embedding.md and examples/embed against nothing but that
# prefix and MLIR.
function(step)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result
    OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "failed (${result}): ${ARGV}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# expect(TEXT): TEXT is in the output of the last step.
function(expect text)
  string(FIND "${output}" "${text}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "expected '${text}' in: ${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK_DIR}")
set(prefix ${WORK_DIR}/prefix)
step(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})
set(ENV{LD_LIBRARY_PATH} "")

# The tools.
set(kernel ${SOURCE_DIR}/kernels/quantize_1x128.mlir)
step(${prefix}/bin/gq-opt ${kernel} --gq-lower-to-tiles --gq-lower-to-kernels)
expect("gqgpu.kernel @quantize_1x128_quantize")
step(${prefix}/bin/gq-compile ${kernel} --emit=bundle -o ${WORK_DIR}/quantize.gqb)
step(${prefix}/bin/gq-bundle info ${WORK_DIR}/quantize.gqb)
expect("function quantize_1x128")
step(${prefix}/bin/gq-run ${kernel} --m 17 --check)
expect("passed")
foreach(tool IN ITEMS gq-lsp-server gq-reduce)
  step(${prefix}/bin/${tool} --version)
  expect("gridquant ${VERSION}")
endforeach()
execute_process(COMMAND ${prefix}/bin/gq-bench --help OUTPUT_VARIABLE output
  ERROR_VARIABLE output)
expect("usage: gq-bench")
step(${prefix}/bin/gq-compile ${kernel} --tuned=${prefix}/share/gridquant/tuned/h200.json
  --emit=nvvm -o ${WORK_DIR}/tuned.mlir)
execute_process(COMMAND ${prefix}/bin/gq-tune --help OUTPUT_VARIABLE output
  RESULT_VARIABLE status)
expect("usage: gq-tune")
execute_process(COMMAND ${prefix}/bin/gq-stress --help OUTPUT_VARIABLE output
  RESULT_VARIABLE status)
expect("usage: gq-stress")

# A project against the installed package.
macro(build_outside source build)
  step(${CMAKE_COMMAND} -G ${GENERATOR} -S ${source} -B ${build}
    -DCMAKE_PREFIX_PATH=${prefix}
    -DMLIR_DIR=${MLIR_DIR}
    -DCMAKE_BUILD_TYPE=${BUILD_TYPE}
    -DCMAKE_C_COMPILER=${C_COMPILER}
    -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
    "-DCMAKE_CXX_FLAGS=${CXX_FLAGS}"
    "-DCMAKE_EXE_LINKER_FLAGS=${LINKER_FLAGS}")
  step(${CMAKE_COMMAND} --build ${build})
endmacro()

# C++: a bundle made in memory, as the tools make it.
set(programs ${WORK_DIR}/programs)
step(${PYTHON} ${SOURCE_DIR}/test/Install/extract.py ${SOURCE_DIR}/docs/embedding.md ${programs})
expect("CMakeLists.txt\nembed.cpp\npipeline.cpp\nlinear.c\nlaunch.py\nreference.py\n")
build_outside(${programs} ${WORK_DIR}/build)
execute_process(COMMAND ${WORK_DIR}/build/embed RESULT_VARIABLE result
  OUTPUT_FILE ${WORK_DIR}/embed.gqb ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "embed failed (${result}): ${output}")
endif()
step(${prefix}/bin/gq-bundle info ${WORK_DIR}/embed.gqb)
expect("gpu h200")
expect("function linear")
execute_process(COMMAND ${WORK_DIR}/build/pipeline ${kernel} RESULT_VARIABLE result
  OUTPUT_FILE ${WORK_DIR}/pipeline.gqb ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "pipeline failed (${result}): ${output}")
endif()
step(${prefix}/bin/gq-bundle info ${WORK_DIR}/pipeline.gqb)
expect("function quantize_1x128")

# C: against the runtime alone, on a driver that records calls.
step(${C_COMPILER} -Wall -Wextra -Werror ${programs}/linear.c -I${prefix}/include
  -L${prefix}/lib -lgq_runtime -Wl,-rpath,${prefix}/lib -o ${WORK_DIR}/linear)
step(${prefix}/bin/gq-compile ${SOURCE_DIR}/kernels/linear.mlir --emit=bundle
  -o ${WORK_DIR}/linear.gqb)
set(ENV{GQ_LIBCUDA} ${MOCK_CUDA})
step(${WORK_DIR}/linear ${WORK_DIR}/linear.gqb 128)
expect("y is 128 x 1024")
unset(ENV{GQ_LIBCUDA})

# examples/embed: C and C++ by CMake's package, C by pkg-config as well.
build_outside(${SOURCE_DIR}/examples/embed ${WORK_DIR}/examples)
set(ENV{GQ_LIBCUDA} ${MOCK_CUDA})
step(${WORK_DIR}/examples/compile_and_launch ${kernel})
expect("function quantize_1x128\ninput x: 128x1024xbf16\noutput res0: 128x1024xf8E4M3FN\noutput res1: 128x8xf32\nlaunched\n")
set(ENV{GQ_LIBCUDA} ${WORK_DIR}/no-such-driver.so)
step(${WORK_DIR}/examples/compile_and_launch ${kernel})
expect("not launched: ")
execute_process(COMMAND ${WORK_DIR}/examples/compile_and_launch ${SOURCE_DIR}/README.md
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT result EQUAL 1)
  message(FATAL_ERROR "compile_and_launch took README.md (${result}): ${output}")
endif()
expect("README.md:1:1: error: ")
unset(ENV{GQ_LIBCUDA})
execute_process(COMMAND ${WORK_DIR}/examples/own_pass ${SOURCE_DIR}/kernels/linear.mlir
  RESULT_VARIABLE result OUTPUT_FILE ${WORK_DIR}/own_pass.gqb ERROR_VARIABLE output)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "own_pass failed (${result}): ${output}")
endif()
expect("gq.scaled_matmul: #gq.matmul_config<tile = [")
expect("gq.quantize: #gq.quantize_config<")
step(${prefix}/bin/gq-bundle info ${WORK_DIR}/own_pass.gqb)
expect("function linear")
find_program(pkg_config NAMES pkg-config pkgconf)
if(pkg_config)
  set(ENV{PKG_CONFIG_PATH} ${prefix}/lib/pkgconfig)
  step(${pkg_config} --modversion gq_runtime)
  expect("${VERSION}")
  step(${pkg_config} --cflags --libs gq_compiler gq_runtime)
  separate_arguments(flags UNIX_COMMAND "${output}")
  step(${C_COMPILER} -Wall -Wextra -Werror ${SOURCE_DIR}/examples/embed/compile_and_launch.c ${flags}
    -Wl,-rpath,${prefix}/lib -o ${WORK_DIR}/by_pkg_config)
  set(ENV{GQ_LIBCUDA} ${MOCK_CUDA})
  step(${WORK_DIR}/by_pkg_config ${kernel})
  expect("launched\n")
  unset(ENV{GQ_LIBCUDA})
endif()

# Python: launch.py needs torch and a GPU; that it is Python can be checked.
# The package of the installation finds the tools and libraries around it.
set(ENV{PYTHONPATH} ${prefix}/python)
set(ENV{PYTHONDONTWRITEBYTECODE} 1)
step(${PYTHON} -c "import ast; ast.parse(open('${programs}/launch.py').read())")
step(${PYTHON} ${programs}/reference.py)
expect("largest error 0.0")
set(ENV{GQ_CACHE_DIR} ${WORK_DIR}/cache)
step(${PYTHON} -c "import gridquant
bundle = gridquant.compiler.compile_bytes('${kernel}')
print(len(bundle) > 0, gridquant.__version__)")
expect("True ${VERSION}+")
step(${PYTHON} ${SOURCE_DIR}/examples/embed/compile_and_call.py)
expect("<gridquant.Function linear(x: ?x512xbf16, w: 256x512xbf16, bias: 256xbf16) -> (res0: ?x256xbf16)>")
expect("on the ")
step(${PYTHON} -m gridquant)
expect("gq-compile ${prefix}/bin/gq-compile")

# Nothing in the package may point back into the build or the source tree.
file(GLOB_RECURSE package ${prefix}/lib/cmake/*.cmake)
if(NOT package)
  message(FATAL_ERROR "no CMake package was installed")
endif()
foreach(file IN LISTS package)
  file(READ ${file} text)
  foreach(dir IN ITEMS ${BUILD_DIR} ${SOURCE_DIR})
    string(FIND "${text}" "${dir}/" at)
    if(NOT at EQUAL -1)
      message(FATAL_ERROR "${file} refers to ${dir}")
    endif()
  endforeach()
endforeach()
