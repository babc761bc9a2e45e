// Raw requests to the Argo CD of a test, as a client that knows nothing of it.
#pragma once

#include <string>

#include "argocd_server.h"
#include "http/http.h"

namespace backout::test {

struct Asked {
  int status = 0;  // 0: there was no answer
  std::string body{};
  sim::Json json{};  // discarded when it is none
  http::Failure::Kind failure{};
};

struct Asking {
  std::string body{};
  std::string type = "application/json";  // empty: no such header
  std::string token = "token-of-ana";     // empty: none
  int timeout_ms = 10'000;
};

// `path` below /api/v1, with its query.
Asked ask(const ArgocdServer& server, const char* method, const std::string& path,
          const Asking& asking = {});

// The usual ones, of application `catalog`.
Asked get_catalog(const ArgocdServer& server, const std::string& query = {});
Asked post_catalog(const ArgocdServer& server, const std::string& what, const sim::Json& body);
Asked patch_catalog(const ArgocdServer& server, const sim::Json& steps);
Asked pause_auto_sync(const ArgocdServer& server);  // by removing it
Asked put_auto_sync_back(const ArgocdServer& server);
Asked roll_back(const ArgocdServer& server, int id, bool prune = false);
// Until no operation is there; false: that never happens.
bool wait_for_operation(ArgocdServer& server);
sim::App catalog(const ArgocdServer& server);
std::string phase(const ArgocdServer& server);  // "none": no operationState

}  // namespace backout::test
