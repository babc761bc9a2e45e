// Results of what can fail on us: a value or an `Error`. What is wrong with the user's files is
// never an `Error` but a `Finding`. The kind of an error decides the exit code, see core/verdict.h.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace backout {

enum class ErrorKind {
  usage,      // wrong option, unknown revision, bad configuration: exit 2
  input,      // a named file cannot be read: exit 2
  undecided,  // something could not be looked at (shallow range, limit): exit 3
  internal,   // our own fault: exit 3
};

struct Error {
  ErrorKind kind;
  std::string message;  // what, where, why and what to do next; lower-case, no full stop
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace backout

// TRY(auto value, expression) unwraps a Result or returns its error from the enclosing function.
#define BACKOUT_CONCAT_(a, b) a##b
#define BACKOUT_CONCAT(a, b) BACKOUT_CONCAT_(a, b)
#define TRY(declaration, expression)                                                 \
  auto BACKOUT_CONCAT(try_result_, __LINE__) = (expression);                         \
  if (!BACKOUT_CONCAT(try_result_, __LINE__))                                        \
    return tl::unexpected(std::move(BACKOUT_CONCAT(try_result_, __LINE__)).error()); \
  declaration = std::move(*BACKOUT_CONCAT(try_result_, __LINE__))
#define TRY_VOID(expression)                                     \
  if (auto BACKOUT_CONCAT(try_result_, __LINE__) = (expression); \
      !BACKOUT_CONCAT(try_result_, __LINE__))                    \
  return tl::unexpected(std::move(BACKOUT_CONCAT(try_result_, __LINE__)).error())
