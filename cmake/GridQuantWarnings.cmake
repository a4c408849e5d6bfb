# gq_warnings(TARGET): the warning level all of our own code is built with.
function(gq_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra)
  if(GQ_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
endfunction()
