# The CMake package: find_package(GridQuant) and targets GQ::<library>.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/GridQuant)
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/GridQuantConfig.cmake.in
  ${PROJECT_BINARY_DIR}/GridQuantConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/GridQuantConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(EXPORT GridQuantTargets NAMESPACE GQ:: DESTINATION ${package_dir})
install(FILES
  ${PROJECT_BINARY_DIR}/GridQuantConfig.cmake
  ${PROJECT_BINARY_DIR}/GridQuantConfigVersion.cmake
  DESTINATION ${package_dir})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
# What gq-tune has found, for gq-compile --tuned.
install(FILES ${PROJECT_SOURCE_DIR}/benchmarks/tuned/h200.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/gridquant/tuned)

# pkg-config, for the libraries of C; found beside the libraries, wherever these are moved.
file(RELATIVE_PATH GQ_PC_TO_PREFIX "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" GQ_PC_TO_PREFIX "${GQ_PC_TO_PREFIX}")
foreach(name IN ITEMS gq_runtime gq_compiler)
  if(TARGET ${name})
    configure_file(${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  endif()
endforeach()
