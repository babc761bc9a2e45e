// The configuration file of the `argocd` command line: contexts, each a server and a user.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace backout::argocd {

struct Context {
  std::string name, server;
  std::string token, refresh_token;
  bool insecure = false, plain_text = false, core = false;
  std::string root_path;
  std::string authorities, certificate, key;  // PEM
};

struct ConfigFile {
  std::string path;
  std::string current;  // name of the context in use
  std::vector<Context> contexts;
};

// Empty when there is no such file, unless it was `named` by the user. usage: others may read it,
// or it is broken. input: it cannot be read.
[[nodiscard]] Result<ConfigFile> read_config_file(const std::string& path, bool named);
[[nodiscard]] Result<ConfigFile> parse_config_file(std::string_view yaml, std::string path);

}  // namespace backout::argocd
