#include "argocd/report.h"

#include <fmt/format.h>

#include <algorithm>

#include "argocd/words.h"
#include "core/version.h"
#include "report/escape.h"
#include "report/fit.h"
#include "report/json_writer.h"
#include "report/style.h"

namespace backout::argocd {
namespace {

using report::visible;

constexpr std::uint64_t schema_version = 1;
constexpr std::size_t most_images = 20;

// ---- for people

std::string head(const Application& app, const Server& server, const report::Style& style) {
  return fmt::format(
      "{}{}{}, project {}, at {}{}\n", style.strong, visible(full_name(app)), style.reset,
      visible(app.project), visible(server.url),
      server.version.empty() ? std::string() : ", Argo CD " + visible(server.version));
}

using Row = std::vector<std::string>;  // id, time, who, revision, source

// One line for each source of a deployment.
std::vector<Row> rows_of(const Deployment& one) {
  std::vector<Row> out;
  const std::size_t count = std::max({one.revisions.size(), one.sources.size(), std::size_t{1}});
  for (std::size_t i = 0; i < count; ++i) {
    Row row(5);
    if (i == 0) {
      row[0] = fmt::format("{}", one.id);
      row[1] = one.deployed_at;
      row[2] = who(one.by, one.automated);
    }
    if (i < one.revisions.size()) row[3] = short_revision(one.revisions[i]);
    if (i < one.sources.size()) row[4] = in_words(one.sources[i]);
    out.push_back(std::move(row));
  }
  return out;
}

std::string_view color_of(std::string_view word, const report::Style& style) {
  if (word == "Healthy" || word == "Synced" || word == "Succeeded") return style.good;
  if (word == "Degraded" || word == "Missing" || word == "Failed" || word == "Error")
    return style.error;
  return style.warning;
}

std::string join_revisions(const std::vector<std::string>& revisions) {
  std::string out;
  for (const std::string& each : revisions)
    out += (out.empty() ? "" : ", ") + visible(short_revision(each));
  return out;
}

std::string targets_of(const Application& app) {
  std::string out;
  for (const Source& source : app.sources)
    if (!source.target.empty()) out += (out.empty() ? "" : ", ") + visible(source.target);
  return out.empty() ? "HEAD" : out;
}

std::string operation_line(const Operation& one, const report::Style& style) {
  std::string out =
      fmt::format("{}{}{}", color_of(one.phase, style), visible(one.phase), style.reset);
  if (one.phase == "Running" && !one.finished_at.empty()) out += ", waits for its next attempt";
  if (one.dry_run) out += ", dry run";
  if (one.selective) out += ", of some resources only";
  if (!one.revisions.empty()) out += " at " + join_revisions(one.revisions);
  out += fmt::format(", {} {} by {}", one.finished_at.empty() ? "since" : "ended",
                     visible(one.finished_at.empty() ? one.started_at : one.finished_at),
                     visible(who(one.by, one.automated)));
  return one.message.empty() ? out : out + ": " + visible(one.message);
}

// ---- for programs

class Json {
 public:
  Json(const Application& app, const Server& server) {
    json_.open('{');
    json_.field("schema_version", schema_version);
    json_.field("tool", "backout " + std::string(version()));
    json_.field("server", server.url);
    json_.field("name", app.name);
    json_.field("namespace", app.name_space);
    json_.field("project", app.project);
  }
  void history(const Application& app) {
    json_.key("history");
    json_.open('[');
    for (auto one = app.history.rbegin(); one != app.history.rend(); ++one) {
      json_.open('{');
      integer("id", one->id);
      list("revisions", one->revisions);
      sources(one->sources);
      json_.field("deploy_started_at", one->started_at);
      json_.field("deployed_at", one->deployed_at);
      json_.field("by", one->by);
      boolean("automated", one->automated);
      json_.close('}');
    }
    json_.close(']');
  }
  void status(const Application& app, const Server& server) {
    json_.field("server_version", server.version);
    json_.field("health", app.health);
    json_.field("health_message", app.health_message);
    json_.field("sync", app.sync_status);
    list("target_revisions", app.targets);
    sources(app.sources);
    list("deployed_revisions",
         app.history.empty() ? std::vector<std::string>() : app.history.back().revisions);
    json_.key("deployed_id");
    if (app.history.empty())
      json_.null();
    else
      integer(app.history.back().id);
    operation(app);
    json_.key("auto_sync");
    json_.open('{');
    boolean("on", app.auto_sync.on);
    boolean("written", app.auto_sync.written);
    boolean("prune", app.auto_sync.prune);
    boolean("self_heal", app.auto_sync.self_heal);
    boolean("allow_empty", app.auto_sync.allow_empty);
    json_.close('}');
    boolean("deleting", app.deleting);
    list("owners", app.owners);
    list("images", app.images);
    json_.key("conditions");
    json_.open('[');
    for (const Condition& one : app.conditions) {
      json_.open('{');
      json_.field("type", one.type);
      json_.field("message", one.message);
      json_.field("since", one.since);
      json_.close('}');
    }
    json_.close(']');
    json_.field("reconciled_at", app.reconciled_at);
  }
  std::string take() {
    json_.close('}');
    return std::move(out_) + '\n';
  }

