// Where the server and the token come from, in every way that the `argocd` command line knows.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "argocd/config_file.h"
#include "argocd/settings.h"
#include "repo.h"

namespace backout::argocd {
namespace {

using test::Environment;

constexpr const char* config = R"(current-context: work
contexts:
- {name: work, server: cd.example.com, user: ana@work}
- {name: lab, server: "lab.example.com:8443", user: lab}
- {name: cluster, server: kubernetes, user: nobody}
servers:
- {server: cd.example.com, grpc-web-root-path: argo/, client-certificate-data: Q0VSVA==, client-certificate-key-data: S0VZ}
- {server: "lab.example.com:8443", insecure: true, plain-text: true, certificate-authority-data: Q0E=}
- {server: kubernetes, core: true}
users:
- {name: ana@work, auth-token: work-token, refresh-token: again}
- {name: lab, auth-token: lab-token}
prompts-enabled: false
)";

class ArgocdSettings : public testing::Test {
 protected:
  std::string write_config(std::string_view text = config, unsigned mode = 0600) {
    std::string path = home.path() + "/.config/argocd/config";
    test::write_file(path, text);
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }
  Result<Settings> found(const Flags& flags, Environment environment = {}) {
    environment.emplace("HOME", home.path());
    return find_settings(flags, test::variables(environment));
  }
  std::string error(const Flags& flags, const Environment& environment = {}) {
    const auto result = found(flags, environment);
    return result ? "no error: " + result->url : result.error().message;
  }
  static Flags server(std::string name) {
    Flags flags;
    flags.server = std::move(name);
    return flags;
  }
  static Flags context(std::string name) {
    Flags flags;
    flags.context = std::move(name);
    return flags;
  }
  test::TemporaryDirectory home;
};

TEST_F(ArgocdSettings, TheCurrentContextIsUsed) {
  write_config();
  const auto settings = found({});
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->url, "https://cd.example.com/argo");
  EXPECT_EQ(settings->token, "work-token");
  EXPECT_TRUE(settings->can_log_in_again);
  EXPECT_TRUE(settings->tls.verify);
  EXPECT_EQ(settings->tls.certificate, "CERT");
  EXPECT_EQ(settings->tls.key, "KEY");
}

TEST_F(ArgocdSettings, AnotherContextIsNamed) {
  write_config();
  const auto settings = found(context("lab"));
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->url, "http://lab.example.com:8443");
  EXPECT_EQ(settings->token, "lab-token");
  EXPECT_FALSE(settings->tls.verify);
  EXPECT_EQ(settings->tls.authorities, "CA");
  EXPECT_NE(error(context("lap")).find("no context `lap`; known are `work`, `lab` and `cluster`"),
            std::string::npos);
}

TEST_F(ArgocdSettings, StrongerSourcesWin) {
  write_config();
  struct {
    Flags flags;
    Environment environment;
    const char *url, *token;
  } const cases[] = {
      {{}, {{"ARGOCD_AUTH_TOKEN", " env-token\n"}}, "https://cd.example.com/argo", "env-token"},
      {{},
       {{"ARGOCD_AUTH_TOKEN", "env-token"}, {"ARGOCD_OPTS", "--auth-token=opts-token"}},
       "https://cd.example.com/argo",
       "opts-token"},
      {{}, {{"ARGOCD_SERVER", "other.example.com"}}, "https://other.example.com", ""},
      {{},
       {{"ARGOCD_SERVER", "other.example.com"}, {"ARGOCD_OPTS", "--server 'lab.example.com:8443'"}},
       "http://lab.example.com:8443",
       "lab-token"},
      {server("third.example.com:8080"),
       {{"ARGOCD_SERVER", "other.example.com"}, {"ARGOCD_OPTS", "--server x --plaintext"}},
       "http://third.example.com:8080",
       ""},
      {server("https://cd.example.com:443"), {}, "https://cd.example.com:443/argo", "work-token"},
      {server("https://cd.example.com/other/"), {}, "https://cd.example.com/argo", "work-token"},
      {server("https://new.example.com/root/"), {}, "https://new.example.com/root", ""},
      {{},
       {{"ARGOCD_OPTS", "--grpc-web --grpc-web-root-path \"/a\\ b\""}},
       "`https://cd.example.com` is no address",
       nullptr},
  };
  for (const auto& one : cases) {
    const auto settings = found(one.flags, one.environment);
    if (!one.token) {
      EXPECT_FALSE(settings);
      continue;
    }
    ASSERT_TRUE(settings) << one.url << settings.error().message;
    EXPECT_EQ(settings->url, one.url);
    EXPECT_EQ(settings->token, one.token) << one.url;
  }
}

// The `argocd` program would send the token of `work`, and skip TLS as for `lab`.
TEST_F(ArgocdSettings, WhatAContextStoresStaysWithItsServer) {
  write_config();
  Flags flags = context("lab");
  flags.server = "evil.example.com";
  const auto settings = found(flags);
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->token, "");
  EXPECT_TRUE(settings->tls.verify);
  EXPECT_EQ(settings->tls.authorities, "");
  EXPECT_EQ(settings->url, "https://evil.example.com");
  EXPECT_EQ(found(server("http://cd.example.com:443"))->token, "");  // another port, and no TLS
}

