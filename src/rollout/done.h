// What became of an action, whichever way it went to the cluster.
#pragma once

#include <cstdint>
#include <optional>

#include "core/result.h"
#include "rollout/action.h"

namespace backout::rollout {

// Whether the writing came to an end.
struct Done {
  enum class Kind : std::uint8_t {
    done,     // or nothing was left to do
    changed,  // refused by us: it is no longer what was decided on
    refused,  // by the server; nothing has happened since `writes`
    unknown,  // no answer: call again, which looks first
  } kind = Kind::done;
  int writes = 0;  // that the server has accepted
  Error error{};   // of all but `done`
};
// What is true now.
struct Look {
  std::optional<Rollout> rollout;  // nothing: there is no right to see it
  Progress progress;
};

}  // namespace backout::rollout
