// The configuration of `kubectl`: clusters, users, contexts, from one file or several that count as
// one. As client-go (tools/clientcmd) reads it: of several files the first that has an entry or a
// value wins, whole; relative paths are relative to the file they stand in. Nothing is looked up
// here, and no file that it names is opened.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace backout::kube {

// A PEM text: in the configuration itself, or in a file. Both empty: none.
struct Material {
  std::string data, file;
  [[nodiscard]] bool given() const { return !data.empty() || !file.empty(); }
};

struct Cluster {
  std::string name, server;
  Material authorities;
  bool insecure = false;
  std::string server_name;  // `tls-server-name`
  std::string proxy;        // `proxy-url`
  std::string exec_config;  // JSON for plugins that want to know the cluster; empty: none
};

// A program that prints a credential.
struct ExecPlugin {
  std::string version;  // "client.authentication.k8s.io/v1"
  std::string command;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> variables;
  bool wants_cluster = false;    // `provideClusterInfo`
  std::string interactive_mode;  // Never, IfAvailable, Always; empty: not said
  std::string install_hint;
};

struct User {
  std::string name;
  std::string token, token_file;
  Material certificate, key;
  std::string user_name, password;
  std::optional<ExecPlugin> exec;
  std::string auth_provider;  // name of what clients knew until 1.25; empty: none
  // Who to act as.
  std::string as, as_uid;
  std::vector<std::string> as_groups;
  std::vector<std::pair<std::string, std::string>> as_extra;  // key, value
};

struct Context {
  std::string name, cluster, user, name_space;
};

struct Kubeconfig {
  std::vector<std::string> files;  // that were read
  std::string current;             // name of the context in use
  std::vector<Cluster> clusters;
  std::vector<User> users;
  std::vector<Context> contexts;
};

// `path` is for messages, and what relative paths begin at. usage: it is broken.
[[nodiscard]] Result<Kubeconfig> parse_kubeconfig(std::string_view yaml, const std::string& path);

// `stronger` first: takes from `weaker` what it does not have.
void merge(Kubeconfig& stronger, Kubeconfig weaker);

// Files that are not there are left out, except a `named` one. input: a file cannot be read.
[[nodiscard]] Result<Kubeconfig> read_kubeconfig(const std::vector<std::string>& paths, bool named);

}  // namespace backout::kube
