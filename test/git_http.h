// A git server over smart HTTP for tests: `git http-backend` behind test/http_server.h.
#pragma once

#include <string>

#include "http_server.h"

namespace backout::test {

// Answers requests below the folder `root` of bare repositories ("/acme/catalog.git/…"), pushes
// included.
HttpReply git_backend(const HttpRequest& request, const std::string& root);

}  // namespace backout::test
