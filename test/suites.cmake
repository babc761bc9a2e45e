# Read by ctest: a test for each suite of the program TESTS. Lines of the listing that are not indented
# name suites and end in a dot; parametrised ones carry a comment.
execute_process(COMMAND ${TESTS} --gtest_list_tests OUTPUT_VARIABLE listing RESULT_VARIABLE failed)
if(failed)
  add_test(backout_tests ${TESTS})
  return()
endif()
string(REGEX MATCHALL "(^|\n)[A-Za-z][A-Za-z0-9_/]*\\.[ \n]" suites "${listing}")
foreach(suite IN LISTS suites)
  string(REGEX MATCH "[A-Za-z0-9_/]+" suite "${suite}")
  add_test(${suite} ${TESTS} --gtest_brief=1 --gtest_filter=${suite}.*)
  set_tests_properties(${suite} PROPERTIES TIMEOUT 900)
endforeach()
