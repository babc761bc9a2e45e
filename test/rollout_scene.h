// `backout rollout`, run as people run it, against a Kubernetes API of our own.
#pragma once

#include <gtest/gtest.h>

#include "drive/journal.h"
#include "kube_server.h"
#include "program.h"

namespace backout::test {

using nlohmann::json;
using Words = std::vector<std::string>;

inline constexpr const char* sets_path = "/apis/apps/v1/namespaces/shop/replicasets/catalog-";

inline void hurry(Words& words) {
  for (const char* word : {"--poll", "2ms", "--timeout", "3s"}) words.emplace_back(word);
}

// A cluster with the canary of `shop/catalog` and a controller that is at work.
class KubeScene {
 public:
  explicit KubeScene(const json& rollout = canary()) {
    server.token = "s3cr3t-token";
    server.put(catalog_path, rollout);
    server.put(std::string(sets_path) + "aaa",
               replica_set("aaa", 1, "ghcr.io/acme/catalog:v1", 4, "2026-11-20T10:00:00Z"));
    server.put(std::string(sets_path) + "bbb",
               replica_set("bbb", 2, "ghcr.io/acme/catalog:v2", 1, "2026-11-22T09:00:00Z"));
    server.set_controller(catalog_path, [](json& object, int) { control(object); });
    write_file(directory.path() + "/config", kubeconfig(server.url(), server.token));
  }

  Ended run(Words words, const Setting& more = {}) {
    Setting setting = more;
    setting.environment["KUBECONFIG"] = directory.path() + "/config";
    setting.environment["HOME"] = directory.path();
    setting.environment["NO_PROXY"] = "*";
    setting.environment["XDG_STATE_HOME"] = directory.path() + "/state";
    setting.environment["BACKOUT_NOW"] = "2026-11-22T12:00:00Z";
    Ended ended = backout(directory.path(), words, setting);
    EXPECT_EQ((ended.out + ended.err).find(server.token), std::string::npos);
    return ended;
  }
  // `backout rollout WORDS… --kube catalog`, without questions.
  Ended act(Words words, const Setting& more = {}) {
    words.insert(words.begin(), "rollout");
    for (const char* word : {"--kube", "catalog", "--yes"}) words.emplace_back(word);
    hurry(words);
    return run(std::move(words), more);
  }
  [[nodiscard]] std::vector<drive::Operation> open() const {
    return drive::open_operations(directory.path() + "/state/backout");
  }
  [[nodiscard]] std::string image() const {
    return server.object(catalog_path)["spec"]["template"]["spec"]["containers"][0]["image"];
  }
  [[nodiscard]] json status() const { return server.object(catalog_path)["status"]; }

  TemporaryDirectory directory;
  KubeServer server;
};

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace backout::test
