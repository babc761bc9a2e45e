// Which Kubernetes API server is asked, and as whom: what `kubectl` would do here. `--kubeconfig`,
// else KUBECONFIG (several files, a colon between), else `~/.kube/config`; and without any of
// them, inside a pod, the pod's own service account. Credentials are looked at when they are needed
// (kube/credential.h). No message ever holds one.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "git/repository.h"
#include "http/http.h"
#include "kube/kubeconfig.h"

namespace backout::kube {

using Environment = git::Environment;

// Of the command line; empty: not given.
struct Flags {
  std::string kubeconfig{}, context{}, name_space{};
};

struct Settings {
  std::string server;      // "https://10.0.0.1:6443", no slash at the end
  std::string context;     // whose entries are used; empty: a service account
  std::string cluster;     // its name
  std::string name_space;  // never empty
  std::string origin;      // in words: "context `prod` of `/home/ana/.kube/config`"
  http::Tls tls;           // without the client's certificate
  std::string proxy;       // empty: the environment's
  User user;               // how to prove who we are
  std::string exec_config;
};

// Where a pod finds its service account.
inline constexpr const char* service_account_folder =
    "/var/run/secrets/kubernetes.io/serviceaccount";

// usage: no server is known, a name or value is wrong, or something that this program cannot do.
// input: a file cannot be read.
[[nodiscard]] Result<Settings> find_settings(
    const Flags& flags, const Environment& environment,
    const std::string& pod_folder = service_account_folder);

// The text of a certificate or key. usage: it is no PEM. input: its file cannot be read.
[[nodiscard]] Result<std::string> pem_of(const Material& material, const std::string& what);

}  // namespace backout::kube
