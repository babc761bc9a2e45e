// `git for-each-ref` does the walking: it uses the commit graph, knows the edge of a shallow clone,
// and peels tags.
#include "git/releases.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "core/glob.h"
#include "git/command.h"

namespace backout::git {
namespace {

constexpr std::size_t output_limit = std::size_t{64} << 20;
constexpr std::int64_t seconds_a_day = 86'400;

// "v1.10.0-rc.1" → 1, 10, 0 and "-rc.1". Empty numbers: no version.
struct Version {
  std::vector<std::uint64_t> numbers;
  std::string_view rest;
};
Version version_of(std::string_view name) {
  Version out;
  name = name.substr(name.rfind('/') + 1);
  const std::size_t first = name.find_first_of("0123456789");
  if (first == std::string_view::npos) return out;
  name.remove_prefix(first);
  for (;;) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc()) return out;
    out.numbers.push_back(number);
    name.remove_prefix(static_cast<std::size_t>(end - name.data()));
    out.rest = name;
    if (name.size() < 2 || name.front() != '.' || name[1] < '0' || name[1] > '9') return out;
    name.remove_prefix(1);
  }
}

// "rc.2" before "rc.10": digits by their value.
int compare_natural(std::string_view a, std::string_view b) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      std::uint64_t x = 0, y = 0;
      const char* const end_a = std::from_chars(a.data(), a.data() + a.size(), x).ptr;
      const char* const end_b = std::from_chars(b.data(), b.data() + b.size(), y).ptr;
      if (x != y) return x < y ? -1 : 1;
      a.remove_prefix(static_cast<std::size_t>(end_a - a.data()));
      b.remove_prefix(static_cast<std::size_t>(end_b - b.data()));
    } else {
      if (a.front() != b.front()) return a.front() < b.front() ? -1 : 1;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.empty() && b.empty() ? 0 : a.empty() ? -1 : 1;
}

bool is_wanted(std::string_view name, const std::vector<std::string>& globs) {
  return std::any_of(globs.begin(), globs.end(),
                     [&](const std::string& glob) { return matches(glob, name); });
}

std::string_view take(std::string_view& text, char end) {
  const std::size_t size = std::min(text.find(end), text.size());
  const std::string_view part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return part;
}

Error no_tags(const Repository& repository, const Window& window, const Commit& base) {
  return {
      ErrorKind::undecided,
      fmt::format("no tag that `releases.tags` names ({}) lies behind {}: which releases a "
                  "rollback may go back to is not known; {}",
                  fmt::join(window.tags, ", "), short_hex(base.id),
                  repository.shallow ? "this clone is shallow: " + repository.deepen_remedy
                                     : "run `git fetch --tags`, or take `releases.tags` out of the "
                                       "configuration until there is a release")};
}

// All that are wanted and lie behind the base, in no order.
Result<std::vector<Release>> tags_behind(const Repository& repository, const Commit& base,
                                         const Window& window) {
  TRY(const CommandResult found,
      run({"for-each-ref", "--merged=" + hex(base.id),
           "--format=%(refname:strip=2)%00%(objecttype)%00%(objectname)%00%(committerdate:unix)"
           "%00%(*objecttype)%00%(*objectname)%00%(*committerdate:unix)",
           "refs/tags"},
          {{"GIT_DIR", repository.git_dir}}, output_limit));
  if (found.status != 0)
    return fail(
        ErrorKind::undecided,
        fmt::format("cannot tell which tags lie behind {}: {}{}", short_hex(base.id), found.errors,
                    repository.shallow ? "; " + repository.deepen_remedy : ""));
  std::vector<Release> out;
  for (std::string_view rest = found.output; !rest.empty();) {
    std::string_view line = take(rest, '\n');
    const std::string_view name = take(line, '\0');
    std::string_view fields[6];
    for (std::string_view& field : fields) field = take(line, '\0');
    const std::size_t at = fields[0] == "tag" ? 3 : 0;
    if (fields[at] != "commit" || !is_wanted(name, window.tags)) continue;
    Release release{std::string(name), {}, 0};
    std::from_chars(fields[at + 2].data(), fields[at + 2].data() + fields[at + 2].size(),
                    release.time);
    TRY(release.commit, resolve(repository, std::string(fields[at + 1])));
    out.push_back(std::move(release));
  }
  return out;
}

