#include "revert/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/layout.h"
#include "report/style.h"

namespace backout::revert {
namespace {

using report::markdown_text;
using report::visible;

constexpr std::size_t most_files = 40, most_subject = 100, most_hunk_lines = 60;

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
  return std::string(text.substr(0, most)) + "…";
}

std::string subject_of(const Commit& commit) { return shortened(commit.subject(), most_subject); }

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

std::string in_words(const MigrationFile& file) {
  return fmt::format("`{}` ({}) {}", file.path, file.history, file.effect);
}

class Out {
 public:
  explicit Out(const TextOptions& options)
      : style_(report::style(options.color)), width_(options.width) {}
  void head(std::string_view words) {
    text_ += fmt::format("{}{}{}\n", style_.strong, visible(words), style_.reset);
  }
  void item(std::string_view words, std::size_t depth = 1, std::string_view color = {}) {
    text_ += report::paragraph(std::string(2 * depth, ' '), visible(words), width_, color,
                               color.empty() ? std::string_view() : style_.reset);
  }
  void warning(std::string_view words) {
    text_ += report::paragraph("warning: ", visible(words), width_, style_.warning, style_.reset);
  }
  void hunk(const std::string& hunk) {
    std::size_t shown = 0;
    const std::vector<std::string_view> lines = split(hunk, '\n');
    for (const std::string_view line : lines) {
      if (shown++ == most_hunk_lines) {
        item(fmt::format("… {} more lines", lines.size() - most_hunk_lines), 3);
        break;
      }
      const bool marker = line.starts_with("<<<<<<< ") || line.starts_with("||||||| ") ||
                          line == "=======" || line.starts_with(">>>>>>> ");
      text_ +=
          fmt::format("      {}{}{}\n", marker ? style_.note : std::string_view(),
                      visible(shortened(line, 400)), marker ? style_.reset : std::string_view());
    }
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }
  [[nodiscard]] const report::Style& style() const { return style_; }

 private:
  const report::Style& style_;
  const std::size_t width_;
  std::string text_;
};

std::string place(const Revert& revert, const Base& base) {
  const std::string name = base.branch.empty()   ? std::string("HEAD")
                           : base.remote.empty() ? base.branch
                                                 : base.remote + "/" + base.branch;
  return fmt::format("{} ({}{}{})", name, brief(revert.onto), base.reason.empty() ? "" : ": ",
                     base.reason);
}

void conflicts(Out& out, const Revert& revert) {
  const Commit& commit = revert.commits[*revert.stopped_at];
  out.head(fmt::format("{} \"{}\" cannot be taken back: {} in conflict; nothing was written",
                       brief(commit.id), subject_of(commit),
                       counted(revert.conflicts.size(), "file")));
  for (const Conflict& one : revert.conflicts) {
    out.item(fmt::format("{}: {}", one.path, one.what), 1, out.style().strong);
    for (const std::string& later : one.later) out.item("since then: " + later, 2);
    for (const std::string& hunk : one.hunks) out.hunk(hunk);
  }
}

}  // namespace

std::string migration_warning(const Revert& revert) {
  if (revert.migrations.empty()) return {};
  return fmt::format(
      "the revert touches {}, and that rolls back no schema: the database stays as they left it",
      counted(revert.migrations.size(), "migration file"));
}

std::string text(const Revert& revert, const Base& base, const TextOptions& options) {
  Out out(options);
  if (revert.stopped_at) {
    conflicts(out, revert);
    return out.take();
  }
  if (revert.steps.empty()) {
    out.head(fmt::format("nothing to revert on {}", place(revert, base)));
    for (const std::string& one : revert.without_effect) out.item(one);
    return out.take();
  }
  out.head(fmt::format("{} onto {}",
                       revert.commits.empty()
                           ? std::string("restore an earlier state")
                           : fmt::format("take back {}", counted(revert.commits.size(), "commit")),
                       place(revert, base)));
  for (const Commit& commit : revert.commits)
    out.item(fmt::format("{} {} ({}, {})", brief(commit.id), subject_of(commit), commit.author,
                         commit.date.substr(0, 10)));
  for (const std::string& one : revert.without_effect)
    out.item("without effect: " + one, 1, out.style().faint);
  if (!revert.discarded.empty()) {
    out.head(fmt::format("what {} did to these files is discarded",
                         counted(revert.discarded.size(), "later commit")));
    for (std::size_t i = 0; i < std::min(revert.discarded.size(), most_files); ++i)
      out.item(shortened(revert.discarded[i], most_subject));
    if (revert.discarded.size() > most_files)
      out.item(fmt::format("… and {} more", revert.discarded.size() - most_files));
  }
  out.head(counted(revert.files.size(), "file"));
  for (std::size_t i = 0; i < std::min(revert.files.size(), most_files); ++i) {
    const Touched& file = revert.files[i];
    out.item(file.old_path.empty()
                 ? fmt::format("{} {}", file.status, file.path)
                 : fmt::format("{} {} -> {}", file.status, file.old_path, file.path));
  }
  if (revert.files.size() > most_files)
    out.item(fmt::format("… and {} more", revert.files.size() - most_files));
  for (const std::string& one : revert.warnings) out.warning(one);
  if (const std::string words = migration_warning(revert); !words.empty()) {
    out.warning(words);
    for (const MigrationFile& file : revert.migrations) out.item(in_words(file));
  }
  return out.take();
}

std::string pull_request_title(const Revert& revert) {
  return visible(shortened(revert.title, 200));
}

std::string pull_request_body(const Revert& revert, const std::string& facts) {
  constexpr std::size_t most = 60'000;  // GitHub takes 65,536 characters
  std::string out =
      revert.commits.empty() ? markdown_text(revert.title) + ".\n" : std::string("Takes back\n\n");
  std::size_t listed = 0;
  for (const Commit& commit : revert.commits) {
    if (listed++ == 100) {
      out += fmt::format("- and {} more\n", revert.commits.size() - 100);
      break;
    }
    out += fmt::format("- {} {} ({}, {})\n", commit.id, markdown_text(subject_of(commit)),
                       markdown_text(commit.author.substr(0, commit.author.find(" <"))),
                       commit.date.substr(0, 10));
  }
  const auto section = [&](std::string_view head, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out += fmt::format("\n{}\n\n", head);
    for (std::size_t i = 0; i < std::min(lines.size(), most_files); ++i)
      out += fmt::format("- {}\n", markdown_text(shortened(lines[i], 300)));
    if (lines.size() > most_files) out += fmt::format("- and {} more\n", lines.size() - most_files);
  };
  std::vector<std::string> files;
  for (const Touched& file : revert.files)
    files.push_back(fmt::format("{} `{}`", file.status, file.path));
  section("Files", files);
  section("Had no effect", revert.without_effect);
  section("Discards what these did to the files", revert.discarded);
  section("Mind", revert.warnings);
  if (const std::string words = migration_warning(revert); !words.empty()) {
    std::vector<std::string> migrations;
    for (const MigrationFile& file : revert.migrations) migrations.push_back(in_words(file));
    section("**Migrations**: " + markdown_text(words) + ".", migrations);
  }
  if (!facts.empty()) out += "\n" + facts;
  if (out.size() > most) out = shortened(out, most) + "\n\n(cut: too long)\n";
  return out;
}

}  // namespace backout::revert
