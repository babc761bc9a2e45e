// The convention is that of git's sequencer, sequencer.c: do_pick_commit.
#include "revert/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace backout::revert {
namespace {

// Since 2.43 git takes the quotation marks of one revert off rather than to nest them; what is
// nested already stays.
std::string title_of(const std::string& subject) {
  constexpr std::string_view revert = "Revert \"";
  const std::string_view text = subject;
  if (text.starts_with(revert) && !text.substr(revert.size()).starts_with(revert))
    return fmt::format("Reapply \"{}", text.substr(revert.size()));
  return fmt::format("Revert \"{}\"", subject);
}

std::string line_of(const Reverted& one) {
  const Commit& commit = *one.commit;
  if (one.mainline == 0 || commit.parents.size() < 2)
    return fmt::format("This reverts commit {}.", commit.id);
  return fmt::format("This reverts commit {}, reversing\nchanges made to {}.", commit.id,
                     commit.parents[one.mainline - 1]);
}

void trim_end(std::string& text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\r'))
    text.pop_back();
}

std::string with_trailers(std::string text, const Wording& wording, const std::string& signer) {
  trim_end(text);
  std::vector<std::string> trailers = wording.trailers;
  if (wording.sign_off) trailers.push_back("Signed-off-by: " + signer);
  text += '\n';
  if (!trailers.empty()) text += '\n';
  for (const std::string& trailer : trailers) text += trailer + '\n';
  return text;
}

std::string from_template(const Wording& wording, const std::string& subject, const std::string& id,
                          const std::string& lines) {
  const std::string_view text = wording.message;
  const bool placed = text.find("{reverts}") != std::string_view::npos;
  // What is put in is not looked at again: a subject may hold braces.
  std::string out;
  const std::pair<std::string_view, std::string> names[] = {
      {"{subject}", subject}, {"{id}", id}, {"{short}", brief(id)}, {"{reverts}", lines}};
  for (std::size_t at = 0; at < text.size();) {
    const auto found = std::find_if(std::begin(names), std::end(names), [&](const auto& name) {
      return text.substr(at).starts_with(name.first);
    });
    if (found == std::end(names)) {
      out += text[at++];
    } else {
      out += found->second;
      at += found->first.size();
    }
  }
  trim_end(out);
  if (!placed && !lines.empty()) out += "\n\n" + lines;
  return out;
}

}  // namespace

std::string message_of(const std::vector<Reverted>& all, const Wording& wording,
                       const std::string& signer) {
  std::string lines;
  for (const Reverted& one : all) lines += (lines.empty() ? "" : "\n") + line_of(one);
  const Commit& newest = *all.front().commit;
  const std::string subject = newest.subject();
  if (!wording.message.empty())
    return with_trailers(from_template(wording, subject, newest.id, lines), wording, signer);
  std::string title = title_of(subject);
  if (all.size() > 1) title += fmt::format(" and {} more", all.size() - 1);
  return with_trailers(title + "\n\n" + lines, wording, signer);
}

std::string restore_message(const Commit& of, const std::vector<std::string>& paths,
                            const Wording& wording, const std::string& signer) {
  std::string lines = fmt::format("This restores the state of commit {}", of.id);
  if (!paths.empty()) {
    lines += " of\n";
    for (const std::string& path : paths) lines += "  " + path + "\n";
  } else {
    lines += '.';
  }
  if (!wording.message.empty())
    return with_trailers(from_template(wording, of.subject(), of.id, lines), wording, signer);
  std::string what = paths.empty() ? "the state" : paths.front();
  if (paths.size() > 1) what += fmt::format(" and {} more", paths.size() - 1);
  std::replace(what.begin(), what.end(), '\n', ' ');
  return with_trailers(fmt::format("Restore {} of \"{}\"\n\n{}", what, of.subject(), lines),
                       wording, signer);
}

Result<void> check(const Wording& wording) {
  for (const std::string& trailer : wording.trailers) {
    const std::size_t colon = trailer.find(": ");
    const auto is_token = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; };
    const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (colon == std::string::npos || colon == 0 || colon + 2 >= trailer.size() ||
        !std::all_of(trailer.begin(), trailer.begin() + static_cast<std::ptrdiff_t>(colon),
                     is_token) ||
        std::any_of(trailer.begin(), trailer.end(), is_control))
      return fail(ErrorKind::usage,
                  fmt::format("a trailer is a line such as `Incident: INC-42`, not `{}`", trailer));
  }
  return {};
}

}  // namespace backout::revert
