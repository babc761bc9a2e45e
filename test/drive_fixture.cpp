#include "drive_fixture.h"

#include "drive/journal.h"

namespace backout::test {

Words with_quick_times(Words words) {
  for (const char* const word : {"--poll", "2ms", "--watch", "15ms", "--healthy-for", "4ms",
                                 "--timeout", "3s", "--health-timeout", "3s"})
    words.emplace_back(word);
  return words;
}

Setting drive_setting(const ArgocdServer& server, const std::string& state) {
  Setting out;
  const std::string url = server.url();
  out.environment = {{"ARGOCD_SERVER", url.substr(url.find("//") + 2)},
                     {"ARGOCD_AUTH_TOKEN", server.token},
                     {"ARGOCD_OPTS", "--plaintext"},
                     {"NO_PROXY", "*"},
                     {"XDG_STATE_HOME", state}};
  return out;
}

std::string policy_in(const ArgocdServer& server) {
  const auto spec = sim::Json::parse(server.world().app("catalog").spec);
  return spec.contains("syncPolicy") ? spec["syncPolicy"].dump() : std::string();
}

void merge_revert_in(ArgocdServer& server) {
  server.change([](sim::World& world) {
    sim::Repository& git = world.git.find(sim::gitops)->second;
    sim::Commit revert = git.commits.front();
    revert.sha = sim::sha('3');
    revert.message = "Revert";
    git.commits.push_back(revert);
    git.refs["main"] = git.refs["HEAD"] = revert.sha;
  });
}

Ended DriveScenario::run(const Words& words, const std::string& person) {
  Setting setting = drive_setting(server, directory.path() + "/state-" + person);
  setting.environment["USER"] = person;
  Ended ended = backout(directory.path(), words, setting);
  EXPECT_EQ((ended.out + ended.err).find(server.token), std::string::npos)
      << ended.out << ended.err;
  return ended;
}

Ended DriveScenario::drive(Words words, const std::string& person) {
  words.emplace_back("--yes");
  return run(with_quick_times(std::move(words)), person);
}

std::vector<drive::Operation> DriveScenario::open(const std::string& person) const {
  return drive::open_operations(directory.path() + "/state-" + person + "/backout");
}

}  // namespace backout::test
