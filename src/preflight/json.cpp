// The pre-flight for programs.
#include "core/version.h"
#include "preflight/preflight.h"
#include "report/json_writer.h"

namespace backout::preflight {
namespace {

constexpr std::uint64_t schema_version = 1;

class Json {
 public:
  std::string write(const Preflight& preflight) {
    json_.open('{');
    json_.field("schema_version", schema_version);
    json_.field("tool", "backout " + std::string(version()));
    json_.field("decision", to_string(preflight.decision));
    list("doubts", preflight.doubts);
    list("origin", preflight.origin);
    array("services", preflight.services, [&](const Assessment& one) { assessment(one); });
    json_.key("gitops");
    if (preflight.gitops) {
      json_.open('{');
      side("from", preflight.gitops->from);
      side("to", preflight.gitops->to);
      files(preflight.gitops->files);
      json_.close('}');
    } else {
      json_.null();
    }
    array("steps", preflight.steps, [&](const Step& step) {
      json_.open('{');
      json_.field("layer", to_string(step.layer));
      json_.field("title", step.title);
      json_.field("when", step.when);
      list("commands", step.commands);
      list("verify", step.verify);
      json_.field("time", step.time);
      json_.field("runbook", step.runbook);
      json_.close('}');
    });
    json_.close('}');
    out_ += '\n';
    return std::move(out_);
  }

 private:
  template <class T, class Use>
  void array(std::string_view name, const std::vector<T>& values, const Use& use) {
    json_.key(name);
    json_.open('[');
    for (const T& value : values) use(value);
    json_.close(']');
  }
  void list(std::string_view name, const std::vector<std::string>& values) {
    array(name, values, [&](const std::string& value) { json_.text(value); });
  }
  void side(std::string_view name, const Side& side) {
    json_.key(name);
    json_.open('{');
    json_.field("name", side.name);
    json_.field("revision", side.revision.empty() ? side.name : side.revision);
    json_.field("commit", git::hex(side.commit.id));
    json_.close('}');
  }
  void concerns(std::string_view name, const std::vector<Concern>& values) {
    array(name, values, [&](const Concern& one) {
      json_.open('{');
      json_.field("rule", one.rule);
      json_.field("severity", one.severity == Severity::error     ? "error"
                              : one.severity == Severity::warning ? "warning"
                                                                  : "note");
      json_.field("message", one.message);
      json_.field("place", one.place);
      list("notes", one.notes);
      json_.close('}');
    });
  }
  void files(const std::vector<FileChange>& values) {
    array("files", values, [&](const FileChange& file) {
      json_.open('{');
      json_.field("path", file.path);
      json_.field("status", file.status == git::Status::added     ? "added"
                            : file.status == git::Status::deleted ? "deleted"
                                                                  : "modified");
      json_.field("layer", file.layer == Layer::none ? "none" : to_string(file.layer));
      json_.field("what", file.what);
      array("images", file.images, [&](const ImageChange& image) {
        json_.open('{');
        json_.field("name", image.name);
        json_.field("before", image.before);
        json_.field("after", image.after);
        json_.close('}');
      });
      json_.close('}');
    });
  }
  void assessment(const Assessment& one) {
    json_.open('{');
    json_.field("service", one.service);
    side("from", one.from);
    side("to", one.to);
    json_.field("decision", to_string(one.decision));
    list("doubts", one.doubts);
    concerns("breaks", one.breaks);
    concerns("cares", one.cares);
    concerns("lost", one.lost);
    concerns("downs", one.downs);
    list("proofs", one.proofs);
    array("migrations", one.migrations, [&](const MigrationFact& fact) {
      json_.open('{');
      json_.field("path", fact.path);
      json_.field("kind", fact.history);
      json_.field("effect", fact.effect == MigrationFact::Effect::additive ? "additive"
                            : fact.effect == MigrationFact::Effect::care   ? "care"
                            : fact.effect == MigrationFact::Effect::breaks ? "breaks"
                                                                           : "unclear");
      json_.close('}');
    });
    array("migration_steps", one.steps, [&](const DeployStep& step) {
      json_.open('{');
      json_.field("title", step.title);
      json_.field("place", step.place);
      json_.field("argocd_rollback", step.by_argocd);
      json_.field("git_revert", step.by_revert);
      json_.key("stuck");
      json_.boolean(step.stuck);
      json_.close('}');
    });
    files(one.files);
    json_.key("names");
    json_.open('{');
    json_.field("app", one.names.app);
    json_.field("rollout", one.names.rollout);
    json_.field("cluster", one.names.cluster);
    json_.close('}');
    json_.close('}');
  }

  std::string out_;
  report::JsonWriter json_{out_, 4};
};

}  // namespace

std::string json(const Preflight& preflight) { return Json().write(preflight); }

}  // namespace backout::preflight
