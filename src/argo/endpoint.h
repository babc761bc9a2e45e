// The address that a metric's provider asks: what Go makes of it, and where it leads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "argo/gate.h"

namespace backout::argo {

// As net/url reads it, as far as it matters here.
struct Url {
  std::string_view scheme, user, host, path;  // host without its port; empty: not there
};
[[nodiscard]] Url parse_url(std::string_view text);

// Whether a host is the cluster's own, or of a private network: a name without a public ending, an
// address of RFC 1918.
[[nodiscard]] bool is_internal(std::string_view host);

// Where the provider is told to ask; none for providers that have their own place.
struct Endpoint {
  const yaml::Node* provider = nullptr;  // the value of `prometheus:`
  std::string_view key;                  // "address", "url"
  Text text;                             // `node` is null when it is not given
};
[[nodiscard]] std::optional<Endpoint> endpoint_of(const Metric& metric, const Gate& gate);

}  // namespace backout::argo
