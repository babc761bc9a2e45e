// Requests and answers against Argo CD's own description of its API (argocd-swagger.json), where
// that is at hand: in the folder BACKOUT_SHARED_DATA, else in ../shared/data beside the sources.
// Where the description is known to be wrong, the code of the server counts: see the list in
// argocd_swagger.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "argocd_server.h"

namespace backout::test {

[[nodiscard]] bool has_argocd_swagger();

// What is wrong with requests: a method or path that does not exist, unknown names in query and
// body, values of another type; and, without the description too, a content type that is refused
// and a client's name that is held against a lowest version.
[[nodiscard]] std::vector<std::string> contract_violations(const std::vector<HttpRequest>& requests,
                                                           std::string_view root_path = {});
// The same of the answer to a request that succeeded.
[[nodiscard]] std::vector<std::string> answer_violations(const std::string& method,
                                                         const std::string& path,
                                                         const std::string& body);

// The test fails for each violation by what the client has sent so far.
void expect_contract(const ArgocdServer& server);

}  // namespace backout::test
