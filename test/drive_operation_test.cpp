// Waiting for an operation: every state that Argo CD leaves people in is told apart, and none is
// taken for success.
#include "argocd_controller.h"
#include "drive_fixture.h"

namespace backout::test {
namespace {

class DriveOperation : public DriveScenario {
 protected:
  // Something happens right after the rollback was accepted.
  void after_rollback(std::function<void(sim::World&)> change) {
    server.set_hook([this, change = std::move(change)](const HttpRequest& request, When when) {
      if (when == When::after && request.path.ends_with("/rollback")) server.change(change);
      return true;
    });
  }
  void expect(const Ended& ended, int code, std::string_view words) const {
    EXPECT_EQ(ended.code, code) << ended.out << ended.err;
    EXPECT_NE((ended.out + ended.err).find(words), std::string::npos) << ended.out << ended.err;
  }
};

// Argo CD's rollback never makes the application Synced: that is no failure.
TEST_F(DriveOperation, ARollbackIsDoneWhileOutOfSync) {
  const Ended ended = drive({"rollback", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(catalog().sync, "OutOfSync");
}

// The server accepts a rollback in a sync window, and the controller never begins it.
TEST_F(DriveOperation, ASyncWindowThatOpensAfterThePlan) {
  after_rollback([](sim::World& world) { world.app("catalog").windows = {sim::Window{}}; });
  expect(drive({"rollback", "catalog"}), 1, "a sync window blocks it");
}

TEST_F(DriveOperation, AnotherRevisionThanAskedFor) {
  server.change([](sim::World& world) { world.app("catalog").next_deploys = sim::sha('2'); });
  expect(drive({"rollback", "catalog"}), 1, "another revision than asked for");
}

TEST_F(DriveOperation, AFailureIsToldAndTriedAgain) {
  server.change([](sim::World& world) {
    world.git.find(sim::gitops)->second.commits.front().manifests.front().apply_error =
        "quota exceeded";
  });
  expect(drive({"rollback", "catalog"}), 1, "quota exceeded");
  ASSERT_EQ(open().size(), 1U);
  // Told again, as nothing has changed.
  expect(run({"resume", "--yes"}), 1, "quota exceeded");
  server.change([](sim::World& world) {
    world.git.find(sim::gitops)->second.commits.front().manifests.front().apply_error.clear();
  });
  const Ended ended = run({"resume", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('1')});
}

TEST_F(DriveOperation, AFailureCanBeUndone) {
  const std::string before = policy();
  server.change([](sim::World& world) {
    world.git.find(sim::gitops)->second.commits.front().manifests.front().apply_error = "no";
  });
  EXPECT_EQ(drive({"rollback", "catalog"}).code, 1);
  const Ended ended = run({"undo", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(policy(), before);
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('2')});
}

TEST_F(DriveOperation, TheOldCommitIsGone) {
  server.change([](sim::World& world) {
    world.git.find(sim::gitops)->second.commits.front().render_error = "commit not found";
  });
  expect(drive({"rollback", "catalog"}), 1, "commit not found");
}

// Succeeded without an end, and the slot stays taken (argo-cd #29636).
TEST_F(DriveOperation, AControllerThatForgets) {
  after_rollback([](sim::World& world) {
    sim::pass_time(world, 3);
    world.app("catalog").state->lost = true;
    world.app("catalog").state->phase = "Succeeded";
  });
  expect(drive({"rollback", "catalog"}), 3, "without an end");
}

TEST_F(DriveOperation, ARunningOperationIsNotPreempted) {
  server.change([](sim::World& world) {
    sim::Commit slow = world.git.find(sim::gitops)->second.commits.back();
    slow.sha = sim::sha('4');
    slow.manifests.front().content = "ghcr.io/acme/catalog:v4";
    slow.manifests.push_back(
        {.kind = "Job", .name = "slow", .health = "Progressing", .hook = "PreSync"});
    sim::add_commit(world, sim::gitops, slow);
    sim::set_ref(world, sim::gitops, "main", slow.sha);
  });
  ASSERT_TRUE(server.advance_until([](const sim::World& world) {
    const sim::App& app = world.app("catalog");
    return app.state && app.state->phase == "Running";
  }));
  const int before = server.mutations();
  expect(drive({"rollback", "catalog", "--to", "0"}), 1, "--terminate");
  EXPECT_EQ(server.mutations(), before);
  const Ended ended = drive({"rollback", "catalog", "--to", "0", "--terminate"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('1')});
}

// Another operation takes the slot between ours and our look at it.
TEST_F(DriveOperation, ASecondOperationIsNotOurs) {
  after_rollback([](sim::World& world) {
    sim::App& app = world.app("catalog");
    app.operation = sim::Operation{{sim::sha('2')}};
    app.operation->by = "ben";
    app.state.reset();
  });
  expect(drive({"rollback", "catalog"}), 1, "an operation by ben succeeded with another revision");
  EXPECT_EQ(open().size(), 1U);
}

// It ran, and then the server knows of no operation at all: no crash, and no success.
TEST_F(DriveOperation, AnOperationThatVanishes) {
  server.set_hook([this](const HttpRequest&, When) {
    server.change([](sim::World& world) {
      sim::App& app = world.app("catalog");
      if (!app.state || app.state->operation.revisions != sim::Words{sim::sha('1')}) return;
      app.state.reset();
      app.operation.reset();
    });
    return true;
  });
  Words words = with_quick_times({"rollback", "catalog", "--yes"});
  words.insert(words.end(), {"--timeout", "150ms"});
  const Ended ended = run(words);
  EXPECT_EQ(ended.code, 3) << ended.out << ended.err;
  EXPECT_EQ(open().size(), 1U);
}

// The server resolves a name; what comes back is a commit.
TEST_F(DriveOperation, ASyncToATag) {
  server.change([](sim::World& world) {
    for (const char* const tag : {"v1.0", "20261122"})
      sim::set_ref(world, sim::gitops, tag, sim::sha('1'));
  });
  Ended ended = drive({"sync", "catalog", "--revision", "20261122"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(run({"undo", "--yes"}).code, 0);
  ended = drive({"sync", "catalog", "--revision", "v1.0"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('1')});
  ASSERT_EQ(open().size(), 1U);
  ended = run({"undo", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('2')});
}

// What runs is what a failed sync has left, not what the history says.
TEST_F(DriveOperation, BackFromASyncThatFailedHalfWay) {
  server.change([](sim::World& world) {
    sim::Repository& git = world.git.find(sim::gitops)->second;
    sim::Commit broken = git.commits.front();
    broken.sha = sim::sha('4');
    broken.manifests.front().content = "ghcr.io/acme/catalog:v4";
    broken.manifests.push_back({.kind = "Job", .name = "late", .wave = 1});
    broken.manifests.back().apply_error = "quota exceeded";
    sim::add_commit(world, sim::gitops, broken);
    for (sim::Commit& commit : git.commits)
      if (commit.sha == sim::sha('2')) commit.manifests.front().health = "Healthy";
    sim::set_ref(world, sim::gitops, "main", broken.sha);
  });
  ASSERT_TRUE(server.advance_until([](const sim::World& world) {
    const sim::App& app = world.app("catalog");
    return app.state && app.state->phase == "Failed";
  }));
  const Ended ended = drive({"rollback", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("from 444444444444 to 222222222222"), std::string::npos) << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('2')});
}

// Auto-sync was never paused, so nothing older would stay: that is said, and the operation ends.
TEST_F(DriveOperation, AFailedSyncWithAutoSyncOnCanBeUndone) {
  server.change([](sim::World& world) {
    sim::Repository& git = world.git.find(sim::gitops)->second;
    sim::Commit broken = git.commits.front();
    broken.sha = sim::sha('4');
    broken.manifests.front().apply_error = "quota exceeded";
    sim::add_commit(world, sim::gitops, broken);
    sim::set_ref(world, sim::gitops, "main", broken.sha);
  });
  EXPECT_EQ(drive({"sync", "catalog"}).code, 1);
  ASSERT_EQ(open().size(), 1U);
  const Ended ended = run({"undo", "--yes"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_NE(ended.err.find("auto-sync is on, and deploys what git says"), std::string::npos)
      << ended.err;
  EXPECT_TRUE(open().empty());
}

// Fields of other types than the API's description has.
TEST_F(DriveOperation, OddFieldsAreNoCrash) {
  server.change([](sim::World& world) {
    world.app("catalog").status_extra["resources"] =
        R"([7, null, {"kind": 5, "name": [], "health": "x"}, {"kind": "Job", "health": {"status": 3}}])";
  });
  const Ended ended = drive({"rollback", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
}

TEST_F(DriveOperation, SomebodyDeploysBetweenPlanAndRequest) {
  bool done = false;
  server.set_hook([&](const HttpRequest& request, When when) {
    if (when == When::after && request.method == "PATCH" && !done) {
      done = true;
      server.change([](sim::World& world) {
        sim::App& app = world.app("catalog");
        app.history.push_back(app.history.back());
        app.history.back().id += 1;
        app.history.back().by = "ben";
        app.history.back().automated = false;
      });
    }
    return true;
  });
  expect(drive({"rollback", "catalog"}), 1, "was deployed by somebody else");
}

// An ApplicationSet that nobody could see beforehand writes the policy back.
TEST_F(DriveOperation, AutoSyncThatComesBackStopsItBeforeTheRollback) {
  server.set_hook([&](const HttpRequest& request, When when) {
    if (when == When::after && request.method == "PATCH")
      server.after(2, [](sim::World& world) {
        sim::Json spec = sim::Json::parse(world.app("catalog").spec);
        spec["syncPolicy"]["automated"].erase("enabled");
        world.app("catalog").spec = spec.dump();
      });
    return true;
  });
  expect(drive({"rollback", "catalog"}), 1, "was turned on again");
  for (const HttpRequest& request : server.http().requests())
    EXPECT_FALSE(request.path.ends_with("/rollback"));
}

TEST_F(DriveOperation, ADegradedReleaseIsNoSuccess) {
  server.change([](sim::World& world) {
    world.git.find(sim::gitops)->second.commits.front().manifests.front().health = "Degraded";
  });
  Words words = with_quick_times({"rollback", "catalog", "--yes"});
  words.insert(words.end(), {"--health-timeout", "100ms"});
  expect(run(words), 1, "the application is Degraded");
}

// Something else never gets green: a person decides, and the record says so.
TEST_F(DriveOperation, AProofThatDoesNotComeCanBeSkipped) {
  server.change([](sim::World& world) {
    world.git.find(sim::gitops)->second.commits.front().manifests.front().health = "Degraded";
  });
  Words words = with_quick_times({"rollback", "catalog", "--yes"});
  words.insert(words.end(), {"--health-timeout", "100ms"});
  expect(run(words), 1, "the application is Degraded");
  expect(run({"resume", "--skip", "the Ingress never gets ready", "--yes"}), 0, "git still says");
  // The next is no proof.
  expect(run({"resume", "--skip", "x", "--yes"}), 2, "is not skipped");
  const std::string id = open().front().id;
  const std::string paused = policy();
  expect(run({"resume", "--give-up", "we fix forward", "--yes"}), 0, "stays as it is: auto-sync");
  EXPECT_TRUE(open().empty());
  EXPECT_EQ(policy(), paused);
  expect(run({"status", id}), 0, "given up: we fix forward");
  expect(run({"status", id, "--format", "json"}), 0, "skipped: the Ingress never gets ready");
  // The annotation still knows what it was.
  EXPECT_EQ(drive({"app", "resume", "catalog"}).code, 0);
  EXPECT_EQ(policy().find("enabled"), std::string::npos) << policy();
}

TEST_F(DriveOperation, ARollbackTwiceDoesNotFlipBack) {
  const Ended first = drive({"rollback", "catalog"});
  ASSERT_EQ(first.code, 0) << first.out << first.err;
  const Ended second = drive({"rollback", "catalog"});
  EXPECT_EQ(second.code, 2) << second.out << second.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('1')});
}

TEST_F(DriveOperation, EndsWithARecordForTheTicket) {
  ASSERT_EQ(drive({"rollback", "catalog"}).code, 0);
  merge_revert();
  const Ended ended = run({"resume", "--yes", "--merged", "--record", "incident.md"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  const std::string record = read_file(directory.path() + "/incident.md");
  for (const char* const words :
       {"# roll back `argocd/catalog` from 222222222222 to 111111111111", "- who: ana&#64;",
        "- outcome: completed", "restore auto-sync of `argocd/catalog` | done"})
    EXPECT_NE(record.find(words), std::string::npos) << words << "\n" << record;
}

// ---- sync

class DriveSync : public DriveOperation {};

TEST_F(DriveSync, DeploysWhatGitSays) {
  merge_revert();
  const Ended ended = drive({"sync", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('3')});
  EXPECT_TRUE(open().empty());
}

// The history says that revision already: it is deployed again, and waited for.
TEST_F(DriveSync, ToWhatIsDeployedAlready) {
  const std::size_t before = catalog().history.size();
  // The name behind the option is no second revision.
  Words words = with_quick_times({"sync", "--revision", sim::sha('2'), "catalog", "--yes"});
  words.insert(words.end(), {"--health-timeout", "60ms"});
  const Ended ended = run(words);
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;  // it is Degraded, as it was
  EXPECT_NE(ended.err.find("Succeeded at"), std::string::npos) << ended.out << ended.err;
  EXPECT_EQ(catalog().history.size(), before + 1);
  EXPECT_EQ(catalog().history.back().by, "ana");
}

TEST_F(DriveSync, ToARevisionLeavesAutoSyncPaused) {
  const std::string before = policy();
  Ended ended = drive({"sync", "catalog", "--revision", sim::sha('1')});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(sim::deployed(catalog()), sim::Words{sim::sha('1')});
  EXPECT_NE(policy(), before);
  ASSERT_EQ(open().size(), 1U);
  ended = drive({"app", "resume", "catalog"});
  EXPECT_EQ(ended.code, 0) << ended.out << ended.err;
  EXPECT_EQ(policy(), before);
}

}  // namespace
}  // namespace backout::test
