// How we prove who we are: a token, a client certificate, a password, or what a plugin prints
// (client.authentication.k8s.io, v1 and v1beta1). Found when first needed, and again when it has
// expired or the server does not take it.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "kube/settings.h"

namespace backout::kube {

struct Credential {
  std::string authorization;     // the header's value; empty: none
  std::string certificate, key;  // PEM
  std::optional<Instant> expires;
  bool renewable = false;  // asked for again, it may be another
};

// usage: the configuration is wrong, or a plugin says that we are not logged in. input: a file
// cannot be read. undecided: a plugin cannot be run, does not end, or prints something else.
[[nodiscard]] Result<Credential> find_credential(const Settings& settings);

// ---- parts

// What a plugin printed; `version`: that it was asked for.
[[nodiscard]] Result<Credential> read_exec_credential(std::string_view json,
                                                      const std::string& version);
// KUBERNETES_EXEC_INFO.
[[nodiscard]] std::string exec_info(const Settings& settings, bool interactive);

}  // namespace backout::kube
