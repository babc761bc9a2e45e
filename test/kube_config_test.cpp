// Which cluster is asked and as whom: the kubeconfig as kubectl reads it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "kube/kubeconfig.h"
#include "kube/settings.h"
#include "repo.h"

namespace backout::kube {
namespace {

constexpr const char* pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

class KubeConfig : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::string path = directory_.path() + "/" + name;
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return directory_.path() + "/" + name;
  }
  // Settings when the environment holds `variables`.
  Result<Settings> find(const Flags& flags, std::map<std::string, std::string> variables) {
    return find_settings(
        flags,
        [variables](const char* name) -> std::optional<std::string> {
          const auto found = variables.find(name);
          if (found == variables.end()) return std::nullopt;
          return found->second;
        },
        path("pod"));
  }
  std::string failure(const Flags& flags, const std::map<std::string, std::string>& variables) {
    const auto found = find(flags, variables);
    return found ? "no error" : found.error().message;
  }
  std::string failure_of(const std::string& cluster, const std::string& user) {
    return failure({.kubeconfig = write("one", one_context(cluster, user))}, {});
  }
  static std::string one_context(const std::string& cluster, const std::string& user) {
    return "current-context: c\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n"
           "clusters: [{name: k, cluster: " +
           cluster + "}]\nusers: [{name: u, user: " + user + "}]\n";
  }

  test::TemporaryDirectory directory_;
};

TEST_F(KubeConfig, TheFirstFileThatHasAnEntryWins) {
  write("a", R"(
current-context: ""
contexts: [{name: prod, context: {cluster: k, user: ana, namespace: shop}}]
users: [{name: ana, user: {username: first}}]
)");
  write("b", R"(
current-context: prod
contexts: [{name: prod, context: {cluster: other, user: bo}}, {name: dev, context: {cluster: k}}]
clusters: [{name: k, cluster: {server: "https://one:6443/"}}]
users: [{name: ana, user: {username: second, password: not-taken}}]
)");
  write("c", "current-context: dev\nclusters: [{name: k, cluster: {server: \"https://two\"}}]\n");
  const std::string list =
      path("a") + "::" + path("gone") + ":" + path("b") + ":" + path("c") + ":" + path("a");
  const auto found = find({}, {{"KUBECONFIG", list}, {"HOME", path("home")}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->context, "prod");
  EXPECT_EQ(found->server, "https://one:6443");
  EXPECT_EQ(found->name_space, "shop");
  EXPECT_EQ(found->user.user_name, "first");
  EXPECT_EQ(found->user.password, "");  // whole entries, never parts of two

  const auto dev = find({.context = "dev", .name_space = "x"}, {{"KUBECONFIG", list}});
  ASSERT_TRUE(dev) << dev.error().message;
  EXPECT_EQ(dev->name_space, "x");
  EXPECT_EQ(find({.context = "dev"}, {{"KUBECONFIG", list}})->name_space, "default");
}

TEST_F(KubeConfig, PathsAreRelativeToTheirFile) {
  write("home/.kube/ca.crt", pem);
  write("home/.kube/config",
        one_context("{server: 'https://k', certificate-authority: ca.crt}",
                    "{tokenFile: sub/token, client-certificate: /abs/cert, client-key: key, exec: "
                    "{apiVersion: v, command: bin/login, args: [a, 1]}}"));
  const auto found = find({}, {{"HOME", path("home")}});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->tls.authorities, pem);
  EXPECT_TRUE(found->tls.authorities_only);
  EXPECT_EQ(found->user.token_file, path("home/.kube/sub/token"));
  EXPECT_EQ(found->user.certificate.file, "/abs/cert");
  EXPECT_EQ(found->user.key.file, path("home/.kube/key"));
  EXPECT_EQ(found->user.exec->command, path("home/.kube/bin/login"));
  EXPECT_EQ(found->user.exec->arguments, (std::vector<std::string>{"a", "1"}));

  const auto bare = parse_kubeconfig(one_context("{}", "{exec: {command: aws}}"), "/x/config");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->users[0].exec->command, "aws");  // looked for in PATH
}

TEST_F(KubeConfig, DataGoesBeforeFiles) {
  const auto found =
      find({.kubeconfig =
                write("one", one_context("{server: 'https://k', certificate-authority: gone, "
                                         "certificate-authority-data: LS0tLS1CRUdJTiBYLS0tLS0=}",
                                         "{}"))},
           {});
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->tls.authorities, "-----BEGIN X-----");
}

