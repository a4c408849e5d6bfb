# The commit of a source tree. Run by `cmake -P` in each build, with SOURCE, HEADER and
# VERSION: HEADER has both, and is written only when it says something else.
#
# gq_commit(OUT SOURCE): twelve digits; those of an archive that git made are in
# archive-commit.txt; "unknown" where neither says it. A git that is around an unpacked
# archive is another project's.
function(gq_commit out source)
  set(commit "")
  if(EXISTS "${source}/.git")
    execute_process(COMMAND git -C "${source}" rev-parse --short=12 HEAD
      OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  elseif(EXISTS "${source}/cmake/archive-commit.txt")
    file(READ "${source}/cmake/archive-commit.txt" text)
    string(REGEX MATCH "^[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"
      commit "${text}")
  endif()
  if(NOT commit)
    set(commit unknown)
  endif()
  set(${out} "${commit}" PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  gq_commit(commit "${SOURCE}")
  set(text "#define GQ_VERSION \"${VERSION}\"\n#define GQ_COMMIT \"${commit}\"\n")
  set(known "")
  if(EXISTS "${HEADER}")
    file(READ "${HEADER}" known)
  endif()
  if(NOT known STREQUAL text)
    file(WRITE "${HEADER}" "${text}")
  endif()
endif()
