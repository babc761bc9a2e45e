// Requests that change something. Each is sent once, never repeated: a rollback asked for twice
// goes back to the bad release. Whoever gets no answer reads the application again to learn
// whether the request landed. Facts: argo-cd's server/application/application.go, 2.6 to 3.6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "argocd/application.h"
#include "argocd/client.h"

namespace backout::argocd {

// What became of it.
struct Outcome {
  enum class Kind : std::uint8_t {
    done,     // the server said so
    refused,  // it said no, and nothing has changed
    unknown,  // there is no answer; it may have been carried out
  } kind = Kind::done;
  http::Response response;  // of `done` and `refused`
  int code = 0;             // of `refused`: gRPC's, 9 for what the application's state forbids
  std::string said;         // of `refused`: the server's own words
  Error error{};            // of `refused` and `unknown`: for the user
};

// Non-GET requests need exactly this header `Content-Type: application/json`, also without a body.
[[nodiscard]] Outcome change(Client& client, std::string_view method, std::string_view path,
                             const Query& query, std::string body, std::string_view what);

// The application as later requests name it: with project, so that a missing one is told from a
// missing right.
[[nodiscard]] AppName name_of(const Application& app);
// "application `shop/catalog`", for messages.
[[nodiscard]] std::string in_words(const AppName& app);

// `operations`: a JSON patch (RFC 6902). The server tests and applies it at once, then validates
// the whole spec, which needs the repository and manifests that can be rendered (else 400).
[[nodiscard]] Outcome patch_application(Client& client, const AppName& app,
                                        std::string_view operations);
// The whole spec, as JSON. Validates nothing; overwrites what somebody else changes meanwhile.
[[nodiscard]] Outcome put_spec(Client& client, const AppName& app, std::string spec);

[[nodiscard]] Outcome roll_back(Client& client, const AppName& app, std::int64_t id, bool prune);

struct SyncRequest {
  std::vector<std::string> revisions;   // empty: what the spec says
  std::vector<std::int64_t> positions;  // of several sources, from 1; as long as `revisions`
  bool prune = false;
  std::string reason;  // kept in the operation's `info`
};
// With hooks. Does not inherit `retry.refresh`, which would leave the revision asked for.
[[nodiscard]] Outcome sync(Client& client, const AppName& app, const SyncRequest& request);

// Asks the running operation to end; it takes a while, and may not succeed.
[[nodiscard]] Outcome terminate(Client& client, const AppName& app);

// A GET that makes the controller resolve the target anew and compare, and waits for that.
[[nodiscard]] Result<Application> refresh(Client& client, const AppName& app);

}  // namespace backout::argocd