// A tag whose commit is gone is passed over by `--merged`, but it may be the one that matters.
Result<void> check_others(const Repository& repository, const std::vector<Release>& found,
                          const Window& window) {
  TRY(const CommandResult all, run({"for-each-ref", "--format=%(refname:strip=2)", "refs/tags"},
                                   {{"GIT_DIR", repository.git_dir}}, output_limit));
  for (std::string_view rest = all.output; !rest.empty();) {
    const std::string name(take(rest, '\n'));
    if (!is_wanted(name, window.tags) ||
        std::any_of(found.begin(), found.end(),
                    [&](const Release& release) { return release.name == name; }))
      continue;
    if (!resolve(repository, "refs/tags/" + name))
      return fail(ErrorKind::undecided,
                  fmt::format("the commit of the tag `{}` is not in this clone; {}", name,
                              repository.shallow ? repository.deepen_remedy
                                                 : "run `git fetch --tags --force`"));
  }
  return {};
}

Result<std::int64_t> time_of(const Repository& repository, const Commit& commit) {
  TRY(const CommandResult shown, run({"rev-list", "-1", "--timestamp", hex(commit.id)},
                                     {{"GIT_DIR", repository.git_dir}}, output_limit));
  std::int64_t time = 0;
  const char* const begin = shown.output.data();
  if (shown.status != 0 ||
      std::from_chars(begin, begin + shown.output.size(), time).ec != std::errc())
    return fail(ErrorKind::undecided,
                fmt::format("cannot read the date of {}: {}", short_hex(commit.id), shown.errors));
  return time;
}

void sort_newest_first(std::vector<Release>& found) {
  const bool versions = std::all_of(found.begin(), found.end(), [](const Release& release) {
    return !version_of(release.name).numbers.empty();
  });
  std::sort(found.begin(), found.end(), [&](const Release& a, const Release& b) {
    const int order = versions ? compare_versions(a.name, b.name).value_or(0) : 0;
    if (order != 0) return order > 0;
    return a.time != b.time ? a.time > b.time : a.name > b.name;
  });
}

}  // namespace

std::optional<int> compare_versions(const std::string& a, const std::string& b) {
  const Version x = version_of(a), y = version_of(b);
  if (x.numbers.empty() || y.numbers.empty()) return std::nullopt;
  for (std::size_t i = 0; i < std::max(x.numbers.size(), y.numbers.size()); ++i) {
    const std::uint64_t one = i < x.numbers.size() ? x.numbers[i] : 0;
    const std::uint64_t two = i < y.numbers.size() ? y.numbers[i] : 0;
    if (one != two) return one < two ? -1 : 1;
  }
  if (x.rest.empty() != y.rest.empty()) return x.rest.empty() ? 1 : -1;
  return compare_natural(x.rest, y.rest);
}

Result<std::vector<Release>> releases(const Repository& repository, const Commit& base,
                                      const Window& window) {
  TRY(std::vector<Release> found, tags_behind(repository, base, window));
  TRY_VOID(check_others(repository, found, window));
  if (found.empty()) return tl::unexpected(no_tags(repository, window, base));
  sort_newest_first(found);
  std::size_t kept = found.size();
  bool whole = false;  // the window ends before the tags do
  if (window.days) {
    TRY(const std::int64_t now, time_of(repository, base));
    const std::int64_t since = now - *window.days * seconds_a_day;
    for (kept = 0; kept < found.size() && !whole; ++kept) whole = found[kept].time < since;
  } else if (found.size() >= static_cast<std::size_t>(std::max(window.releases, 1))) {
    kept = static_cast<std::size_t>(std::max(window.releases, 1));
    whole = true;
  }
  if (!whole && repository.shallow)
    return fail(ErrorKind::undecided,
                fmt::format("this shallow clone holds {} of the releases that a rollback may go "
                            "back to, and perhaps not all; {}",
                            found.size(), repository.deepen_remedy));
  found.resize(kept);
  return found;
}

}  // namespace backout::git
