// A real Prometheus server for tests: from the distribution's package, over data that the test
// makes, in a temporary directory, on a free port of 127.0.0.1; gone with the object.
#pragma once

#include <string>
#include <string_view>

#include "promql_golden.h"
#include "repo.h"

namespace backout::test {

class Prometheus {
 public:
  // Serves what `open_metrics` says (nothing when empty), and what it scrapes by `config`.
  // `error()` says why there is no server.
  explicit Prometheus(std::string_view open_metrics,
                      std::string_view config = "global: {scrape_interval: 1h}\n");
  ~Prometheus();
  Prometheus(const Prometheus&) = delete;
  Prometheus& operator=(const Prometheus&) = delete;

  [[nodiscard]] const std::string& error() const { return error_; }

  // Waits until it answers; empty: it does not.
  [[nodiscard]] std::string url();
  // The same; the answer to an instant query at the time of the golden ones.
  [[nodiscard]] Answered ask(const std::string& query);

 private:
  bool start();
  bool wait_for_port();
  std::string http(const std::string& request) const;

  TemporaryDirectory directory_;
  std::string error_;
  int process_ = 0, port_ = 0;
};

}  // namespace backout::test
