// Where the Argo CD server is and how to talk to it, told in the ways that the `argocd` command
// line knows: flags, ARGOCD_OPTS, ARGOCD_SERVER and ARGOCD_AUTH_TOKEN, contexts of its
// configuration file; in that order. Safer than the original in two things: what a context stores
// (token, client key, permission to skip TLS) goes to the context's own server only, and a token is
// never taken from a command line, which everybody on the machine can read.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "http/http.h"

namespace backout::argocd {

// Value of an environment variable; absent when it is unset.
using Environment = std::function<std::optional<std::string>(const char* name)>;

// Of the command line; empty: not given.
struct Flags {
  std::string server, config, context;
  std::string authorities_file, certificate_file, key_file;  // PEM
  std::string root_path;
  std::vector<std::string> headers;  // "Name: value"
  bool insecure = false, plain_text = false;
};

struct Settings {
  std::string url;                    // "https://cd.example.com:8443/argo-cd", no slash at the end
  std::string context;                // whose entries are used; empty: none
  std::string token;                  // empty: none
  std::string token_origin;           // in words: "ARGOCD_AUTH_TOKEN"
  bool can_log_in_again = false;      // a refresh token is stored: `argocd relogin` helps
  std::vector<http::Header> headers;  // for every request
  http::Tls tls;
  int retries = 3;  // of reads
};

// usage: no server is known, a file or value is wrong. input: a file cannot be read.
[[nodiscard]] Result<Settings> find_settings(const Flags& flags, const Environment& environment);

// ---- parts

// The configuration file's path; empty: there is no home folder. It need not exist.
[[nodiscard]] std::string config_path(const Environment& environment);

// Words of a shell's command line, quotes and backslashes resolved. Nothing: a quote is left open.
[[nodiscard]] std::optional<std::vector<std::string>> split_words(std::string_view text);

// When a JSON web token ends, as it says itself; nothing: it does not say.
[[nodiscard]] std::optional<Instant> expiry(std::string_view token);

}  // namespace backout::argocd
