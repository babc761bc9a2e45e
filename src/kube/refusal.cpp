// What an answer of the Kubernetes API means, in the words of somebody who wants to go on. A
// `Status` (meta/v1) has the server's own message, which names user, verb and resource; what stands
// in front of the server answers with pages.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "kube/client.h"

namespace backout::kube {
namespace {

using Kind = Outcome::Kind;

constexpr std::size_t most_shown = 500;  // bytes of a server's message

std::string_view begin_of(std::string_view body) {
  return body.substr(std::min(body.find_first_not_of(" \t\r\n"), body.size()));
}

struct Status {
  std::string message;
  bool is_status = false, page = false;
};

Status read_status(std::string_view body) {
  Status out;
  simdjson::dom::parser parser;
  const simdjson::padded_string padded(body);
  auto root = parser.parse(padded);
  std::string_view kind, text;
  out.is_status = root["kind"].get(kind) == simdjson::SUCCESS && kind == "Status";
  out.page = begin_of(body).starts_with('<');
  if (root["message"].get(text) == simdjson::SUCCESS)
    out.message = text;
  else if (!out.page)
    out.message = begin_of(body);
  while (!out.message.empty() && (out.message.back() == '\n' || out.message.back() == '.'))
    out.message.pop_back();
  if (out.message.size() > most_shown) {
    out.message.resize(most_shown);
    out.message += "…";
  }
  return out;
}

std::string how_to_log_in(const Settings& settings) {
  const User& user = settings.user;
  if (user.exec)
    return fmt::format("the credential is from the plugin `{}` ({}); log in the way it wants",
                       user.exec->command, settings.origin);
  if (user.token.empty() && user.token_file.empty() && !user.certificate.given() &&
      user.user_name.empty())
    return fmt::format("{} has no credential; log in, or choose another with `--context`",
                       settings.origin);
  return fmt::format("the credential is from {} and may have expired; log in again",
                     settings.origin);
}

std::string right_of(std::string_view verb, const Resource& resource) {
  return fmt::format(
      "the right is: verb `{}`, resource `{}{}`, API group `{}`, namespace `{}`; whoever keeps the "
      "cluster's RBAC can grant it",
      verb, resource.plural,
      resource.subresource.empty() ? std::string() : "/" + resource.subresource, resource.group,
      resource.name_space);
}

Outcome no_answer(const Settings& settings, const http::Failure& failure, std::string_view what) {
  using Why = http::Failure::Kind;
  const bool sent = failure.kind > Why::untrusted;
  const auto out = [&](ErrorKind kind, std::string_view advice) {
    return Outcome{sent ? Kind::unknown : Kind::refused,
                   0,
                   {},
                   {kind, fmt::format("{}: {}; {}", what, failure.message, advice)}};
  };
  switch (failure.kind) {
    case Why::request:
      return out(ErrorKind::usage, "correct it in the kubeconfig");
    case Why::no_name:
      return out(
          ErrorKind::undecided,
          fmt::format("check the server of {}, and whether this network (VPN) knows the name",
                      settings.origin));
    case Why::refused:
      return out(ErrorKind::undecided,
                 fmt::format("check the server of {}, VPN, proxy and firewall", settings.origin));
    case Why::untrusted:
      return out(ErrorKind::undecided,
                 fmt::format("check `certificate-authority-data` and `tls-server-name` of {}",
                             settings.origin));
    case Why::timeout:
      return out(ErrorKind::undecided, "the server or the way to it is slow; try again");
    case Why::broken:
      return out(ErrorKind::undecided, "try again");
    case Why::redirect:
      return out(ErrorKind::usage,
                 "a credential is sent to no other place; check the server of "
                 "the kubeconfig");
    case Why::too_large:
      return out(ErrorKind::undecided, "this is more than any object holds; check the server");
    case Why::cancelled:
      return out(ErrorKind::undecided, "it was given up");
  }
  return {Kind::unknown, 0, {}, {ErrorKind::internal, failure.message}};
}

}  // namespace

Outcome outcome_of(const Settings& settings, const http::Answer& answer, std::string_view verb,
                   const Resource& resource) {
  const std::string what = fmt::format("{} {}", verb, in_words(resource));
  if (!answer) return no_answer(settings, answer.error(), what);
  if (answer->status >= 200 && answer->status < 300) {
    if (begin_of(answer->body).starts_with('{'))
      return {Kind::done, answer->status, answer->body, {}};
    return {Kind::unknown,
            answer->status,
            {},
            {ErrorKind::undecided,
             fmt::format("{}: {} answered with something that is no object; is this a Kubernetes "
                         "API server?",
                         what, http::origin(settings.server))}};
  }
  const Status status = read_status(answer->body);
  const auto out = [&](Kind kind, ErrorKind error, std::string_view why) {
    return Outcome{
        kind,
        answer->status,
        {},
        {error, fmt::format(
                    "{}: {} answered {}{}: {}", what, http::origin(settings.server), answer->status,
                    status.message.empty() ? std::string() : " (" + status.message + ")", why)}};
  };
  if (status.page && answer->status < 500)
    return out(Kind::refused, ErrorKind::usage,
               "it is a web page and not the Kubernetes API; a login proxy may stand in front of "
               "it, or the server of the kubeconfig is wrong");
  switch (answer->status) {
    case 401:
      return out(Kind::refused, ErrorKind::usage, how_to_log_in(settings));
    case 403:
      return out(Kind::refused, ErrorKind::usage, right_of(verb, resource));
    case 404:
      return out(
          Kind::not_found, ErrorKind::usage,
          status.message.find("could not find the requested resource") != std::string::npos ||
                  !status.is_status
              ? fmt::format("the cluster does not know {}; is this the right one ({})?",
                            resource.group.empty() ? resource.plural
                                                   : resource.plural + "." + resource.group,
                            settings.origin)
              : fmt::format("check the name, the namespace (`-n`) and the cluster ({})",
                            settings.origin));
    case 409:
      return out(Kind::conflict, ErrorKind::usage,
                 "somebody else has changed it meanwhile; look at it again before you go on");
    case 415:
      return out(Kind::refused, ErrorKind::undecided,
                 "the server does not know this kind of patch");
    case 422:
      return out(Kind::refused, ErrorKind::usage, "the server does not accept the change");
    case 400:
      return out(Kind::refused, ErrorKind::usage, "the server does not accept the request");
    case 407:
      return out(Kind::refused, ErrorKind::usage, "the proxy wants to know who you are");
    case 429:
      return out(Kind::refused, ErrorKind::undecided,
                 "the server has too much to do; try again later");
    default:
      // What stands before the server may have given up on it, and it may have done its work.
      return out(answer->status >= 500 ? Kind::unknown : Kind::refused, ErrorKind::undecided,
                 answer->status >= 500 ? "the server, or what stands in front of it, is in trouble"
                                       : "this answer is not expected");
  }
}

}  // namespace backout::kube
