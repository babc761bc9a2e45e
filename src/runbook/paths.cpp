// Where paths and links of a runbook lead, and whether there is anything.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runbook/check.h"
#include "sql/framework/parts.h"

namespace backout::runbook {
namespace {

using sql::framework::base_of;
using sql::framework::folder_of;

int hex(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

// "%20" is a blank.
std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool leads_elsewhere(std::string_view target) {
  const std::size_t colon = target.find(':');
  return target.empty() || target.starts_with("//") ||
         (colon != std::string_view::npos && target.find_first_of("/#?") > colon) ||
         target.find_first_of("<>{}$") != std::string_view::npos;
}

bool has_anchor(const Markdown& markdown, std::string_view anchor) {
  return anchor.empty() ||
         std::binary_search(markdown.anchors.begin(), markdown.anchors.end(), anchor);
}

// Files that the commands themselves make: targets of `>`, of `-o`, of `tee` and `cp`.
std::set<std::string, std::less<>> made_files(const Runbook& runbook) {
  std::set<std::string, std::less<>> out;
  for (const Command& command : runbook.commands) {
    for (const Word& word : command.writes) out.insert(word.text);
    if (command.words.empty()) continue;
    const std::string_view program = base_of(command.words[0].text);
    for (std::size_t i = 1; i < command.words.size(); ++i) {
      const std::string& before = command.words[i - 1].text;
      if (before == "-o" || before == "--output" || before == "-O" || program == "tee" ||
          ((program == "cp" || program == "mv") && i + 1 == command.words.size()))
        out.insert(command.words[i].text);
    }
  }
  return out;
}

}  // namespace

std::string suggestion(std::string_view name, const Names& known) {
  const std::string_view near = nearest(name, {known.begin(), known.end()});
  return near.empty() ? std::string() : fmt::format("; did you mean `{}`?", near);
}

std::string near_path(const Repository& repository, std::string_view path) {
  Names candidates;
  for (const std::string& file : repository.files) {
    if (base_of(file) == base_of(path)) return fmt::format("; did you mean `{}`?", file);
    if (folder_of(file) == folder_of(path)) candidates.insert(file);
  }
  return suggestion(path, candidates);
}

std::optional<std::string> resolve(std::string_view from_folder, std::string_view target) {
  std::vector<std::string_view> parts;
  const auto walk = [&](std::string_view path) {
    while (!path.empty()) {
      const std::size_t slash = std::min(path.find('/'), path.size());
      const std::string_view part = path.substr(0, slash);
      path.remove_prefix(std::min(slash + 1, path.size()));
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (parts.empty()) {
        return false;
      } else {
        parts.pop_back();
      }
    }
    return true;
  };
  if (!target.starts_with('/') && !walk(from_folder)) return std::nullopt;
  if (!walk(target)) return std::nullopt;
  std::string out;
  for (const std::string_view part : parts) {
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

bool exists(const Repository& repository, const std::string& path) {
  return path.empty() || repository.files.contains(path) || repository.folders.contains(path);
}

std::vector<PathMention> missing_paths(const Runbook& runbook, const Repository& repository) {
  std::vector<PathMention> out;
  const auto made = made_files(runbook);
  const std::string_view text = runbook.source->text;
  const std::string_view folder = folder_of(runbook.source->path);
  std::optional<std::string> current = "";  // of the block; nothing: only the reader knows
  std::size_t block = 0;
  std::size_t searches = 0;  // of the whole text; a runbook of nothing but paths stays cheap
  for (const Command& command : runbook.commands) {
    if (command.block != block) current = "";
    block = command.block;
    if (!command.words.empty() && command.words[0].text == "cd") {
      if (command.words.size() == 2 && !command.words[1].open && current &&
          !command.words[1].text.starts_with('/'))
        current = resolve(*current, command.words[1].text);
      else
        current.reset();
      if (current && !repository.folders.contains(*current) && !current->empty()) current.reset();
    }
    for (PathMention& mention : mentions_of(command).paths) {
      if (!current) continue;
      const auto from_root = resolve(*current, mention.path);
      const auto from_here = resolve(folder, mention.path);
      if (!from_root || !from_here) continue;
      if (exists(repository, *from_root) || exists(repository, *from_here)) continue;
      if (made.contains(mention.path)) continue;
      // "save it as x.yaml": the reader makes it
      if (++searches < 1000 &&
          text.substr(0, mention.span.begin).find(mention.path) != std::string_view::npos)
        continue;
      out.push_back(std::move(mention));
    }
  }
  return out;
}

std::vector<BrokenLink> broken_links(const Runbook& runbook, const Context& context) {
  std::vector<BrokenLink> out;
  const std::string_view folder = folder_of(runbook.source->path);
  for (const Link& link : runbook.markdown.links) {
    if (leads_elsewhere(link.target)) continue;
    const std::size_t hash = std::min(link.target.find('#'), link.target.size());
    const std::string anchor =
        unescaped(link.target.substr(std::min(hash + 1, link.target.size())));
    const std::string_view file = link.target.substr(0, std::min(hash, link.target.find('?')));
    if (file.empty()) {
      if (!has_anchor(runbook.markdown, anchor))
        out.push_back({&link, fmt::format("there is no heading `#{}` here", anchor)});
      continue;
    }
    const auto path = resolve(folder, unescaped(file));
    if (!path) continue;
    if (!exists(context.repository, *path)) {
      out.push_back(
          {&link,
           fmt::format("there is no `{}`{}", *path,
                       out.size() < most_suggestions ? near_path(context.repository, *path) : "")});
      continue;
    }
    const auto document = context.documents.find(*path);
    if (document != context.documents.end() && !has_anchor(*document->second, anchor))
      out.push_back({&link, fmt::format("`{}` has no heading `#{}`", *path, anchor)});
  }
  return out;
}

}  // namespace backout::runbook
