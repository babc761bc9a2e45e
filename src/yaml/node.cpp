#include "yaml/node.h"

#include <fmt/format.h>

#include <algorithm>

namespace backout::yaml {
namespace {

bool contains(Span outer, Span inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}

bool is_word(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

void add_key(std::string& path, std::string_view key) {
  if (!is_word(key)) {
    path += fmt::format("[\"{}\"]", key);
  } else {
    if (!path.empty()) path += '.';
    path += key;
  }
}

bool is_same(const Node& a, const Node& b) {
  return a.kind == b.kind && a.span == b.span && a.value == b.value;
}

// A node lies below another when its bytes do, or when they do after following an alias; so one
// child of each level is entered and no more.
bool append_path(const Node& from, const Node& to, std::string& path) {
  if (is_same(from, to)) return true;
  const std::size_t before = path.size();
  for (const Entry& entry : from.entries) {
    if (is_same(entry.key, to)) {
      add_key(path, entry.key.text);
      return true;
    }
    if (!is_same(entry.value, to) && !contains(entry.value.value, to.span)) continue;
    add_key(path, entry.key.text);
    if (append_path(entry.value, to, path)) return true;
    path.resize(before);
  }
  for (std::size_t i = 0; i < from.items.size(); ++i) {
    if (!is_same(from.items[i], to) && !contains(from.items[i].value, to.span)) continue;
    path += fmt::format("[{}]", i);
    if (append_path(from.items[i], to, path)) return true;
    path.resize(before);
  }
  return false;
}

}  // namespace

const Entry* Node::entry(std::string_view key) const {
  for (const Entry& one : entries)
    if (one.key.text == key) return &one;
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Entry* const found = entry(key);
  return found == nullptr ? nullptr : &found->value;
}

const Node* Node::find(std::initializer_list<std::string_view> keys) const {
  const Node* node = this;
  for (const std::string_view key : keys)
    if ((node = node->find(key)) == nullptr) return nullptr;
  return node;
}

std::string path(const Node& root, const Node& node) {
  std::string out;
  if (!append_path(root, node, out)) out.clear();
  return out;
}

}  // namespace backout::yaml
