// Reading from Argo CD's REST API. Facts that shape it: a missing application is a 403 unless the
// project is named (then 404), so the answer cannot tell "no right" from "not there" and says both;
// errors are JSON from Argo CD, plain text from its router and HTML from what stands in front of
// it; reads are repeated when nobody was there to answer, with growing pauses.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "argocd/application.h"
#include "argocd/settings.h"
#include "core/result.h"
#include "http/http.h"

namespace backout::argocd {

struct Client {
  Settings settings;
  http::Session session{};
  std::chrono::milliseconds timeout{30'000};   // of each attempt
  std::chrono::milliseconds first_pause{250};  // before the first retry; twice as long each time
  std::size_t most_bytes = std::size_t{64} << 20;
};

// Which application is meant: "catalog" or "shop/catalog", and where to look for it.
struct AppName {
  std::string name;
  std::string name_space;  // empty: Argo CD's own
  std::string project;     // empty: not known
};
// usage: no name, or two namespaces.
[[nodiscard]] Result<AppName> read_app_name(std::string_view word, const std::string& name_space,
                                            const std::string& project);

// Errors say what was asked, of whom, why it failed and what to do; never a token. usage: the
// server's answer is no. undecided: there is no answer, or none that can be read.
[[nodiscard]] Result<Application> get_application(Client& client, const AppName& app);
[[nodiscard]] Result<std::string> get_version(Client& client);  // "v3.1.2+abcdef"

// ---- parts, for what is built on them

using Query = std::vector<std::pair<std::string_view, std::string>>;  // empty values are left out

// The URL of "/api/v1/…" below the server's root path.
[[nodiscard]] std::string url_of(const Settings& settings, std::string_view path,
                                 const Query& query = {});

// With token, headers and bounds; a GET without a body.
[[nodiscard]] http::Request request_to(const Client& client, std::string url);

// `get_application` with another query.
[[nodiscard]] Result<Application> read_from(Client& client, const AppName& app, const Query& query);

// GET with retries. `what`: "application `catalog`", for messages.
[[nodiscard]] Result<http::Response> get(Client& client, std::string_view path, const Query& query,
                                         std::string_view what);

// Why an answer is no success, with what to do next.
[[nodiscard]] Error refusal(const Settings& settings, const http::Response& response,
                            std::string_view what);
// The same when there was no answer.
[[nodiscard]] Error no_answer(const Settings& settings, const http::Failure& failure,
                              std::string_view what);

// `text` without the secrets that were sent, in case a server repeats them.
[[nodiscard]] std::string masked(const Settings& settings, std::string text);

}  // namespace backout::argocd
