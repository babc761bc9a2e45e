#include "preflight/image.h"

#include <algorithm>
#include <map>

#include "yaml/parse.h"

namespace backout::preflight {
namespace {

using yaml::Kind;
using yaml::Node;

Span tail_of(const Node& node, std::size_t bytes) {
  const Span span = node.value;
  const auto quote = static_cast<std::uint32_t>(node.style == yaml::Style::plain ? 0 : 1);
  const std::uint32_t end = span.end - std::min(quote, span.end);
  return {end - std::min<std::uint32_t>(static_cast<std::uint32_t>(bytes), end - span.begin), end};
}

std::string_view text_at(const Node& map, std::string_view key) {
  const Node* const node = map.find(key);
  return node && node->kind == Kind::scalar ? node->text : std::string_view();
}

// `tag`: the node that holds it, the whole of it or its end.
void add(std::vector<Image>& out, std::string_view name, std::string_view tag, const Node& node) {
  if (!name.empty() && out.size() < most_images)
    out.push_back({std::string(name), std::string(tag), tail_of(node, tag.size())});
}

// Helm: registry, repository, tag, digest.
void add_values(std::vector<Image>& out, const Node& map) {
  const std::string_view repository = text_at(map, "repository");
  if (repository.empty()) return;
  const std::string_view registry = text_at(map, "registry");
  std::string name(registry);
  if (!name.empty()) name += '/';
  name += repository;
  for (const std::string_view key : {"digest", "tag"})
    if (const Node* const node = map.find(key); node && !text_at(map, key).empty())
      return add(out, name, node->text, *node);
}

// Kustomize: name, newName, newTag, digest.
void add_kustomize(std::vector<Image>& out, const Node& map) {
  std::string_view name = text_at(map, "newName");
  if (name.empty()) name = text_at(map, "name");
  for (const std::string_view key : {"digest", "newTag"})
    if (const Node* const node = map.find(key); node && !text_at(map, key).empty())
      return add(out, name, node->text, *node);
}

void collect(std::vector<Image>& out, const Node& node) {
  if (out.size() >= most_images) return;
  for (const Node& item : node.items) collect(out, item);
  for (const yaml::Entry& entry : node.entries) {
    const std::string_view key = entry.key.text;
    const Node& value = entry.value;
    if (key == "image" && value.kind == Kind::scalar) {
      const Image image = split_image(value.text);
      if (!image.tag.empty()) add(out, image.name, image.tag, value);
    } else if (key == "images" && value.kind == Kind::sequence) {
      for (const Node& item : value.items)
        if (item.kind == Kind::map) add_kustomize(out, item);
    } else {
      if (value.kind == Kind::map) add_values(out, value);
      collect(out, value);
    }
  }
}

// The text without its tags.
std::string without_tags(std::string_view text, std::vector<Image> images) {
  std::sort(images.begin(), images.end(),
            [](const Image& a, const Image& b) { return a.span.begin < b.span.begin; });
  std::string out;
  std::size_t at = 0;
  for (const Image& image : images) {
    if (image.span.begin < at) continue;
    out += text.substr(at, image.span.begin - at);
    at = image.span.end;
  }
  out += text.substr(at);
  return out;
}

}  // namespace

Image split_image(std::string_view reference) {
  const std::size_t digest = reference.find('@');
  const std::string_view whole = reference.substr(0, digest);
  const std::size_t slash = whole.rfind('/');
  const std::size_t colon = whole.find(':', slash == std::string_view::npos ? 0 : slash);
  Image out{std::string(whole.substr(0, colon)), {}, {}};
  if (digest != std::string_view::npos)
    out.tag = reference.substr(digest + 1);
  else if (colon != std::string_view::npos)
    out.tag = whole.substr(colon + 1);
  return out;
}

std::vector<Image> images_in(std::string_view text) {
  std::vector<Image> out;
  if (!text_defect(text).empty() || text.find("image") == std::string_view::npos) return out;
  for (const Span span : yaml::split_documents(text)) {
    const yaml::Document document = yaml::parse(text, span);
    if (!document.defect) collect(out, document.root);
  }
  return out;
}

ImageChanges compare_images(std::string_view before, std::string_view after) {
  ImageChanges out;
  const std::vector<Image> old_images = images_in(before), new_images = images_in(after);
  std::map<std::string_view, std::string_view> old_tags;
  for (const Image& image : old_images) old_tags.emplace(image.name, image.tag);
  for (const Image& image : new_images) {
    const auto found = old_tags.find(image.name);
    if (found == old_tags.end() || found->second == image.tag) continue;
    out.images.push_back({image.name, std::string(found->second), image.tag});
    old_tags.erase(found);
  }
  out.nothing_else =
      !out.images.empty() && without_tags(before, old_images) == without_tags(after, new_images);
  return out;
}

}  // namespace backout::preflight
