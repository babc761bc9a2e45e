// Instant queries of the Prometheus HTTP API, as Prometheus, Thanos, Mimir and VictoriaMetrics
// answer them. POST, because queries are long and belong in no log of URLs; GET where that is not
// allowed. Facts that shape it: values are strings ("NaN", "+Inf", "0.25"), a series that ended is
// just not there, the time in an answer is the question's and not the sample's, and an answer may
// have warnings: that it is only a part (some store did not answer), or about the query (a rate
// over a gauge).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "http/http.h"
#include "prometheus/settings.h"

namespace backout::prometheus {

struct Client {
  Settings settings;
  std::chrono::milliseconds timeout{10'000};   // of each attempt; the server is told
  std::chrono::milliseconds first_pause{250};  // before the first retry; twice as long each time
  std::size_t most_bytes = std::size_t{16} << 20;
  std::function<bool()> cancelled{};  // true: give up; called from the thread that asks
};

// Connections, and what was learned about the server. One thread at a time.
struct Session {
  http::Session connection{};
  bool by_get = false;
};

struct Series {
  std::string labels;  // `requests{pod="a", code="500"}`, `{}`: as the server has them, to be
                       // escaped
  double value = 0;    // also NaN and infinite
};
struct Answer {
  std::vector<Series> series;        // none: no data. A scalar is one series without labels
  std::vector<std::string> remarks;  // annotations of the server
  std::string missing{};             // why it may lack series that there are; empty: it is whole
};

// Errors say what was asked, of whom, why it failed and what to do; never a secret. usage: the
// server will not answer this, however often it is asked (wrong query, wrong address, no right).
// undecided: there is no answer now, or only a part of one.
[[nodiscard]] Result<Answer> query(const Client& client, Session& session, const std::string& text);

// ---- parts

// `body` of a success. `why`: what is wrong with it.
enum class Unreadable { no, broken, other_server, range, text, histogram };
[[nodiscard]] Unreadable read_answer(const std::string& body, Answer& out);

[[nodiscard]] Error refusal(const Settings& settings, const http::Response& response);
[[nodiscard]] Error no_answer(const Settings& settings, const http::Failure& failure);

}  // namespace backout::prometheus
