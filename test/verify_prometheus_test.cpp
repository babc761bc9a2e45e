// A real Prometheus that scrapes a service of ours: first it fails, then it recovers, and
// `backout verify` says so.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "http_server.h"
#include "program.h"
#include "prometheus.h"

namespace backout::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A hundred requests a second; half of them fail while it is ill.
class Service {
 public:
  HttpReply metrics() {
    const std::lock_guard lock(mutex_);
    if (dead_) return {500, "no"};
    const auto now = Clock::now();
    const double passed = std::chrono::duration<double>(now - last_).count() * 100;
    last_ = now;
    (void)(ill_ ? failed_ += passed / 2 : failed_);
    served_ += ill_ ? passed / 2 : passed;
    return {200,
            fmt::format("# TYPE requests_total counter\n"
                        "requests_total{{code=\"200\"}} {}\nrequests_total{{code=\"500\"}} {}\n",
                        served_, failed_),
            "text/plain; version=0.0.4"};
  }
  void cure() {
    (void)metrics();
    const std::lock_guard lock(mutex_);
    ill_ = false;
  }
  void die() {
    const std::lock_guard lock(mutex_);
    dead_ = true;
  }

 private:
  std::mutex mutex_;
  Clock::time_point last_ = Clock::now();
  double served_ = 0, failed_ = 0;
  bool ill_ = true, dead_ = false;
};

TEST(VerifyPrometheus, SeesARegressionAndItsRecovery) {
  Service service;
  const HttpServer target([&](const HttpRequest&) { return service.metrics(); });
  Prometheus prometheus(
      "", fmt::format("global: {{scrape_interval: 500ms, scrape_timeout: 500ms}}\n"
                      "scrape_configs:\n- job_name: catalog\n  static_configs: [{{targets: "
                      "['{}']}}]\n",
                      target.host()));
  const std::string url = prometheus.url();
  ASSERT_FALSE(url.empty()) << prometheus.error();

  const TemporaryDirectory directory;
  const std::string ratio =
      "(sum(rate(requests_total{code=~\"5..\"}[3s])) or vector(0)) / "
      "(sum(rate(requests_total[3s])) "
      "> 0)";
  const auto verify = [&](const std::string& query, const std::string& hold,
                          const std::string& within) {
    return backout(
        directory.path(),
        {"verify", "--prometheus", url, "--name", "error ratio", "--query", query, "--expect",
         "< 0.01", "--for", hold, "--within", within, "--interval", "200ms", "--format", "json"},
        {.environment = {{"NO_PROXY", "*"}}});
  };
  const auto json = [](const Ended& ended) {
    return nlohmann::json::parse(ended.out, nullptr, false);
  };

  // Two samples have to be there first.
  const auto end = Clock::now() + std::chrono::seconds(10);
  while (Clock::now() < end && prometheus.ask("1").error.empty() &&
         json(verify(ratio, "0s", "400ms"))["checks"][0]["last"].is_null())
    std::this_thread::sleep_for(milliseconds(100));

  const Ended broken = verify(ratio, "1s", "2s");
  EXPECT_EQ(broken.code, 1) << broken.out << broken.err;
  EXPECT_NEAR(json(broken)["checks"][0]["last"]["worst"].get<double>(), 0.5, 0.1) << broken.out;
  EXPECT_NE(broken.err.find("error ratio: breaks: 0."), std::string::npos) << broken.err;

  const Ended missing = verify("sum(rate(no_such_total[3s]))", "300ms", "600ms");
  EXPECT_EQ(missing.code, 3) << missing.out;

  service.cure();
  const Ended recovered = verify(ratio, "1s", "15s");
  EXPECT_EQ(recovered.code, 0) << recovered.out << recovered.err;
  const auto seen = json(recovered);
  EXPECT_EQ(seen["checks"][0]["state"], "recovered");
  EXPECT_GT(seen["checks"][0]["values"][0][1].get<double>(), 0.1) << "it was watched as it healed";
  EXPECT_EQ(seen["checks"][0]["last"]["worst"].get<double>(), 0);

  // All pods are gone: the window still answers for a while, and proves nothing.
  service.die();
  std::this_thread::sleep_for(milliseconds(1200));
  const Ended gone =
      backout(directory.path(), {"verify", "--prometheus", url, "--query",
                                 "sum(rate(requests_total{code=\"200\"}[20s]))", "--expect", "> 1",
                                 "--for", "300ms", "--within", "600ms", "--interval", "100ms"});
  EXPECT_EQ(gone.code, 3) << gone.out << gone.err;
  EXPECT_NE(gone.err.find("the series have ended"), std::string::npos) << gone.err;

  // What it refuses itself, in its own words.
  const Ended wrong = verify(
      "sum(rate(requests_total{code=~\"5..\"}[3s])) + on() group_left sum by "
      "(code) (rate(requests_total[3s])) + rate(requests_total[3s])",
      "0s", "1s");
  EXPECT_EQ(wrong.code, 2) << wrong.out;
  const Ended unreadable =
      backout(directory.path(), {"verify", "--prometheus", url, "--query", "sum(", "--expect",
                                 "< 1", "--allow-empty-pass", "--within", "1s"});
  EXPECT_EQ(unreadable.code, 2);
  EXPECT_NE(unreadable.err.find("answered 400 (bad_data: "), std::string::npos) << unreadable.err;
  const Ended path = backout(directory.path(), {"verify", "--prometheus", url + "/mimir", "--query",
                                                "up", "--expect", "== 1", "--within", "1s"});
  EXPECT_EQ(path.code, 2);
  EXPECT_NE(path.err.find("there is no API at this address"), std::string::npos) << path.err;
}

}  // namespace
}  // namespace backout::test
