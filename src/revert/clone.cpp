#include "revert/clone.h"

#include <fmt/format.h>

#include <algorithm>

#include "git/revision.h"

namespace backout::revert {
namespace {

// What makes git look somewhere else than where it stands (gitrepository-layout, git(1)).
const std::vector<std::string> places = {"GIT_DIR",
                                         "GIT_WORK_TREE",
                                         "GIT_INDEX_FILE",
                                         "GIT_OBJECT_DIRECTORY",
                                         "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                         "GIT_COMMON_DIR",
                                         "GIT_NAMESPACE",
                                         "GIT_PREFIX"};

std::string last_words(std::string_view errors) {
  std::string out;
  for (const std::string_view line : split(errors, '\n')) {
    if (line.empty() || line.starts_with("hint:")) continue;
    if (!out.empty()) out += "; ";
    out += line.starts_with("fatal: ")   ? line.substr(7)
           : line.starts_with("error: ") ? line.substr(7)
                                         : line;
  }
  return out.empty() ? "git says no more" : out;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string brief(std::string_view id) { return std::string(id.substr(0, 10)); }

Result<git::CommandResult> run_git(const Clone& clone, std::vector<std::string> words,
                                   git::Variables variables, const std::string& input) {
  git::Program program;
  program.words = {"git", "-c", "core.fsmonitor=false", "-C", clone.folder};
  program.words.insert(program.words.end(), std::make_move_iterator(words.begin()),
                       std::make_move_iterator(words.end()));
  program.variables = std::move(variables);
  program.variables.emplace_back("GIT_NO_LAZY_FETCH", "0");  // a partial clone may need more
  if (!clone.own_environment) program.without = places;
  program.input = input;
  return git::run_program(std::move(program));
}

Result<std::string> ask_git(const Clone& clone, std::vector<std::string> words,
                            std::string_view doing, git::Variables variables,
                            const std::string& input) {
  TRY(git::CommandResult ran, run_git(clone, std::move(words), std::move(variables), input));
  if (ran.status != 0)
    return fail(ErrorKind::undecided, fmt::format("{}: {}", doing, last_words(ran.errors)));
  if (ran.output.ends_with('\n')) ran.output.pop_back();
  return std::move(ran.output);
}

Result<Clone> open(const std::string& folder) {
  Clone out;
  out.folder = folder;
  out.own_environment = folder == ".";
  TRY(const git::CommandResult ran,
      run_git(out, {"rev-parse", "--absolute-git-dir", "--git-common-dir",
                    "--is-shallow-repository", "--show-prefix"}));
  const std::vector<std::string_view> lines = split(ran.output, '\n');
  if (ran.status != 0 || lines.size() < 3)
    return fail(ErrorKind::usage, fmt::format("cannot use the repository in `{}`: {}", folder,
                                              last_words(ran.errors)));
  out.git_dir = lines[0];
  // `--git-common-dir` is relative to where git was run.
  out.common_dir =
      lines[1].starts_with('/') ? std::string(lines[1]) : fmt::format("{}/{}", folder, lines[1]);
  out.shallow = lines[2] == "true";
  if (lines.size() > 3) out.prefix = lines[3];
  auto library = git::open(
      folder, out.own_environment ? git::process_environment()
                                  : [](const char*) { return std::optional<std::string>(); });
  if (library)
    out.libgit2 = std::move(*library);
  else
    out.why_not = library.error().message;
  return out;
}

std::optional<std::string> setting(const Clone& clone, const std::string& name) {
  auto ran = run_git(clone, {"config", "--get", name});
  if (!ran || ran->status != 0) return std::nullopt;
  if (ran->output.ends_with('\n')) ran->output.pop_back();
  return std::move(ran->output);
}

bool switched_on(const Clone& clone, const std::string& name) {
  auto ran = run_git(clone, {"config", "--type=bool", "--get", name});
  return ran && ran->status == 0 && ran->output == "true\n";
}

bool has_commit(const Clone& clone, const std::string& id) {
  auto ran = run_git(clone, {"cat-file", "-e", id + "^{commit}"}, {{"GIT_NO_LAZY_FETCH", "1"}});
  return ran && ran->status == 0;
}

Result<std::string> resolve(const Clone& clone, const std::string& revision) {
  if (revision.empty()) return fail(ErrorKind::usage, "a revision is empty");
  TRY(const git::CommandResult ran, run_git(clone, {"rev-parse", "--verify", "--quiet",
                                                    "--end-of-options", revision + "^{commit}"}));
  if (ran.status == 0 && !ran.output.empty()) return ran.output.substr(0, ran.output.find('\n'));
  // libgit2 knows near names and what to fetch.
  if (clone.libgit2)
    if (auto found = git::resolve(*clone.libgit2, revision); !found)
      return tl::unexpected(found.error());
  return fail(ErrorKind::usage,
              fmt::format("`{}` names no commit here{}", revision,
                          clone.shallow ? "; history is cut off: run `git fetch --unshallow`"
                                        : "; if a remote has it, run `git fetch`"));
}

std::string Commit::subject() const { return message.substr(0, message.find('\n')); }

Result<std::vector<Commit>> read_commits(const Clone& clone, const std::vector<std::string>& ids) {
  std::vector<Commit> out;
  if (ids.empty()) return out;
  std::vector<std::string> words = {"-c",
                                    "log.showSignature=false",
                                    "log",
                                    "--no-walk=unsorted",
                                    "--encoding=UTF-8",
                                    "--no-notes",
                                    "--no-mailmap",
                                    "--format=tformat:%H%x00%T%x00%P%x00%an <%ae>%x00%aI%x00%B%x00",
                                    "-z",
                                    "--end-of-options"};
  words.insert(words.end(), ids.begin(), ids.end());
  TRY(const std::string text, ask_git(clone, std::move(words), "cannot read the commits"));
  // Each record ends with one NUL of ours and the one that separates records.
  std::vector<std::string_view> fields = split(text, '\0');
  constexpr std::size_t width = 7;
  for (std::size_t i = 0; i + width - 1 <= fields.size(); i += width) {
    Commit commit{
        std::string(fields[i]),     std::string(fields[i + 1]), {},
        std::string(fields[i + 3]), std::string(fields[i + 4]), std::string(fields[i + 5])};
    for (const std::string_view parent : split(fields[i + 2], ' '))
      commit.parents.emplace_back(parent);
    // %B brings the blank lines that stand before the subject.
    commit.message.erase(0,
                         std::min(commit.message.find_first_not_of("\n"), commit.message.size()));
    out.push_back(std::move(commit));
  }
  if (out.size() != ids.size())
    return fail(ErrorKind::undecided, "cannot read the commits: git's answer is not understood");
  return out;
}

}  // namespace backout::revert
