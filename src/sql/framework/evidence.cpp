// Reads manifests, and turns a verdict into a history.
#include "sql/framework/evidence.h"

#include <fmt/format.h>

namespace backout::sql::framework {

using Kind = FrameworkProblem::Kind;

bool Manifests::mentions(std::size_t manifest, std::string_view library) const {
  return find_word(scope_.repository.text(manifest), library) != std::string_view::npos;
}

std::string Manifests::find(std::string_view base, std::string_view library,
                            std::string_view folder) {
  for (std::string_view above = folder;; above = folder_of(above)) {
    const auto manifest = scope_.repository.find(join(above, base));
    if (manifest && mentions(*manifest, library))
      return std::string(scope_.repository.path(*manifest));
    if (above.empty()) break;
  }
  const auto [first, is_new] = first_.try_emplace({base, library});
  constexpr std::size_t most = 200;  // manifests read, of one name: a repository may hold thousands
  std::size_t count = 0;
  for (const std::size_t marker : is_new ? scope_.markers : std::vector<std::size_t>()) {
    if (base_of(scope_.repository.path(marker)) != base) continue;
    if (++count > most) break;
    if (!mentions(marker, library)) continue;
    first->second = scope_.repository.path(marker);
    break;
  }
  return first->second;
}

void add_history(const Scope& scope, const Verdict& verdict, std::string_view path,
                 const std::vector<std::size_t>& files) {
  const Adapter& adapter = adapter_of(verdict.framework);
  std::vector<Named> named = name_files(scope.repository, scope.claims, adapter, files);
  if (named.empty()) return;
  const std::size_t first = named.front().file;
  History history = assemble(scope.repository, scope.claims, adapter, std::move(named),
                             std::string(path), verdict.evidence);
  if (!verdict.ambiguity.empty()) {
    history.placeholders = true;  // of the tool it may be instead
    const std::size_t file =
        history.migrations.empty() ? first : history.migrations.front().up.front().file;
    history.problems.push_back({Kind::ambiguous,
                                file,
                                {},
                                fmt::format("{}; set `framework` for `{}` in `.backout.yaml`",
                                            verdict.ambiguity, path.empty() ? "." : path)});
  }
  if (verdict.framework == Framework::tern) {
    // tern counts: 1, 2, 3 …
    std::size_t expected = 1;
    for (const Migration& migration : history.migrations) {
      const int order = compare_versions(migration.version, std::to_string(expected));
      if (order > 0) {
        history.problems.push_back(
            {Kind::duplicate_version,
             migration.up.front().file,
             {},
             fmt::format("version {} is missing before `{}`; tern refuses to run", expected,
                         migration.name)});
        break;
      }
      if (order == 0) ++expected;
    }
  }
  scope.claims.out.histories.push_back(std::move(history));
}

}  // namespace backout::sql::framework
