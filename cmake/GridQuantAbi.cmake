# gq_abi(TARGET HEADER MACRO LIST): the library TARGET keeps an interface of C. Its soname has the
# number that MACRO has in HEADER, which changes when programs must be built again; what it
# exports is in LIST, and nothing may go from there without another number (test: abi).
function(gq_abi target header macro list)
  file(STRINGS "${PROJECT_SOURCE_DIR}/include/${header}" line REGEX "#define ${macro} [0-9]+")
  if(NOT line MATCHES "${macro} ([0-9]+)")
    message(FATAL_ERROR "${header} has no ${macro}")
  endif()
  set(version ${CMAKE_MATCH_1})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/${header}")
  set_target_properties(${target} PROPERTIES VERSION ${version}.${PROJECT_VERSION} SOVERSION ${version})
  if(GQ_BUILD_TESTS)
    find_package(Python3 COMPONENTS Interpreter QUIET)
    if(Python3_FOUND)
      add_test(NAME abi-${target}
        COMMAND Python3::Interpreter ${PROJECT_SOURCE_DIR}/scripts/check-abi.py ${CMAKE_NM}
          $<TARGET_FILE:${target}> ${CMAKE_CURRENT_SOURCE_DIR}/${list})
    endif()
  endif()
endfunction()
