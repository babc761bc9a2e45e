// From named files to a history: order, pairs of up and down, dialects, duplicates.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "sql/framework/parts.h"

namespace backout::sql::framework {
namespace {

using Kind = FrameworkProblem::Kind;

std::string_view sort_text(const FileName& name) {
  return name.key.empty() ? std::string_view(name.version) : name.key;
}

int compare(const Adapter& adapter, const FileName& a, const FileName& b) {
  switch (adapter.order) {
    case Order::number:
      return compare_versions(a.version, b.version);
    case Order::text:
      return sort_text(a).compare(sort_text(b));
    case Order::natural:
      return compare_natural(sort_text(a), sort_text(b));
  }
  return 0;
}

// pop: of one version and direction the file for PostgreSQL runs, else the one without a dialect.
// Of several folders that are laid over each other the first file of a name counts.
std::vector<Named> choose_dialect(const Repository& repository, Claims& claims,
                                  std::vector<Named> named) {
  std::unordered_map<std::string, std::size_t> postgres;  // "<version>/up" → file
  std::unordered_map<std::string_view, std::size_t> names;
  const auto slot = [](const FileName& name) {
    return name.version + (name.role == Role::down ? "/down" : "/up");
  };
  for (const Named& each : named) {
    if (each.name.dialect == "postgres") postgres.emplace(slot(each.name), each.file);
  }
  std::vector<Named> chosen;
  for (Named& each : named) {
    if (!each.name.dialect.empty() && each.name.dialect != "postgres") {
      claims.skip(each.file, fmt::format("{} dialect", dialect_title(each.name.dialect)));
      continue;
    }
    if (each.name.dialect.empty()) {
      if (const auto other = postgres.find(slot(each.name)); other != postgres.end()) {
        claims.skip(each.file, fmt::format("`{}` replaces it for PostgreSQL",
                                           base_of(repository.path(other->second))));
        continue;
      }
    }
    const auto [first, is_new] = names.emplace(base_of(repository.path(each.file)), each.file);
    if (!is_new) {
      claims.skip(each.file,
                  fmt::format("`{}` of the same name comes first", repository.path(first->second)));
      continue;
    }
    chosen.push_back(std::move(each));
  }
  return chosen;
}

Parts cut(const Repository& repository, const Adapter& adapter, const Named& named) {
  Adapter own = adapter;
  if (named.name.autocommit) own.transaction = Transaction::none_one_message;
  Parts parts;
  const Source* const source = repository.source(named.file);
  if (source == nullptr) {
    parts.up.push_back({named.file, {0, 0}, own.transaction});
  } else if (own.split == nullptr) {
    parts.up.push_back(whole(repository, named.file, own.transaction));
  } else {
    own.split(repository, own, named.file, *source, parts);
    if (parts.up.empty()) parts.up.push_back({named.file, {0, 0}, own.transaction});
  }
  return parts;
}

void append(std::vector<Section>& to, std::vector<Section>& from) {
  if (to.empty()) {
    to = std::move(from);
  } else {
    to.insert(to.end(), from.begin(), from.end());
  }
}

}  // namespace

Section whole(const Repository& repository, std::size_t file, Transaction transaction) {
  return {file, {0, static_cast<std::uint32_t>(repository.text(file).size())}, transaction};
}

std::string_view name_part(const Adapter& adapter, std::string_view path) {
  if (!adapter.directories) return base_of(path);
  const std::string_view folder = folder_of(path);
  return path.substr(folder.size() - base_of(folder).size());
}

std::vector<Named> name_files(const Repository& repository, Claims& claims, const Adapter& adapter,
                              const std::vector<std::size_t>& files) {
  std::vector<Named> named;
  for (const std::size_t file : files) {
    if (auto name = adapter.name(name_part(adapter, repository.path(file)))) {
      named.push_back({file, std::move(*name)});
    } else {
      claims.skip(file, reason_to_skip(repository, file,
                                       fmt::format("not a file name that {} reads",
                                                   to_string(adapter.framework))));
    }
  }
  return named;
}

History assemble(const Repository& repository, Claims& claims, const Adapter& adapter,
                 std::vector<Named> named, std::string path, std::string evidence) {
  History history;
  history.path = std::move(path);
  history.framework = adapter.framework;
  history.evidence = std::move(evidence);
  history.placeholders = adapter.placeholders;
  if (adapter.framework == Framework::pop)
    named = choose_dialect(repository, claims, std::move(named));

  std::stable_sort(named.begin(), named.end(), [&](const Named& a, const Named& b) {
    if ((a.name.role == Role::repeatable) != (b.name.role == Role::repeatable))
      return b.name.role == Role::repeatable;
    if (const int order = compare(adapter, a.name, b.name); order != 0) return order < 0;
    // A baseline of a version stands for that version too, so it follows it.
    return a.name.role != Role::baseline && b.name.role == Role::baseline;
  });

  std::unordered_map<std::string_view, std::size_t>
      by_version;                    // forward files, position in history.migrations
  std::vector<std::size_t> file_of;  // by position
  std::vector<const Named*> downs;
  history.migrations.reserve(named.size());
  for (const Named& each : named) {
    if (each.name.role == Role::down) {
      downs.push_back(&each);
      continue;
    }
    claims.take(each.file);
    Parts parts = cut(repository, adapter, each);
    history.placeholders = history.placeholders || parts.placeholders;
    Migration migration;
    migration.version = each.name.version;
    migration.name = repository.path(each.file);
    migration.repeatable = each.name.role == Role::repeatable;
    migration.baseline = each.name.role == Role::baseline || parts.baseline;
    migration.has_down_form = adapter.downs && each.name.role != Role::repeatable;
    migration.up = std::move(parts.up);
    migration.down = std::move(parts.down);
    history.problems.insert(history.problems.end(), std::make_move_iterator(parts.problems.begin()),
                            std::make_move_iterator(parts.problems.end()));
    if (!migration.baseline) {
      const auto [first, is_new] = by_version.emplace(each.name.version, history.migrations.size());
      if (!is_new && !adapter.on_duplicate.empty()) {
        const Migration& other = history.migrations[first->second];
        history.problems.push_back(
            {Kind::duplicate_version,
             each.file,
             {},
             fmt::format("`{}` and `{}` both have version `{}`; {}", other.name, migration.name,
                         each.name.version, adapter.on_duplicate),
             file_of[first->second]});
      }
    }
    history.migrations.push_back(std::move(migration));
    file_of.push_back(each.file);
  }
  for (const Named* const each : downs) {
    const auto up = by_version.find(each->name.version);
    if (up == by_version.end()) {
      claims.skip(each->file, "a way back without its forward migration");
      continue;
    }
    claims.take(each->file);
    Parts parts = cut(repository, adapter, *each);
    append(history.migrations[up->second].down, parts.up);
    history.problems.insert(history.problems.end(), std::make_move_iterator(parts.problems.begin()),
                            std::make_move_iterator(parts.problems.end()));
  }
  return history;
}

}  // namespace backout::sql::framework
