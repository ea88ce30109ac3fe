# The three shapes a target of this project can have. Warnings stand here once; -Werror comes from the presets.
set(SUPERCARGO_WARNINGS
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wold-style-cast -Wcast-align -Wformat=2 -Wnull-dereference -Wdouble-promotion -Wimplicit-fallthrough)

# On x86 char is signed; elsewhere it need not be, and a comparison with it would mean something else.
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  add_compile_options(-fsigned-char)
endif()

# supercargo_library(NAME SOURCES a.cc ... DEPENDS lib ...): one static library a folder. Its dependencies are the
# arrows of the design: a folder that includes what it does not link fails to compile or to link.
function(supercargo_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${SUPERCARGO_WARNINGS})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS})
endfunction()

# supercargo_test(NAME SOURCES a_test.cc ... DEPENDS lib ...): one GoogleTest program, run by ctest as a whole.
function(supercargo_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${SUPERCARGO_WARNINGS})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gmock_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()

# supercargo_fuzzer(NAME SOURCE x_fuzz.cc DEPENDS lib ...): one libFuzzer program over tests/fuzz/corpus/NAME.
function(supercargo_fuzzer name)
  if(NOT SUPERCARGO_FUZZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "SOURCE" "DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCE})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_property(GLOBAL APPEND PROPERTY SUPERCARGO_FUZZER_NAMES ${name})
endfunction()
