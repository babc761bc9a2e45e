// Addresses of providers, as Go reads them.
#include <gtest/gtest.h>

#include "argo/endpoint.h"

namespace backout::argo {
namespace {

TEST(ArgoEndpoint, PartsOfAUrl) {
  const struct {
    const char *text, *scheme, *user, *host, *path;
  } rows[] = {
      {"http://prometheus.monitoring:9090", "http", "", "prometheus.monitoring", ""},
      {"https://gate:secret@checker.example.com/status?full=1", "https", "gate:secret",
       "checker.example.com", "/status?full=1"},
      {"http://[::1]:9090/", "http", "", "[::1]", "/"},
      {"prometheus:9090", "prometheus", "", "", "9090"},  // the port is what Go calls opaque
      {"prometheus", "", "", "", "prometheus"},
      {"//prometheus:9090", "", "", "prometheus", ""},
      {"10.0.0.7:9090", "", "", "", "10.0.0.7:9090"},  // a scheme begins with a letter
      {"http:///metrics", "http", "", "", "/metrics"},
      {"", "", "", "", ""},
  };
  for (const auto& row : rows) {
    const Url url = parse_url(row.text);
    EXPECT_EQ(url.scheme, row.scheme) << row.text;
    EXPECT_EQ(url.user, row.user) << row.text;
    EXPECT_EQ(url.host, row.host) << row.text;
    EXPECT_EQ(url.path, row.path) << row.text;
  }
}

TEST(ArgoEndpoint, HostsOfTheClusterAndOthers) {
  for (const char* host :
       {"prometheus", "prometheus.monitoring", "p.monitoring.svc", "p.monitoring.svc.cluster.local",
        "10.1.2.3", "192.168.0.4", "metrics.corp.internal", ""})
    EXPECT_TRUE(is_internal(host)) << host;
  for (const char* host : {"prometheus.example.com", "example.org", "8.8.8.8", "metrics.acme.io"})
    EXPECT_FALSE(is_internal(host)) << host;
}

}  // namespace
}  // namespace backout::argo