TEST_F(ArgocdSettings, HeadersComeFromFlagsAndOptions) {
  Flags flags = server("a");
  flags.headers = {"X-One: 1"};
  const auto settings = found(flags, {{"ARGOCD_OPTS", "--header 'X-Two: 2,X-Three: a:b'"}});
  ASSERT_TRUE(settings);
  ASSERT_EQ(settings->headers.size(), 3U);
  EXPECT_EQ(settings->headers[2].name, "X-Three");
  EXPECT_EQ(settings->headers[2].value, "a:b");
  flags.headers = {"X-One: 1", "very-secret"};
  EXPECT_EQ(error(flags), "header 2 is not of the form `Name: value`");
}

TEST_F(ArgocdSettings, FilesAreReadAndLookedAt) {
  test::write_file(home.path() + "/ca.pem", "-----BEGIN CERTIFICATE-----\n");
  test::write_file(home.path() + "/not.pem", "hello");
  Flags flags = server("a");
  flags.authorities_file = home.path() + "/ca.pem";
  EXPECT_EQ(found(flags)->tls.authorities, "-----BEGIN CERTIFICATE-----\n");
  flags.authorities_file = home.path() + "/not.pem";
  EXPECT_NE(error(flags).find("is no PEM"), std::string::npos);
  flags.authorities_file = home.path();
  EXPECT_NE(error(flags).find("cannot be read"), std::string::npos);
  flags.authorities_file.clear();
  flags.certificate_file = home.path() + "/ca.pem";
  EXPECT_NE(error(flags).find("belong together"), std::string::npos);
}

TEST_F(ArgocdSettings, WhatCannotBeSaysWhatToDo) {
  EXPECT_NE(error({}).find("`argocd login HOST`"), std::string::npos);
  EXPECT_NE(error(server("user:secret@host")).find("`host` is no address"), std::string::npos);
  EXPECT_NE(error(server("a b")).find("is no address"), std::string::npos);
  EXPECT_NE(error(server("port-forward")).find("kubectl port-forward"), std::string::npos);
  EXPECT_NE(error({}, {{"ARGOCD_OPTS", "--core"}}).find("core mode"), std::string::npos);
  EXPECT_NE(error({}, {{"ARGOCD_OPTS", "--server 'a"}}).find("a quote"), std::string::npos);
  const std::string path = write_config(config, 0644);
  EXPECT_NE(error({}).find("chmod 600"), std::string::npos);
  write_config();
  EXPECT_NE(error(context("cluster")).find("core mode"), std::string::npos);
  Flags named;
  named.config = home.path() + "/nowhere";
  EXPECT_NE(error(named).find("No such file"), std::string::npos);
  write_config("contexts: [\n");
  EXPECT_NE(error({}).find(path), std::string::npos);
  write_config(
      "contexts: [{name: a, server: a}]\nservers: [{server: a, client-certificate-data: '%'}]\n");
  EXPECT_NE(error({}).find("`client-certificate-data` of server `a` is no base64"),
            std::string::npos);
}

TEST_F(ArgocdSettings, TheFileIsFoundWhereArgocdFindsIt) {
  const auto path = [&](Environment environment) {
    environment.emplace("HOME", home.path());
    return config_path(test::variables(environment));
  };
  EXPECT_EQ(path({}), home.path() + "/.config/argocd/config");
  EXPECT_EQ(path({{"XDG_CONFIG_HOME", "/x"}}), "/x/argocd/config");
  test::write_file(home.path() + "/.argocd/other", "");
  EXPECT_EQ(path({{"XDG_CONFIG_HOME", "/x"}}), home.path() + "/.argocd/config");
  EXPECT_EQ(path({{"ARGOCD_CONFIG_DIR", "/y"}}), "/y/config");
  EXPECT_EQ(config_path(test::variables({})), "");
}

TEST(ArgocdWords, AreSplitAsAShellDoes) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(split_words(R"(--a  'b c' "d \"e\"" f\ g '')"),
            (Words{"--a", "b c", "d \"e\"", "f g", ""}));
  EXPECT_EQ(split_words(""), Words{});
  EXPECT_EQ(split_words("\"a"), std::nullopt);
}

TEST(ArgocdToken, SaysWhenItEnds) {
  // {"exp":1700000000} in base64url
  const auto end = expiry("x.eyJleHAiOjE3MDAwMDAwMDB9.y");
  ASSERT_TRUE(end);
  EXPECT_EQ(to_text(*end), "2023-11-14T22:13:20Z");
  for (const char* odd : {"", "a", "a.b", "a.!!.c", "x.e30.y", "...", "x.eyJleHAiOiJ4In0.y"})
    EXPECT_FALSE(expiry(odd)) << odd;
}

}  // namespace
}  // namespace backout::argocd
