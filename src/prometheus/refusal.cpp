// What went wrong between us and Prometheus, in the words of somebody who wants to go on.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "expr/base64.h"
#include "http/retry.h"
#include "prometheus/client.h"

namespace backout::prometheus {
namespace {

constexpr std::size_t most_shown = 300;  // bytes of a server's message

std::string_view begin_of(std::string_view body) {
  return body.substr(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
}

struct Said {
  std::string type, message;  // "bad_data", "invalid parameter …"
};
Said said_in(std::string_view body) {
  Said out;
  if (begin_of(body).starts_with('<')) return out;
  simdjson::dom::parser parser;
  std::string_view type, message;
  const simdjson::padded_string padded(body);
  auto root = parser.parse(padded);
  if (root["errorType"].get(type) == simdjson::SUCCESS) out.type = type.substr(0, 40);
  if (root["error"].get(message) == simdjson::SUCCESS ||
      root["message"].get(message) == simdjson::SUCCESS)
    out.message = message;
  else
    out.message = begin_of(body);
  while (!out.message.empty() &&
         (out.message.back() == '\n' || out.message.back() == '\r' || out.message.back() == '.'))
    out.message.pop_back();
  if (out.message.size() > most_shown) out.message = out.message.substr(0, most_shown) + "…";
  return out;
}

std::string masked(const Settings& settings, std::string text) {
  const std::string basic = expr::encode_base64(settings.user_name + ':' + settings.password);
  std::vector<std::string_view> secrets{settings.token, settings.password, basic};
  std::string token;
  if (!settings.token_file.empty()) token = read_token(settings.token_file).value_or("");
  secrets.emplace_back(token);
  for (const http::Header& header : settings.headers) secrets.emplace_back(header.value);
  return http::masked(std::move(text), secrets);
}

std::string whose_credentials(const Settings& settings) {
  if (!settings.token_file.empty())
    return fmt::format(
        "the token is from `{}` (PROMETHEUS_TOKEN_FILE); it has ended, or is for "
        "another server",
        settings.token_file);
  if (!settings.token.empty())
    return "the token is from PROMETHEUS_TOKEN; it has ended, or is for another server";
  if (!settings.user_name.empty())
    return "user and password are from PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD";
  return "no credentials were sent; set PROMETHEUS_TOKEN, PROMETHEUS_TOKEN_FILE, or "
         "PROMETHEUS_USERNAME and PROMETHEUS_PASSWORD";
}

constexpr std::string_view paths =
    "the API is at URL/api/v1/query, so the URL ends in `/prometheus` for Mimir and in "
    "`/select/0/prometheus` for a VictoriaMetrics cluster";

}  // namespace

Error refusal(const Settings& settings, const http::Response& response) {
  const Said said = said_in(response.body);
  std::string answered =
      fmt::format("Prometheus at {} answered {}", http::origin(settings.url), response.status);
  if (!said.message.empty())
    answered += fmt::format(" ({}{}{})", said.type, said.type.empty() ? "" : ": ",
                            masked(settings, said.message));
  const auto out = [&](ErrorKind kind, std::string_view why) {
    return Error{kind, fmt::format("{}: {}", answered, why)};
  };
  const bool lacks_tenant = said.message.find("no org id") != std::string::npos;
  if (begin_of(response.body).starts_with('<') && response.status != 429 && response.status < 500)
    return out(ErrorKind::usage,
               fmt::format("it is a web page and not the API; either a login proxy stands in front "
                           "of it (`--header 'Name: value'` takes you through), or the path is "
                           "wrong: {}",
                           paths));
  switch (response.status) {
    case 400:
      return out(ErrorKind::usage, "the server does not accept the query");
    case 401:
    case 403:
      if (lacks_tenant)
        return out(ErrorKind::usage, "name the tenant: `--header 'X-Scope-OrgID: NAME'`");
      return out(ErrorKind::usage,
                 response.status == 401
                     ? whose_credentials(settings)
                     : "the right is missing, or the tenant is another one (`--header "
                       "'X-Scope-OrgID: NAME'`); " +
                           whose_credentials(settings));
    case 404:
      return out(ErrorKind::usage, fmt::format("there is no API at this address; {}", paths));
    case 405:
      return out(ErrorKind::usage, "neither POST nor GET is allowed here; check the URL");
    case 407:
      return out(ErrorKind::usage, "the proxy wants to know who you are");
    case 413:
    case 414:
      return out(ErrorKind::usage, "the query is too long for what stands in front of the server");
    case 422:
      return out(ErrorKind::usage, "the server cannot compute the query");
    case 429:
      return out(ErrorKind::undecided, "the server has too much to do; try again later");
    default:
      break;
  }
  if (said.type == "timeout" || said.type == "canceled")
    return out(ErrorKind::undecided,
               "the query takes the server too long; look at fewer series, or record it by a rule");
  return out(ErrorKind::undecided,
             response.status >= 500
                 ? "the server, or what stands in front of it, is in trouble; try again"
                 : "this answer is not expected");
}

Error no_answer(const Settings& settings, const http::Failure& failure) {
  using Kind = http::Failure::Kind;
  const auto out = [&](ErrorKind kind, std::string_view advice) {
    return Error{kind, fmt::format("no answer of Prometheus: {}; {}",
                                   masked(settings, failure.message), advice)};
  };
  switch (failure.kind) {
    case Kind::request:
      return out(ErrorKind::usage, "correct it in the options or in the environment");
    case Kind::no_name:
      return out(ErrorKind::undecided, "check the URL and whether this network (VPN) knows it");
    case Kind::refused:
      return out(ErrorKind::undecided,
                 "check host and port of the URL, the port forwarding, the proxy variables and the "
                 "firewall");
    case Kind::untrusted:
      return out(ErrorKind::usage,
                 "`--prometheus-ca FILE` trusts a certificate, an `http://` URL is for a server "
                 "without TLS, and `--prometheus-insecure` trusts anybody");
    case Kind::timeout:
      return out(ErrorKind::undecided,
                 "the server or the way to it is slow, or the query is too much for it");
    case Kind::broken:
      return out(ErrorKind::undecided,
                 settings.url.starts_with("http://")
                     ? "try again; and write `https://` if the server wants TLS"
                     : "try again");
    case Kind::redirect:
      return out(ErrorKind::usage,
                 "credentials are sent to no other place; give that address as the URL, or, when "
                 "it is a login page, the proxy's `--header 'Name: value'`");
    case Kind::too_large:
      return out(ErrorKind::usage, "let the query aggregate: `sum(…)`, `max by (pod) (…)`");
    case Kind::cancelled:
      return out(ErrorKind::undecided, "nothing was awaited any longer");
  }
  return {ErrorKind::internal, failure.message};
}

}  // namespace backout::prometheus
