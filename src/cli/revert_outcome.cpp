#include "cli/revert_outcome.h"

#include <fmt/format.h>

#include "report/escape.h"
#include "report/json_writer.h"
#include "report/style.h"

namespace backout::cli {
namespace {

using report::JsonWriter;
using report::visible;
using revert::brief;

constexpr int open_levels = 3;

void strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& values) {
  json.key(name);
  json.open('[');
  for (const std::string& value : values) json.text(value);
  json.close(']');
}

template <class List, class Write>
void objects(JsonWriter& json, std::string_view name, const List& list, const Write& write) {
  json.key(name);
  json.open('[');
  for (const auto& one : list) {
    json.open('{');
    write(one);
    json.close('}');
  }
  json.close(']');
}

void write_revert(JsonWriter& json, const revert::Revert& revert) {
  json.field("onto", revert.onto);
  json.field("engine", revert.engine);
  objects(json, "commits", revert.commits, [&](const revert::Commit& one) {
    json.field("id", one.id);
    json.field("subject", one.subject());
    json.field("author", one.author);
    json.field("date", one.date);
    strings(json, "parents", one.parents);
  });
  objects(json, "steps", revert.steps, [&](const revert::Step& one) {
    json.field("tree", one.tree);
    json.field("message", one.message);
    strings(json, "reverts", one.reverts);
  });
  strings(json, "without_effect", revert.without_effect);
  strings(json, "discarded", revert.discarded);
  objects(json, "files", revert.files, [&](const revert::Touched& one) {
    json.field("status", std::string_view(&one.status, 1));
    json.field("path", one.path);
    if (!one.old_path.empty()) json.field("old_path", one.old_path);
  });
  objects(json, "migrations", revert.migrations, [&](const revert::MigrationFile& one) {
    json.field("path", one.path);
    json.field("status", std::string_view(&one.status, 1));
    json.field("history", one.history);
    json.field("effect", one.effect);
  });
  objects(json, "conflicts", revert.conflicts, [&](const revert::Conflict& one) {
    json.field("path", one.path);
    json.field("what", one.what);
    strings(json, "hunks", one.hunks);
    strings(json, "later", one.later);
  });
  strings(json, "warnings", revert.warnings);
}

std::string_view in_words(revert::Done done) {
  return done == revert::Done::now ? "now" : "before";
}

}  // namespace

std::string to_json(const RevertOutcome& outcome) {
  std::string out;
  JsonWriter json(out, open_levels);
  json.open('{');
  json.field("result", outcome.result);
  json.field("exit_code", static_cast<std::uint64_t>(outcome.exit_code));
  json.key("base");
  json.open('{');
  json.field("remote", outcome.base.remote);
  json.field("branch", outcome.base.branch);
  json.field("tip", outcome.base.tip);
  json.field("reason", outcome.base.reason);
  json.close('}');
  write_revert(json, outcome.revert);
  json.key("branch");
  if (outcome.branch_name.empty()) {
    json.null();
  } else {
    json.open('{');
    json.field("name", outcome.branch_name);
    if (outcome.branch) {
      json.field("tip", outcome.branch->tip);
      json.field("done", in_words(outcome.branch->done));
    }
    json.close('}');
  }
  json.key("push");
  if (!outcome.pushed) {
    json.null();
  } else {
    json.open('{');
    json.field("remote", outcome.base.remote);
    json.field("branch", outcome.branch_name.empty() ? outcome.base.branch : outcome.branch_name);
    json.field("tip", outcome.pushed->tip);
    json.field("done", in_words(outcome.pushed->done));
    strings(json, "messages", outcome.pushed->messages);
    json.close('}');
  }
  json.key("pull_request");
  if (!outcome.opened) {
    json.null();
  } else {
    json.open('{');
    json.key("url");
    if (outcome.opened->url.empty())
      json.null();
    else
      json.text(outcome.opened->url);
    json.field("by", outcome.opened->by);
    json.key("before");
    json.boolean(outcome.opened->before);
    strings(json, "reasons", outcome.opened->reasons);
    json.close('}');
  }
  json.field("compare_url", outcome.compare_url);
  strings(json, "next", outcome.next);
  json.close('}');
  return out + "\n";
}

std::string to_text(const RevertOutcome& outcome, bool color) {
  const report::Style& style = report::style(color);
  std::string out;
  const auto done = [&](std::string_view words) {
    out += fmt::format("{}{}{}\n", style.good, visible(words), style.reset);
  };
  const auto line = [&](std::string_view words) { out += fmt::format("  {}\n", visible(words)); };
  if (!outcome.intent.empty())
    out += fmt::format("{}{}{}\n", style.note, visible(outcome.intent), style.reset);
  if (outcome.branch)
    done(fmt::format("branch `{}` {} {}", outcome.branch_name,
                     outcome.branch->done == revert::Done::now ? "is made at" : "was there at",
                     brief(outcome.branch->tip)));
  if (outcome.pushed) {
    done(fmt::format("{} to `{}` of `{}`: {}",
                     outcome.pushed->done == revert::Done::now ? "pushed" : "was pushed before",
                     outcome.branch_name.empty() ? outcome.base.branch : outcome.branch_name,
                     outcome.base.remote, brief(outcome.pushed->tip)));
    for (const std::string& message : outcome.pushed->messages) line("remote: " + message);
  }
  if (outcome.opened && !outcome.opened->url.empty()) {
    done(fmt::format("pull request {}: {}", outcome.opened->before ? "is open already" : "opened",
                     outcome.opened->url));
  } else if (outcome.opened) {
    out += fmt::format("{}no pull request was opened{}\n", style.warning, style.reset);
    for (const std::string& reason : outcome.opened->reasons) line(reason);
    if (!outcome.compare_url.empty()) line("open it at " + outcome.compare_url);
  }
  if (outcome.pushed && !outcome.opened && !outcome.compare_url.empty())
    line("a pull request is opened at " + outcome.compare_url);
  if (!outcome.next.empty()) out += fmt::format("{}next{}\n", style.strong, style.reset);
  for (const std::string& command : outcome.next)
    out += fmt::format("  {}$ {}{}\n", style.literal, visible(command), style.reset);
  return out;
}

}  // namespace backout::cli
