// Where Prometheus is and how to talk to it: from options and from the environment. Never from the
// configuration of a repository, because credentials go there: whoever can have a file merged must
// not choose who receives the token. Secrets come from the environment or from a file, not from the
// command line, which everybody on the machine can read.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "http/http.h"

namespace backout::prometheus {

// Value of an environment variable; absent when it is unset.
using Environment = std::function<std::optional<std::string>(const char* name)>;

// Of the command line; empty: not given.
struct Flags {
  std::string url;
  std::string authorities_file, certificate_file, key_file;  // PEM
  std::vector<std::string> headers;                          // "X-Scope-OrgID: shop"
  bool insecure = false;
};

struct Settings {
  // "https://mimir.example.com/prometheus": "/api/v1/query" stands behind it.
  std::string url;
  std::string token;       // empty: none
  std::string token_file;  // read again for each question, as a cluster renews such tokens
  std::string user_name, password;
  std::vector<http::Header> headers;  // for every request
  http::Tls tls;
  int retries = 3;
};

// URL from `--prometheus` or PROMETHEUS_URL; PROMETHEUS_TOKEN or PROMETHEUS_TOKEN_FILE, or
// PROMETHEUS_USERNAME with PROMETHEUS_PASSWORD. usage: no server is known, a value is wrong. input:
// a file cannot be read.
[[nodiscard]] Result<Settings> find_settings(const Flags& flags, const Environment& environment);

// What is in a token file. input: it cannot be read, or is none.
[[nodiscard]] Result<std::string> read_token(const std::string& path);

}  // namespace backout::prometheus
