// A read that is repeated when nobody was there to answer, with growing pauses. For requests that
// change nothing, and for those alone.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "http/http.h"

namespace backout::http {

struct Patience {
  int retries = 3;
  std::chrono::milliseconds first_pause{250};  // before the first retry; twice as long each time
};

struct Tried {
  Answer answer;  // the last one
  int attempts = 1;
};
// Repeats after no name, no connection, a connection that ended early, and after 429, 502, 503 and
// 504, whose `Retry-After` counts. Not after a time-out: that took long enough.
[[nodiscard]] Tried send_patiently(Session& session, const Request& request,
                                   const Patience& patience);

// `text` without the secrets that were sent, in case a server repeats them.
[[nodiscard]] std::string masked(std::string text, const std::vector<std::string_view>& secrets);

}  // namespace backout::http
