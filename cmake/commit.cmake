# Writes the commit being built to OUTPUT; leaves the file alone when nothing changed.
execute_process(COMMAND git -C ${SOURCE} rev-parse --short=12 HEAD
                OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT commit)
  set(commit unknown)  # a source archive, or no git
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define BACKOUT_COMMIT \"${commit}\"\n")
