// What went wrong between us and Argo CD, in the words of somebody who wants to go on. Argo CD's
// own message is kept, as it often names the missing right.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "argocd/client.h"
#include "http/retry.h"

namespace backout::argocd {
namespace {

constexpr std::size_t most_shown = 300;  // bytes of a server's message

std::string_view begin_of(std::string_view body) {
  return body.substr(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
}
bool is_page(std::string_view body) { return begin_of(body).starts_with('<'); }

// The sentence in a body: Argo CD's `message`, or a short plain text; empty for a page.
std::string message_in(std::string_view body) {
  std::string out;
  simdjson::dom::parser parser;
  std::string_view message;
  if (is_page(body)) return {};
  const simdjson::padded_string padded(body);
  auto root = parser.parse(padded);
  if (root["message"].get(message) == simdjson::SUCCESS ||
      root["error"].get(message) == simdjson::SUCCESS)
    out = message;
  else
    out = begin_of(body);
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r' || out.back() == '.'))
    out.pop_back();
  if (out.size() > most_shown) out = out.substr(0, most_shown) + "…";
  return out;
}

std::string how_to_get_a_token(const Settings& settings) {
  if (settings.token.empty())
    return "no token was sent; set ARGOCD_AUTH_TOKEN, or log in with `argocd login HOST`";
  std::string out = fmt::format("the token is from {}", settings.token_origin);
  if (const auto end = expiry(settings.token)) {
    const auto today = now();
    if (today && *end <= *today) out += fmt::format(" and ended at {}", to_text(*end));
  }
  return out + (settings.can_log_in_again ? "; `argocd relogin` renews it"
                : settings.context.empty()
                    ? "; make a new one with `argocd account generate-token`"
                    : "; log in again with `argocd login HOST`, or set ARGOCD_AUTH_TOKEN");
}

std::string what_a_403_means(const std::string& message) {
  if (message.find("permission denied: ") != std::string::npos)  // names object, action, project
    return "the token lacks this right; whoever keeps Argo CD's RBAC can grant it";
  return "Argo CD says this both when the right is missing and when there is no such application; "
         "check the name, its namespace (`--app-namespace`), and give `--project`, which tells the "
         "two apart";
}

}  // namespace

std::string masked(const Settings& settings, std::string text) {
  std::vector<std::string_view> secrets{settings.token};
  for (const http::Header& header : settings.headers) secrets.push_back(header.value);
  return http::masked(std::move(text), secrets);
}

Error refusal(const Settings& settings, const http::Response& response, std::string_view what) {
  const std::string at = http::origin(settings.url);
  const std::string message = masked(settings, message_in(response.body));
  const std::string said = message.empty() ? std::string() : fmt::format(" ({})", message);
  const auto out = [&](ErrorKind kind, std::string_view why) {
    return Error{kind,
                 fmt::format("{}: {} answered {}{}: {}", what, at, response.status, said, why)};
  };
  if (is_page(response.body) && response.status != 429 && response.status < 500)
    return out(ErrorKind::usage,
               "it is a web page and not Argo CD's API; either a login proxy stands in front of it "
               "(`--header 'Name: value'` takes you through), or the root path is wrong "
               "(`--grpc-web-root-path`)");
  switch (response.status) {
    case 400:
      return out(ErrorKind::usage, "the server does not accept the request");
    case 401:
      return out(ErrorKind::usage, how_to_get_a_token(settings));
    case 403:
      return out(ErrorKind::usage, what_a_403_means(message));
    case 404:
      return out(ErrorKind::usage,
                 message.find("not found") != std::string::npos
                     ? "it is not there, or not in this project; `backout app status` without "
                       "`--project` looks in all"
                     : "there is nothing at this address; check the name, the project and the root "
                       "path (`--grpc-web-root-path`)");
    case 429:
      return out(ErrorKind::undecided, "the server has too much to do; try again later");
    case 407:
      return out(ErrorKind::usage, "the proxy wants to know who you are");
    default:
      return out(ErrorKind::undecided,
                 response.status >= 500
                     ? "the server, or what stands in front of it, is in trouble; try again, and "
                       "look at the log of `argocd-server`"
                     : "this answer is not expected");
  }
}

Error no_answer(const Settings& settings, const http::Failure& failure, std::string_view what) {
  using Kind = http::Failure::Kind;
  const bool plain = settings.url.starts_with("http://");
  const auto out = [&](ErrorKind kind, std::string_view advice) {
    return Error{kind, fmt::format("{}: {}; {}", what, masked(settings, failure.message), advice)};
  };
  switch (failure.kind) {
    case Kind::request:
      return out(ErrorKind::usage, "correct it in the options or in the environment");
    case Kind::no_name:
      return out(ErrorKind::undecided,
                 "check `--server` and whether this network (VPN) knows the name");
    case Kind::refused:
      return out(ErrorKind::undecided,
                 "check host and port of `--server`, the proxy variables and the firewall");
    case Kind::untrusted:
      return out(ErrorKind::undecided,
                 "`--server-crt FILE` trusts a certificate, `--plaintext` is for a server without "
                 "TLS, and `--insecure` trusts anybody");
    case Kind::timeout:
      return out(ErrorKind::undecided, "the server or the way to it is slow; try again");
    case Kind::broken:
      return out(
          ErrorKind::undecided,
          plain ? "try again; and leave out `--plaintext` if the server wants TLS" : "try again");
    case Kind::redirect:
      return out(ErrorKind::usage,
                 plain ? "it wants TLS or a login; leave out `--plaintext`, or give the address "
                         "that it redirects to as `--server`"
                       : "a token is sent to no other place; give that address as `--server`, or, "
                         "when it is a login page, the proxy's `--header 'Name: value'`");
    case Kind::too_large:
      return out(ErrorKind::undecided, "no application is that large; check `--server`");
    case Kind::cancelled:
      return out(ErrorKind::undecided, "nothing was awaited any longer");
  }
  return {ErrorKind::internal, failure.message};
}

}  // namespace backout::argocd
