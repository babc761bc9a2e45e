// TLS to a cluster as a kubeconfig asks for it, by the TLS server that comes with OpenSSL.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "expr/base64.h"
#include "http_server.h"
#include "kube_server.h"
#include "program.h"

namespace backout::test {
namespace {

class KubeTls : public testing::Test {
 protected:
  void SetUp() override {
    if (test::run(directory_.path(), {"openssl", "version"}).status != 0)
      GTEST_SKIP() << "no openssl";
    make("server", "kubernetes");
    make("other", "kubernetes");
    write_file(directory_.path() + catalog_path, canary().dump());
    port_ = unused_port();
  }
  // A certificate NAME.pem, its own authority, and its key NAME.key.
  void make(const std::string& name, const std::string& host) {
    ASSERT_EQ(test::run(directory_.path(),
                        {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                         "/CN=" + host, "-addext", "subjectAltName=DNS:" + host, "-keyout",
                         name + ".key", "-out", name + ".pem"})
                  .status,
              0);
  }
  [[nodiscard]] std::string data(const std::string& file) const {
    return expr::encode_base64(read_file(directory_.path() + "/" + file));
  }
  // `backout rollout status` with these fields of cluster and user.
  Ran ask(const std::string& cluster, const std::string& user, const std::string& more = {}) {
    write_file(
        directory_.path() + "/config",
        fmt::format("current-context: c\n"
                    "contexts: [{{name: c, context: {{cluster: k, user: u, namespace: shop}}}}]\n"
                    "clusters: [{{name: k, cluster: {{server: 'https://127.0.0.1:{}'{}}}}}]\n"
                    "users: [{{name: u, user: {{{}}}}}]\n",
                    port_, cluster, user));
    const std::string script = fmt::format(
        "openssl s_server -quiet -accept 127.0.0.1:{0} -WWW -cert server.pem -key server.key {1} "
        ">log 2>&1 & server=$!; for i in $(seq 100); do (: </dev/tcp/127.0.0.1/{0}) 2>/dev/null && "
        "break; sleep 0.05; done; '{2}' rollout status --kube --kubeconfig config catalog; "
        "code=$?; "
        "kill $server; exit $code",
        port_, more, BACKOUT_PROGRAM);
    return test::run(directory_.path(), {"bash", "-c", script}, {{"NO_PROXY", "*"}});
  }

  TemporaryDirectory directory_;
  int port_ = 0;
};

TEST_F(KubeTls, TheClustersAuthorityAloneIsTrustedAndTheServersNameCounts) {
  const std::string authority = ", certificate-authority-data: ";
  const std::string name = ", tls-server-name: kubernetes";
  const Ran fine = ask(authority + data("server.pem") + name, "token: t");
  EXPECT_EQ(fine.status, 0) << fine.output;
  EXPECT_NE(fine.output.find("shop/catalog, Paused"), std::string::npos) << fine.output;
  for (const std::string& wrong :
       {authority + data("server.pem"), authority + data("other.pem") + name,
        authority + data("server.pem") + ", tls-server-name: another", name}) {
    const Ran refused = ask(wrong, "token: t");
    EXPECT_EQ(refused.status, 3) << refused.output;
    EXPECT_NE(refused.output.find("certificate"), std::string::npos) << refused.output;
  }
  EXPECT_EQ(ask(", insecure-skip-tls-verify: true", "token: t").status, 0);
}

TEST_F(KubeTls, AClientCertificateIsShown) {
  const std::string verify = "-Verify 1 -verify_return_error -CAfile other.pem";
  const std::string cluster = ", certificate-authority: server.pem, tls-server-name: kubernetes";
  EXPECT_EQ(ask(cluster, "token: t", verify).status, 3);
  const Ran from_data = ask(cluster,
                            fmt::format("client-certificate-data: {}, client-key-data: {}",
                                        data("other.pem"), data("other.key")),
                            verify);
  EXPECT_EQ(from_data.status, 0) << from_data.output;
  const Ran from_files =
      ask(cluster, "client-certificate: other.pem, client-key: other.key", verify);
  EXPECT_EQ(from_files.status, 0) << from_files.output;
}

}  // namespace
}  // namespace backout::test
