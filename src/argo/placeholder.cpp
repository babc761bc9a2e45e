#include "argo/placeholder.h"

#include <cstddef>

namespace backout::argo {
namespace {

constexpr std::size_t most_nodes = 10'000;

void add(const yaml::Node& scalar, std::vector<Placeholder>& out) {
  std::string_view rest = scalar.text;
  while (true) {
    const std::size_t open = rest.find("{{");
    if (open == std::string_view::npos) return;
    const std::size_t close = rest.find("}}", open);
    std::string_view name = rest.substr(open + 2);
    if (close != std::string_view::npos) name = rest.substr(open + 2, close - open - 2);
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    out.push_back({&scalar, name, close != std::string_view::npos});
    if (close == std::string_view::npos) return;
    rest.remove_prefix(close + 2);
  }
}

}  // namespace

std::vector<Placeholder> placeholders_below(const yaml::Node& root) {
  std::vector<Placeholder> out;
  std::vector<const yaml::Node*> open{&root};
  for (std::size_t visited = 0; !open.empty() && visited < most_nodes; ++visited) {
    const yaml::Node& node = *open.back();
    open.pop_back();
    if (node.kind == yaml::Kind::scalar) add(node, out);
    for (std::size_t i = node.items.size(); i > 0; --i) open.push_back(&node.items[i - 1]);
    for (std::size_t i = node.entries.size(); i > 0; --i)
      open.push_back(&node.entries[i - 1].value);
    if (open.size() > most_nodes) break;
  }
  return out;
}

}  // namespace backout::argo