TEST_F(KubeConfig, APodHasItsServiceAccount) {
  std::map<std::string, std::string> pod{{"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                                         {"KUBERNETES_SERVICE_PORT", "443"},
                                         {"HOME", path("home")}};
  EXPECT_NE(failure({}, pod).find("no Kubernetes cluster is known"), std::string::npos);
  write("pod/token", "t0ken\n");
  write("pod/ca.crt", pem);
  write("pod/namespace", "shop\n");
  const auto found = find({}, pod);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->server, "https://10.0.0.1:443");
  EXPECT_EQ(found->name_space, "shop");
  EXPECT_EQ(found->user.token_file, path("pod/token"));
  EXPECT_EQ(found->tls.authorities, pem);
  pod["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  EXPECT_EQ(find({}, pod)->server, "https://[fd00::1]:443");
  // A kubeconfig goes before it, and a context that is asked for is one of a kubeconfig.
  write("home/.kube/config", one_context("{server: 'https://k'}", "{}"));
  EXPECT_EQ(find({}, pod)->server, "https://k");
  std::filesystem::remove(path("home/.kube/config"));
  EXPECT_FALSE(find({.context = "prod"}, pod));
}

TEST_F(KubeConfig, ServersAndProxies) {
  struct {
    const char *cluster, *server, *proxy;
  } const cases[] = {
      {"{server: 'https://k:6443/k8s/clusters/c-1/'}", "https://k:6443/k8s/clusters/c-1", ""},
      {"{server: 'k:8080'}", "http://k:8080", ""},
      {"{server: 'k:6443', insecure-skip-tls-verify: true}", "https://k:6443", ""},
      {"{server: 'https://k', proxy-url: 'http://p:3128'}", "https://k", "http://p:3128"},
      {"{server: 'https://k', proxy-url: 'socks5://p:1080'}", "https://k", "socks5h://p:1080"},
  };
  for (const auto& one : cases) {
    const auto found = find({.kubeconfig = write("one", one_context(one.cluster, "{}"))}, {});
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->server, one.server);
    EXPECT_EQ(found->proxy, one.proxy);
  }
}

TEST_F(KubeConfig, RefusalsSayWhatToDoAndNoSecret) {
  const std::string fine = "{server: 'https://k'}";
  struct {
    std::string cluster, user, expected;
  } const cases[] = {
      {"{}", "{}", "is no address"},
      {"{server: 'ftp://k'}", "{}", "is no address"},
      {"{server: 'https://u:s3cret@k/'}", "{}", "is no address"},
      {"{server: 'https://k', proxy-url: 'ftp://u:s3cret@p'}", "{}", "proxy `ftp://p`"},
      {"{server: 'https://k', certificate-authority: gone}", "{}", "cannot read the certificate"},
      {"{server: 'https://k', certificate-authority-data: '%s3cret'}", "{}", "is no base64"},
      {"{server: 'https://k', certificate-authority-data: AAAA}", "{}", "is no PEM"},
      {"{server: 'https://k', certificate-authority-data: AAAA, insecure-skip-tls-verify: true}",
       "{}", "take one of them away"},
      {fine, "{auth-provider: {name: gcp, config: {access-token: s3cret}}}",
       "gke-gcloud-auth-plugin"},
      {fine, "{auth-provider: {name: azure}}", "kubelogin convert-kubeconfig"},
      {fine, "{auth-provider: {}}", "auth provider `?`"},
      {fine, "{token: s3cret, as-groups: [a]}", "Kubernetes wants `as`"},
      {fine, "{client-certificate: x}", "they belong together"},
  };
  for (const auto& one : cases) {
    const std::string message = failure_of(one.cluster, one.user);
    EXPECT_NE(message.find(one.expected), std::string::npos) << message;
    EXPECT_EQ(message.find("s3cret"), std::string::npos) << message;
  }
  const std::string file = write("two", R"(
contexts: [{name: a, context: {cluster: k, user: u}}, {name: b, context: {cluster: gone}}, {name: c, context: {cluster: k, user: gone}}]
clusters: [{name: k, cluster: {server: "https://k"}}]
users: [{name: u, user: {token: s3cret}}]
)");
  EXPECT_NE(failure({.kubeconfig = file}, {}).find("no current context"), std::string::npos);
  EXPECT_NE(failure({.kubeconfig = file, .context = "x"}, {}).find("known are `a`, `b` and `c`"),
            std::string::npos);
  EXPECT_NE(failure({.kubeconfig = file, .context = "b"}, {}).find("no such cluster"),
            std::string::npos);
  EXPECT_NE(failure({.kubeconfig = file, .context = "c"}, {}).find("no such user"),
            std::string::npos);
  EXPECT_NE(failure({.kubeconfig = path("gone")}, {}).find("cannot read"), std::string::npos);
  EXPECT_NE(failure({.kubeconfig = directory_.path()}, {}).find("cannot read"), std::string::npos);
  EXPECT_NE(failure({}, {}).find("neither KUBECONFIG nor HOME is set"), std::string::npos);
  EXPECT_NE(failure({}, {{"KUBECONFIG", path("gone")}}).find("is not there"), std::string::npos);
}

TEST_F(KubeConfig, OddFilesAreErrorsOrEmpty) {
  for (const char* text : {"[", "a: b: c", "\xff", "{a: 1, a: 2}", "a\n---\nb\n"})
    EXPECT_FALSE(parse_kubeconfig(text, "k")) << text;
  for (const char* text :
       {"", "null", "[]", "7", "contexts: 3", "contexts: [1, {name: [x]}]", "clusters: [{name: a}]",
        "users: [{user: []}]", "clusters: [{name: a, cluster: {server: [x], extensions: 7}}]"})
    EXPECT_TRUE(parse_kubeconfig(text, "k")) << text;
}

}  // namespace
}  // namespace backout::kube
