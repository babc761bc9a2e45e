// Is anything still measured? A rate over five minutes answers for five minutes after the last
// sample, and a plain selector as long: a service that is gone, or a remote write that lags, would
// hold an expectation for all that time. So before a stretch counts as complete, the age of the
// newest sample is asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prometheus/client.h"
#include "promql/ast.h"
#include "verify/watch.h"

namespace backout::verify {

// The selectors of a query, each once, at the present time: those with `offset` or `@` are not.
// None: nothing can be asked.
[[nodiscard]] std::vector<std::string> selectors_of(std::string_view query);
// Has selectors, and none at the present time.
[[nodiscard]] bool is_past(const promql::Expr& root);

struct Freshness {
  bool fresh = false;       // also when there is nothing to ask
  std::string unknown{};    // why it is not known; then `fresh` is false
  std::optional<Time> age;  // of the newest sample; none: there is none at present
};
// Fresh: at least one selector has a sample not older than `most`.
[[nodiscard]] Freshness ask_freshness(const prometheus::Client& client,
                                      prometheus::Session& session,
                                      const std::vector<std::string>& selectors, Time most);

}  // namespace backout::verify
