#include "core/manifest_comments.h"

#include <algorithm>

namespace backout {
namespace {

using yaml::Node;

constexpr std::string_view marker = "backout:";
constexpr std::string_view annotation = "backout/ignore";

struct Line {
  std::uint32_t begin, end;  // without the line end
};

Line line_of(std::string_view text, std::size_t at) {
  const std::size_t begin = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;  // npos + 1 is 0
  const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// Calls `use(extent, value)` for each field and list item below a node that stands there itself.
template <class Use>
void for_each_child(const Node& node, const Use& use) {
  if (node.alias) return;
  for (const yaml::Entry& entry : node.entries)
    use(Span{entry.key.span.begin, std::max(entry.key.span.end, entry.value.span.end)},
        entry.value);
  for (const Node& item : node.items) use(item.span, item);
}

// Whether a place lies in a scalar, where `#` is a character like any other.
bool in_scalar(const Node& node, std::uint32_t at) {
  if (node.kind == yaml::Kind::scalar) return node.span.begin < at && at < node.span.end;
  bool inside = false;
  for_each_child(node, [&](Span extent, const Node& value) {
    if (extent.begin < at && at < extent.end) inside = inside || in_scalar(value, at);
  });
  return inside;
}

// The outermost field or list item that begins on a line.
std::optional<Span> begins_on(const Node& node, const Line& line) {
  std::optional<Span> found;
  for_each_child(node, [&](Span extent, const Node& value) {
    if (found) return;
    if (extent.begin >= line.begin && extent.begin < line.end)
      found = extent;
    else if (extent.begin < line.begin && line.begin < extent.end)
      found = begins_on(value, line);
  });
  return found;
}

// Behind a document's `---` and the comments above its first key.
std::uint32_t content_begin(std::string_view text, Span document) {
  std::size_t at = document.begin;
  while (at < document.end) {
    const Line line = line_of(text, at);
    const std::string_view words = text.substr(line.begin, line.end - line.begin);
    const std::size_t solid = words.find_first_not_of(" \t");
    if (solid != std::string_view::npos && words[solid] != '#' && words.substr(0, 3) != "---")
      break;
    at = line.end + 1;
  }
  return static_cast<std::uint32_t>(std::min<std::size_t>(at, document.end));
}

std::optional<Span> covered(std::string_view text, const yaml::Document& document, Span comment) {
  if (comment.begin < content_begin(text, document.span)) return document.span;
  Line line = line_of(text, comment.begin);
  const bool alone = is_blank(text.substr(line.begin, comment.begin - line.begin));
  if (alone) {  // about the next line that is no comment; an empty one parts them
    do {
      if (line.end >= document.span.end) return std::nullopt;
      line = line_of(text, text.find('\n', line.end) + 1);
    } while (line.begin < line.end &&
             text[std::min<std::size_t>(text.find_first_not_of(" \t", line.begin), line.end - 1)] ==
                 '#');
  }
  const auto extent = begins_on(document.root, line);
  if (!extent) return std::nullopt;
  return Span{line.begin, std::max(extent->end, line.end)};
}

void read_comments(std::string_view text, const yaml::Document& document,
                   std::vector<ManifestComment>& out) {
  for (std::size_t at = text.find(marker, document.span.begin); at < document.span.end;
       at = text.find(marker, at + marker.size())) {
    const Line line = line_of(text, at);
    const std::size_t hash = text.substr(0, at).find_last_not_of(" \t");
    if (hash == std::string_view::npos || hash < line.begin || text[hash] != '#') continue;
    const auto begin = static_cast<std::uint32_t>(hash);
    if (begin > line.begin && text[begin - 1] != ' ' && text[begin - 1] != '\t') continue;
    if (in_scalar(document.root, begin)) continue;
    const std::size_t words = at + marker.size();
    const Span place{begin, line.end};
    out.push_back({place, text.substr(words, line.end - words), covered(text, document, place)});
  }
}

void read_annotation(const yaml::Document& document, std::vector<ManifestComment>& out) {
  const Node* const found = document.root.find({"metadata", "annotations", annotation});
  if (!found || found->kind != yaml::Kind::scalar) return;
  for (std::size_t begin = 0; begin < found->text.size();) {
    const std::size_t end = std::min(found->text.find('\n', begin), found->text.size());
    const std::string_view line = found->text.substr(begin, end - begin);
    if (!is_blank(line)) out.push_back({found->span, line, document.span});
    begin = end + 1;
  }
}

}  // namespace

std::vector<ManifestComment> manifest_comments(const argo::File& file) {
  std::vector<ManifestComment> out;
  for (const yaml::Document& document : file.documents) {
    read_comments(file.source->text, document, out);
    read_annotation(document, out);
  }
  return out;
}

}  // namespace backout
