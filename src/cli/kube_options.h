// The options of every command that talks to Kubernetes itself, named as those of `kubectl`.
#pragma once

#include "cli/options.h"
#include "core/result.h"
#include "drive/plan.h"
#include "kube/client.h"

namespace backout::cli {

void declare(OptionList& list, kube::Flags& flags);

// A client for what the options and the environment say; nothing is sent yet.
[[nodiscard]] Result<kube::Client> kube_client(const kube::Flags& flags);

// How to reach the same cluster again, without secrets.
[[nodiscard]] drive::Facts connection_of(const kube::Flags& flags, const kube::Settings& settings);
[[nodiscard]] bool is_kube(const drive::Facts& connection);
// usage: it leads to another cluster by now.
[[nodiscard]] Result<kube::Client> reconnect_kube(const drive::Facts& connection);

}  // namespace backout::cli
