// Histories that a plan orders: sqitch.plan. The order is that of its lines; a change named again is reworked, and its earlier text
// lives on as `change@tag.sql`, with the first tag after it.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "sql/framework_parts.h"

namespace backout::sql {
namespace {

using Kind = FrameworkProblem::Kind;

struct Change {
  std::string_view name;
  Span line;
  std::string_view tag;  // the first tag after it; empty: none yet
  bool reworked = false; // a later line has the same name
};

std::vector<Change> read_plan(std::string_view text) {
  std::vector<Change> changes;
  std::unordered_map<std::string_view, std::size_t> last;
  std::size_t untagged = 0;  // changes from here on have no tag yet
  Line line;
  for (std::uint32_t at = 0; next_line(text, at, line);) {
    std::string_view rest = trim(line.text);
    if (rest.empty() || rest.front() == '#' || rest.front() == '%') continue;
    if (rest.front() == '+' || rest.front() == '-') rest = trim(rest.substr(1));  // operators of old plans
    const std::string_view word = rest.substr(0, std::min(rest.find_first_of(" \t#"), rest.size()));
    if (word.empty()) continue;
    if (word.front() == '@') {
      for (; untagged < changes.size(); ++untagged) changes[untagged].tag = word;
      continue;
    }
    if (const auto found = last.find(word); found != last.end()) changes[found->second].reworked = true;
    last[word] = changes.size();
    changes.push_back({word, line.span(), {}, false});
  }
  return changes;
}

// `key = value` of a git-style file, first of the section that asks for it: enough for sqitch.conf's [core].
std::string_view core_setting(std::string_view text, std::string_view key) {
  bool in_core = false;
  Line line;
  for (std::uint32_t at = 0; next_line(text, at, line);) {
    const std::string_view content = trim(line.text);
    if (content.starts_with("[")) in_core = content.starts_with("[core]");
    const std::size_t equals = content.find('=');
    if (!in_core || equals == std::string_view::npos || trim(content.substr(0, equals)) != key) continue;
    std::string_view value = trim(content.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
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
  for (const Change& change : read_plan(repository.text(plan))) {
    const std::string file = fmt::format("{}{}.{}", change.name, change.reworked ? change.tag : "", trees.extension);
    const auto deploy = repository.find(join(trees.deploy, file));
    if (!deploy) {
      history.problems.push_back({Kind::parse_error, plan, change.line,
                                  fmt::format("change `{}` has no file `{}`; sqitch cannot deploy it", change.name,
                                              join(trees.deploy, file))});
      continue;
    }
    Migration migration;
    migration.version = change.reworked ? fmt::format("{}{}", change.name, change.tag) : std::string(change.name);
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
    if (const auto conf = repository.find(join(top, "sqitch.conf"))) settings = repository.text(*conf);
    const auto tree = [&](std::string_view key, std::string_view usual) {
      const std::string_view named = core_setting(settings, key);
      return join(top, named.empty() ? usual : named);
    };
    Trees trees{tree("deploy_dir", "deploy"), tree("revert_dir", "revert"), tree("verify_dir", "verify"), "sql"};
    if (const std::string_view extension = core_setting(settings, "extension"); !extension.empty()) trees.extension = extension;
    const std::string_view engine = core_setting(settings, "engine");
    if (!engine.empty() && dialect_of(engine) != "postgres") {
      for (const std::size_t file : scope.sql) {
        const std::string_view path = repository.path(file);
        if (is_below(path, trees.deploy) || is_below(path, trees.revert) || is_below(path, trees.verify)) {
          const std::string_view dialect = dialect_of(engine);
          scope.claims.skip(file, fmt::format("{} dialect (engine of sqitch.conf)", dialect.empty() ? engine : dialect_title(dialect)));
        }
      }
      continue;
    }
    build(scope, marker, trees, top);
  }
}

}  // namespace backout::sql
