# The Python package, in an installation and in a wheel.
#
# An installation has it in PREFIX/python, from where it finds PREFIX/bin and PREFIX/lib. A wheel
# has the package from scikit-build-core, and the component "python" besides, which nothing else
# installs: the tools, the libraries that the package opens and that the tools link. Its prefix
# is the folder of the package:
#   cmake --install build --component python --prefix .../site-packages/gridquant
# A wheel has no symbolic links: each library is there under the one name that is asked for, that
# of the runtime that gq-run links under its soname as well.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/python/gridquant DESTINATION python
  PATTERN "__pycache__" EXCLUDE)

set(tools gq-bundle)
if(GQ_BUILD_COMPILER)
  list(APPEND tools gq-compile gq-run)
endif()
install(TARGETS ${tools} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  COMPONENT python EXCLUDE_FROM_ALL)
install(TARGETS gq_runtime gq_reference LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} NAMELINK_SKIP
  COMPONENT python EXCLUDE_FROM_ALL)
set(python_targets ${tools} gq_runtime gq_reference)
# Opened by ctypes, beside the package: it needs nothing in lib but the runtime that is loaded.
if(TARGET gq_jax)
  install(TARGETS gq_jax LIBRARY DESTINATION . COMPONENT python EXCLUDE_FROM_ALL)
  list(APPEND python_targets gq_jax)
endif()
add_custom_target(gq-python DEPENDS ${python_targets})
install(CODE "
  set(prefix \"\${CMAKE_INSTALL_PREFIX}\")
  set(libraries \"\${prefix}/${CMAKE_INSTALL_LIBDIR}\")
  file(REMOVE \"\${libraries}/$<TARGET_SONAME_FILE_NAME:gq_runtime>\"
    \"\${libraries}/$<TARGET_SONAME_FILE_NAME:gq_reference>\")
  file(RENAME \"\${libraries}/$<TARGET_FILE_NAME:gq_runtime>\" \"\${prefix}/libgq_runtime.so\")
  file(RENAME \"\${libraries}/$<TARGET_FILE_NAME:gq_reference>\" \"\${prefix}/libgq_reference.so\")
  file(COPY_FILE \"\${prefix}/libgq_runtime.so\"
    \"\${libraries}/$<TARGET_SONAME_FILE_NAME:gq_runtime>\")
" COMPONENT python EXCLUDE_FROM_ALL)

# Which version and commit this is, known when it is installed: gridquant.__version__.
file(WRITE "${PROJECT_BINARY_DIR}/write-build.cmake" "
  include(\"${PROJECT_SOURCE_DIR}/cmake/GridQuantCommit.cmake\")
  gq_commit(commit \"${PROJECT_SOURCE_DIR}\")
  file(WRITE \"\${package}/_build.py\" \"VERSION = \\\"${PROJECT_VERSION}\\\"\\nCOMMIT = \\\"\${commit}\\\"\\n\")
")
install(CODE "
  set(package \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/python/gridquant\")
  include(\"${PROJECT_BINARY_DIR}/write-build.cmake\")
")
install(CODE "
  set(package \"\${CMAKE_INSTALL_PREFIX}\")
  include(\"${PROJECT_BINARY_DIR}/write-build.cmake\")
" COMPONENT python EXCLUDE_FROM_ALL)