 private:
  void boolean(std::string_view name, bool value) { json_.key(name), json_.boolean(value); }
  void integer(std::int64_t value) {  // ids begin at 0; Argo CD has no other numbers here
    json_.number(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)));
  }
  void integer(std::string_view name, std::int64_t value) { json_.key(name), integer(value); }
  void list(std::string_view name, const std::vector<std::string>& values) {
    json_.key(name);
    json_.open('[');
    for (const std::string& each : values) json_.text(each);
    json_.close(']');
  }
  void sources(const std::vector<Source>& values) {
    json_.key("sources");
    json_.open('[');
    for (const Source& one : values) {
      json_.open('{');
      json_.field("repository", one.repository);
      json_.field("path", one.path);
      json_.field("chart", one.chart);
      json_.field("target_revision", one.target);
      json_.close('}');
    }
    json_.close(']');
  }
  void operation(const Application& app) {
    boolean("operation_requested", app.operation_requested);
    json_.key("operation");
    if (!app.operation) return json_.null();
    const Operation& one = *app.operation;
    json_.open('{');
    json_.field("phase", one.phase);
    json_.field("message", one.message);
    list("revisions", one.revisions);
    json_.field("started_at", one.started_at);
    json_.field("finished_at", one.finished_at);
    json_.field("by", one.by);
    boolean("automated", one.automated);
    boolean("dry_run", one.dry_run);
    boolean("selective", one.selective);
    integer("retries", one.retries);
    json_.close('}');
  }

  std::string out_;
  report::JsonWriter json_{out_, 3};
};

}  // namespace

std::string history_text(const Application& app, const Server& server, const TextOptions& options) {
  const report::Style& style = report::style(options.color);
  std::string out = head(app, server, style);
  if (app.history.empty()) {
    out +=
        app.history_limit <= 0
            ? "no history: `revisionHistoryLimit` is 0, so only a sync to a revision can go back\n"
            : "no history: no complete sync has succeeded yet\n";
    return out;
  }
  std::vector<Row> rows = {{"ID", "DEPLOYED", "BY", "REVISION", "SOURCE"}};
  for (auto one = app.history.rbegin(); one != app.history.rend(); ++one)
    for (Row& row : rows_of(*one)) rows.push_back(std::move(row));
  return out + report::table(rows, {}, options.width, style);
}

std::string history_json(const Application& app, const Server& server) {
  Json json(app, server);
  json.history(app);
  return json.take();
}

std::string status_text(const Application& app, const Server& server, const TextOptions& options) {
  const report::Style& style = report::style(options.color);
  std::string out = head(app, server, style);
  const auto line = [&](std::string_view name, std::string_view text) {
    out += fmt::format("  {:<10} {}\n", name, text);
  };
  const auto colored = [&](const std::string& word) {
    return word.empty() ? std::string("not known")
                        : fmt::format("{}{}{}", color_of(word, style), visible(word), style.reset);
  };
  line("health", colored(app.health) +
                     (app.health_message.empty() ? "" : ": " + visible(app.health_message)));
  line("sync", fmt::format("{}, compared with {}{}", colored(app.sync_status), targets_of(app),
                           app.targets.empty() ? "" : " = " + join_revisions(app.targets)));
  if (app.history.empty()) {
    line("deployed", "not known: the history is empty");
  } else {
    const Deployment& now = app.history.back();
    line("deployed", fmt::format("{} (id {}), {} by {}", join_revisions(now.revisions), now.id,
                                 visible(now.deployed_at), visible(who(now.by, now.automated))));
  }
  if (app.operation) line("operation", operation_line(*app.operation, style));
  if (app.operation_requested && !app.operation) line("operation", "requested, not begun");
  line("auto-sync", visible(in_words(app.auto_sync)));
  for (const Source& source : app.sources) line("source", visible(in_words(source)));
  if (app.hydrated) line("source", "hydrated: revisions are of the hydrated branch");
  if (app.deleting) line("deletion", "the application is being deleted");
  for (const std::string& owner : app.owners)
    line("owner", visible(owner) + ", which may undo what is changed here");
  for (const Condition& one : app.conditions)
    line("condition", fmt::format("{}{}{}: {}", style.warning, visible(one.type), style.reset,
                                  visible(one.message)));
  for (std::size_t i = 0; i < std::min(app.images.size(), most_images); ++i)
    line(i == 0 ? "images" : "", visible(app.images[i]));
  if (app.images.size() > most_images)
    line("", fmt::format("and {} more", app.images.size() - most_images));
  return out;
}

std::string status_json(const Application& app, const Server& server) {
  Json json(app, server);
  json.status(app, server);
  return json.take();
}

}  // namespace backout::argocd
