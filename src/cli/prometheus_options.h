// The options of every command that asks Prometheus.
#pragma once

#include "cli/options.h"
#include "core/result.h"
#include "prometheus/client.h"

namespace backout::cli {

struct PrometheusOptions {
  prometheus::Flags flags;
  std::string token;  // only to be refused
};
// `alone`: nothing else is asked, so `--header` is meant for it.
void declare(OptionList& list, PrometheusOptions& options, bool alone);

// A client for what the options and the environment say; nothing is sent yet.
[[nodiscard]] Result<prometheus::Client> prometheus_client(const PrometheusOptions& options);

}  // namespace backout::cli
