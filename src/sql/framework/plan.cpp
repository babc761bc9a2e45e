// Histories that a plan orders: sqitch.plan. The order is that of its lines. A change named again
// is reworked, and its earlier text lives on as `change@tag.sql`, where the tag is one of those
// between the two lines: the first that has a file.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;

struct Change {
  std::string_view name;
  Span line;
  std::size_t first_tag = 0;  // the tags after it and before its rework: a range of Plan::tags
  std::size_t last_tag = 0;
  bool reworked = false;
};

struct Plan {
  std::vector<Change> changes;
  std::vector<std::string_view> tags;  // with their `@`
  std::unordered_map<std::string_view, std::size_t> tag_at;
};

Plan read_plan(std::string_view text) {
  Plan plan;
  std::unordered_map<std::string_view, std::size_t> last;
  Line line;
  for (std::uint32_t at = 0; next_line(text, at, line);) {
    std::string_view rest = trim(line.text);
    if (rest.empty() || rest.front() == '#' || rest.front() == '%' || rest.front() == '-') continue;
    if (rest.front() == '+')
      rest = trim(rest.substr(1));  // operators of old plans; `-` takes a change back
    const std::string_view word = rest.substr(0, std::min(rest.find_first_of(" \t#"), rest.size()));
    if (word.empty()) continue;
    if (word.front() == '@') {
      plan.tag_at.emplace(word, plan.tags.size());
      plan.tags.push_back(word);
      continue;
    }
    if (const auto found = last.find(word); found != last.end()) {
      plan.changes[found->second].reworked = true;
      plan.changes[found->second].last_tag = plan.tags.size();
    }
    last[word] = plan.changes.size();
    plan.changes.push_back({word, line.span(), plan.tags.size()});
  }
  return plan;
}

// The tag in the file's name of a reworked change. Looks at the files there are, not at every tag,
// so that a long plan stays cheap.
std::string_view tag_of(const Repository& repository, const Plan& plan, const Change& change,
                        std::string_view deploy, std::string_view extension) {
  if (!change.reworked || change.first_tag == change.last_tag) return {};
  const std::string prefix = join(deploy, change.name) + "@";
  const auto& paths = repository.files.paths;
  std::size_t best = change.last_tag;
  for (auto path = std::lower_bound(paths.begin(), paths.end(), prefix);
       path != paths.end() && path->starts_with(prefix); ++path) {
    std::string_view tag = std::string_view(*path).substr(prefix.size() - 1);
    if (!tag.ends_with(extension) || tag.size() <= extension.size() + 1) continue;
    tag.remove_suffix(extension.size() + 1);
    const auto found = plan.tag_at.find(tag);
    if (found != plan.tag_at.end() && found->second >= change.first_tag)
      best = std::min(best, found->second);
  }
  return plan.tags[best < change.last_tag ? best : change.first_tag];
}

// `key = value` of a git-style file, first of the section that asks for it: enough for
// sqitch.conf's [core].
std::string_view core_setting(std::string_view text, std::string_view key) {
  bool in_core = false;
  Line line;
  for (std::uint32_t at = 0; next_line(text, at, line);) {
    const std::string_view content = trim(line.text);
    if (content.starts_with("[")) in_core = content.starts_with("[core]");
    const std::size_t equals = content.find('=');
    if (!in_core || equals == std::string_view::npos || trim(content.substr(0, equals)) != key)
      continue;
    std::string_view value = trim(content.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    return value;
  }
  return {};
}

struct Trees {
  std::string deploy, revert, verify, extension;
};

void build(const Scope& scope, std::size_t plan, const Trees& trees, std::string_view top) {
  const Repository& repository = scope.repository;
  const Adapter& adapter = adapter_of(Framework::sqitch);
  History history;
  history.path = top;
  history.framework = Framework::sqitch;
  history.evidence = std::string(repository.path(plan));
  history.psql = true;
  const Plan planned = read_plan(repository.text(plan));
  for (const Change& change : planned.changes) {
    const std::string_view tag = tag_of(repository, planned, change, trees.deploy, trees.extension);
    const std::string file = fmt::format("{}{}.{}", change.name, tag, trees.extension);
    const auto deploy = repository.find(join(trees.deploy, file));
    if (!deploy) {
      history.problems.push_back(
          {Kind::parse_error, plan, change.line,
           fmt::format("change `{}` has no file `{}`; sqitch cannot deploy it", change.name,
                       join(trees.deploy, file))});
      continue;
    }
    Migration migration;
    migration.version = fmt::format("{}{}", change.name, tag);
    migration.name = repository.path(*deploy);
    migration.has_down_form = true;
    migration.up.push_back(whole(repository, *deploy, adapter.transaction));
    scope.claims.take(*deploy);
    if (const auto revert = repository.find(join(trees.revert, file))) {
      migration.down.push_back(whole(repository, *revert, adapter.transaction));
      scope.claims.take(*revert);
    }
    history.migrations.push_back(std::move(migration));
  }
  for (const std::size_t file : scope.sql) {
    const std::string_view path = repository.path(file);
    if (is_below(path, trees.verify)) {
      scope.claims.skip(file, "a sqitch verify script; it changes nothing");
    } else if (is_below(path, trees.deploy) || is_below(path, trees.revert)) {
      scope.claims.skip(file, fmt::format("not in `{}`", repository.path(plan)));
    }
  }
  scope.claims.out.histories.push_back(std::move(history));
}

}  // namespace

void find_sqitch(const Scope& scope) {
  const Repository& repository = scope.repository;
  for (const std::size_t marker : scope.markers) {
    if (base_of(repository.path(marker)) != "sqitch.plan") continue;
    const std::string_view top = folder_of(repository.path(marker));
    std::string_view settings;
    if (const auto conf = repository.find(join(top, "sqitch.conf")))
      settings = repository.text(*conf);
    const auto tree = [&](std::string_view key, std::string_view usual) {
      const std::string_view named = core_setting(settings, key);
      return join(top, named.empty() ? usual : named);
    };
    Trees trees{tree("deploy_dir", "deploy"), tree("revert_dir", "revert"),
                tree("verify_dir", "verify"), "sql"};
    if (const std::string_view extension = core_setting(settings, "extension"); !extension.empty())
      trees.extension = extension;
    const std::string_view engine = core_setting(settings, "engine");
    if (!engine.empty() && dialect_of(engine) != "postgres") {
      for (const std::size_t file : scope.sql) {
        const std::string_view path = repository.path(file);
        if (is_below(path, trees.deploy) || is_below(path, trees.revert) ||
            is_below(path, trees.verify)) {
          const std::string_view dialect = dialect_of(engine);
          scope.claims.skip(file, fmt::format("{} dialect (engine of sqitch.conf)",
                                              dialect.empty() ? engine : dialect_title(dialect)));
        }
      }
      continue;
    }
    build(scope, marker, trees, top);
  }
}

}  // namespace backout::sql::framework
