// Requests; what to say of failures is in refusal.cpp.
#include "prometheus/client.h"

#include <fmt/format.h>

#include "expr/base64.h"
#include "http/retry.h"

namespace backout::prometheus {
namespace {

Result<http::Request> request_to(const Client& client, const std::string& text, bool by_get) {
  const Settings& settings = client.settings;
  http::Request out;
  out.url = settings.url + "/api/v1/query";
  const std::string form =
      fmt::format("query={}&timeout={}ms", http::encode(text), client.timeout.count());
  out.headers = settings.headers;
  out.headers.push_back({"Accept", "application/json"});
  if (by_get) {
    out.url += '?' + form;
  } else {
    out.method = "POST";
    out.body = form;
    out.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  }
  std::string token = settings.token;
  if (!settings.token_file.empty()) {
    auto read = read_token(settings.token_file);
    // It is being replaced, perhaps.
    if (!read) return fail(ErrorKind::undecided, std::move(read.error().message));
    token = std::move(*read);
  }
  if (!token.empty()) {
    out.headers.push_back({"Authorization", "Bearer " + token});
  } else if (!settings.user_name.empty()) {
    out.headers.push_back(
        {"Authorization",
         "Basic " + expr::encode_base64(settings.user_name + ':' + settings.password)});
  }
  out.tls = settings.tls;
  out.timeout = client.timeout + std::chrono::seconds(1);  // so that the server can say it itself
  out.most_bytes = client.most_bytes;
  out.cancelled = client.cancelled;
  return out;
}

// Not because of the query: POST is not let through, or is led to where a GET may follow.
bool wants_get(const http::Answer& answer) {
  return answer ? answer->status == 405 || answer->status == 501
                : answer.error().kind == http::Failure::Kind::redirect;
}

Result<http::Tried> send(const Client& client, Session& session, const std::string& text) {
  TRY(const http::Request request, request_to(client, text, session.by_get));
  return http::send_patiently(session.connection, request,
                              {client.settings.retries, client.first_pause});
}

tl::unexpected<Error> unreadable(const Settings& settings, Unreadable why) {
  const auto usage = [&](std::string_view text) {
    return fail(ErrorKind::usage,
                fmt::format("Prometheus at {} answers with {}", http::origin(settings.url), text));
  };
  switch (why) {
    case Unreadable::range:
      return usage(
          "a range vector, which has many values for one series; leave out the last `[…]`, or "
          "put a function such as `avg_over_time(…)` around it");
    case Unreadable::text:
      return usage("a string, which no number can be compared with");
    case Unreadable::histogram:
      return usage(
          "a native histogram; take a number from it, for example with `histogram_quantile(…)`");
    case Unreadable::other_server:
      return usage(
          "JSON that is no answer to a query; check the URL, its path too, as in "
          "`https://mimir.example.com/prometheus`");
    case Unreadable::no:
    case Unreadable::broken:
      break;
  }
  return fail(ErrorKind::undecided,
              fmt::format("the answer of Prometheus at {} is cut short or garbled",
                          http::origin(settings.url)));
}

}  // namespace

Result<Answer> query(const Client& client, Session& session, const std::string& text) {
  TRY(http::Tried tried, send(client, session, text));
  if (!session.by_get && wants_get(tried.answer)) {
    session.by_get = true;
    TRY(tried, send(client, session, text));
  }
  const auto& [answer, attempts] = tried;
  const auto begin = answer ? answer->body.find_first_not_of(" \t\r\n") : std::string::npos;
  const bool page = begin != std::string::npos && answer->body[begin] == '<';
  if (answer && answer->status >= 200 && answer->status < 300 && !page) {
    Answer out;
    const Unreadable why = read_answer(answer->body, out);
    if (why != Unreadable::no) return unreadable(client.settings, why);
    if (!out.missing.empty())
      return fail(ErrorKind::undecided,
                  fmt::format("Prometheus at {} answers in part only: {}",
                              http::origin(client.settings.url), out.missing));
    return out;
  }
  Error error =
      answer ? refusal(client.settings, *answer) : no_answer(client.settings, answer.error());
  if (attempts > 1) error.message += fmt::format(" ({} attempts)", attempts);
  return tl::unexpected(std::move(error));
}

}  // namespace backout::prometheus
