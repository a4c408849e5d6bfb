# What a Python wheel carries besides python/gridquant, as the install component "python": the
# tools, the libraries that the package opens and that the tools link, and which version and
# commit this is. Its prefix is the folder of the package; nothing else installs it.
#   cmake --install build --component python --prefix .../site-packages/gridquant
#
# A wheel has no symbolic links: each library is there under the one name that is asked for,
# that of the runtime that gq-run links under its soname as well.
set(tools gq-bundle)
if(GQ_BUILD_COMPILER)
  list(APPEND tools gq-compile gq-run)
endif()
install(TARGETS ${tools} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
  COMPONENT python EXCLUDE_FROM_ALL)
install(TARGETS gq_runtime gq_reference LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} NAMELINK_SKIP
  COMPONENT python EXCLUDE_FROM_ALL)
install(CODE "
  set(source \"${PROJECT_SOURCE_DIR}\")
  set(version \"${PROJECT_VERSION}\")
  set(soversion \"${PROJECT_VERSION_MAJOR}\")
  set(libraries \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}\")
" COMPONENT python EXCLUDE_FROM_ALL)
install(CODE [[
  foreach(name IN ITEMS gq_runtime gq_reference)
    set(library "${libraries}/lib${name}.so.${soversion}")
    file(REMOVE "${library}")
    file(RENAME "${libraries}/lib${name}.so.${version}" "${CMAKE_INSTALL_PREFIX}/lib${name}.so")
  endforeach()
  file(COPY_FILE "${CMAKE_INSTALL_PREFIX}/libgq_runtime.so"
    "${libraries}/libgq_runtime.so.${soversion}")
  set(commit "")
  execute_process(COMMAND git -C "${source}" rev-parse --short HEAD
    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT commit)
    set(commit unknown)
  endif()
  file(WRITE "${CMAKE_INSTALL_PREFIX}/_build.py"
    "VERSION = \"${version}\"\nCOMMIT = \"${commit}\"\n")
]] COMPONENT python EXCLUDE_FROM_ALL)
