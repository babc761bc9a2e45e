// Reading and patching objects through the Kubernetes API. Reads are repeated when nobody was there
// to answer; a change is repeated only when the server cannot have seen it (no connection, 401,
// 429), so that whoever gets no answer has to look at the object again. Errors are the server's own
// `Status`, which names the right that is missing, with what to do next.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "http/http.h"
#include "http/retry.h"
#include "kube/credential.h"
#include "kube/settings.h"

namespace backout::kube {

struct Client {
  Settings settings;
  http::Session session{};
  std::optional<Credential> credential{};
  std::chrono::milliseconds timeout{30'000};  // of each attempt
  http::Patience patience{};
  std::function<bool()> cancelled{};  // http::Request's
  std::size_t most_bytes = std::size_t{64} << 20;
};

using Query = std::vector<std::pair<std::string_view, std::string>>;  // empty values are left out

// "/apis/argoproj.io/v1alpha1/namespaces/shop/rollouts/catalog/status"; no `group`: core, no
// `name`: the list.
struct Resource {
  std::string group, version, plural, name_space, name{}, subresource{};
};
[[nodiscard]] std::string path_of(const Resource& resource);
[[nodiscard]] std::string in_words(const Resource& resource);  // "rollouts/status `shop/catalog`"

// What became of a request.
struct Outcome {
  enum class Kind : std::uint8_t {
    done,
    not_found,  // the object, or what it is of, or its subresource
    conflict,   // it is no longer as it was when we looked
    refused,    // the server said no; of a change: nothing has happened
    unknown,    // there is no answer; a change may have been carried out
  } kind = Kind::done;
  int status = 0;      // of the answer; 0: there is none
  std::string body{};  // of `done`: the object
  Error error{};       // of all others: for the user; usage: the answer is no
};

[[nodiscard]] Outcome get(Client& client, const Resource& resource, const Query& query = {});

enum class PatchType : std::uint8_t { merge, json };
[[nodiscard]] std::string_view content_type(PatchType type);
[[nodiscard]] Outcome patch(Client& client, const Resource& resource, PatchType type,
                            std::string body);

// ---- parts

// The answer's meaning. `verb`: "get", "patch".
[[nodiscard]] Outcome outcome_of(const Settings& settings, const http::Answer& answer,
                                 std::string_view verb, const Resource& resource);

}  // namespace backout::kube
