#include "recovery/emit.h"

#include "core/quote.h"
#include "report/escape.h"
#include "yaml/value.h"

namespace backout::recovery {
namespace {

std::string scalar(const yaml::Node& node) {
  if (node.kind == yaml::Kind::null) return "null";
  if (node.style == yaml::Style::plain && node.tag.empty()) {
    switch (yaml::type_of(node)) {
      case yaml::Type::null:
        return "null";
      case yaml::Type::boolean:
        return *yaml::as_bool(node) ? "true" : "false";
      case yaml::Type::integer:
        if (const auto value = yaml::as_int(node)) return std::to_string(*value);
        return std::string(node.text);
      case yaml::Type::number:
        return std::string(node.text);
      default:
        return yaml_quoted(node.text);
    }
  }
  std::string out;
  report::append_json(out, node.text);
  return out;
}

bool is_nested(const yaml::Node& node) {
  return (node.kind == yaml::Kind::map && !node.entries.empty()) ||
         (node.kind == yaml::Kind::sequence && !node.items.empty());
}

std::string flat(const yaml::Node& node) {
  return node.kind == yaml::Kind::map        ? "{}"
         : node.kind == yaml::Kind::sequence ? "[]"
                                             : scalar(node);
}

void append_body(std::string& out, std::size_t indent, const yaml::Node& node,
                 std::string_view without) {
  if (node.kind == yaml::Kind::map) {
    for (const yaml::Entry& entry : node.entries)
      if (without.empty() || entry.key.text != without)
        append_node(out, indent, entry.key.text, entry.value);
    return;
  }
  for (const yaml::Node& item : node.items) {
    out.append(indent, ' ');
    if (!is_nested(item)) {
      out += "- " + flat(item) + '\n';
      continue;
    }
    // The first line of the item stands behind its dash.
    std::string body;
    append_body(body, indent + 2, item, {});
    out += "- " + body.substr(indent + 2);
  }
}

}  // namespace

void append_field(std::string& out, std::size_t indent, std::string_view key,
                  std::string_view value) {
  out.append(indent, ' ');
  out += yaml_quoted(key) + ": " + yaml_quoted(value) + '\n';
}

void append_node(std::string& out, std::size_t indent, std::string_view key, const yaml::Node& node,
                 std::string_view without) {
  out.append(indent, ' ');
  out += yaml_quoted(key) + ':';
  if (!is_nested(node)) {
    out += ' ' + flat(node) + '\n';
    return;
  }
  out += '\n';
  append_body(out, indent + 2, node, without);
}

}  // namespace backout::recovery
