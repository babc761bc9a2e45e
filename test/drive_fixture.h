// Commands that change something, run as people run them against an Argo CD of our own, with a
// state folder of their own and with times that fit a test.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "argocd_server.h"
#include "argocd_swagger.h"
#include "drive/plan.h"
#include "program.h"

namespace backout::test {

using Words = std::vector<std::string>;

// So quick that a scenario takes some tenths of a second, and slow enough to be polls.
Words with_quick_times(Words words);

// The environment of somebody who keeps journals in `state`.
Setting drive_setting(const ArgocdServer& server, const std::string& state);
// `spec.syncPolicy` of catalog, as the server has it.
std::string policy_in(const ArgocdServer& server);
// The revert is merged: `main` is a new commit that renders to what '1' does.
void merge_revert_in(ArgocdServer& server);

class DriveScenario : public testing::Test {
 protected:
  explicit DriveScenario(sim::World world = sim::shop_world()) : server(std::move(world)) {}

  // What was sent is what Argo CD's own description of its API knows.
  void TearDown() override { expect_contract(server); }
  // `person` has a state folder of their own.
  Ended run(const Words& words, const std::string& person = "ana");
  // With the times, and without questions.
  Ended drive(Words words, const std::string& person = "ana");

  [[nodiscard]] std::vector<drive::Operation> open(const std::string& person = "ana") const;
  [[nodiscard]] std::string policy() const { return policy_in(server); }
  [[nodiscard]] sim::App catalog() const { return server.world().app("catalog"); }
  void merge_revert() { merge_revert_in(server); }

  TemporaryDirectory directory;
  ArgocdServer server;
};

}  // namespace backout::test
