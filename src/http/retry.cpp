#include "http/retry.h"

#include <algorithm>
#include <charconv>
#include <thread>

namespace backout::http {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds longest_pause{10'000};

bool may_pass(const Answer& answer) {
  using Kind = Failure::Kind;
  if (!answer)
    return answer.error().kind == Kind::no_name || answer.error().kind == Kind::refused ||
           answer.error().kind == Kind::broken;
  const int status = answer->status;
  return status == 429 || status == 502 || status == 503 || status == 504;
}

// What the server asks for, in whole seconds, within reason.
milliseconds pause_before_retry(const Answer& answer, milliseconds planned) {
  if (!answer) return planned;
  const std::string_view after = answer->header("retry-after");
  int seconds = 0;
  if (std::from_chars(after.data(), after.data() + after.size(), seconds).ec != std::errc{})
    return planned;
  return std::clamp(milliseconds(std::chrono::seconds(std::clamp(seconds, 0, 60))), planned,
                    std::max(planned, longest_pause));
}

// In parts, so that it can be cut short. False: it was.
bool pause_for(milliseconds pause, const Request& request) {
  constexpr milliseconds part{50};
  for (; pause > milliseconds(0); pause -= part) {
    if (request.cancelled && request.cancelled()) return false;
    std::this_thread::sleep_for(std::min(pause, part));
  }
  return true;
}

}  // namespace

Tried send_patiently(Session& session, const Request& request, const Patience& patience) {
  Tried out{send(session, request)};
  milliseconds pause = patience.first_pause;
  for (; out.attempts <= patience.retries && may_pass(out.answer); ++out.attempts) {
    if (!pause_for(pause_before_retry(out.answer, pause), request)) break;
    pause = std::min(pause * 2, longest_pause);
    out.answer = send(session, request);
  }
  return out;
}

std::string masked(std::string text, const std::vector<std::string_view>& secrets) {
  for (const std::string_view secret : secrets) {
    if (secret.size() < 4) continue;
    for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3)
      text.replace(at, secret.size(), "***");
  }
  return text;
}

}  // namespace backout::http
