// Parse tree → Type: canonical names, decoded modifiers, serial types, %TYPE left as written.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sql/lower.h"

namespace backout::sql {
namespace {

// The serial pseudo-types and what a column of them is.
std::string_view serial_type(std::string_view name) {
  if (name == "serial" || name == "serial4") return "integer";
  if (name == "bigserial" || name == "serial8") return "bigint";
  if (name == "smallserial" || name == "serial2") return "smallint";
  return {};
}

// The fields of an interval from the bit mask in its first modifier (PostgreSQL's INTERVAL_MASK:
// month 1, year 2, day 3, hour 10, minute 11, second 12).
std::string_view interval_fields(std::int64_t mask) {
  constexpr std::int64_t month = 1 << 1, year = 1 << 2, day = 1 << 3, hour = 1 << 10,
                         minute = 1 << 11, second = 1 << 12;
  switch (mask) {
    case year:
      return " year";
    case month:
      return " month";
    case day:
      return " day";
    case hour:
      return " hour";
    case minute:
      return " minute";
    case second:
      return " second";
    case year | month:
      return " year to month";
    case day | hour:
      return " day to hour";
    case day | hour | minute:
      return " day to minute";
    case day | hour | minute | second:
      return " day to second";
    case hour | minute:
      return " hour to minute";
    case hour | minute | second:
      return " hour to second";
    case minute | second:
      return " minute to second";
    default:
      return {};  // no fields
  }
}

std::optional<std::int32_t> integer(Node node) {
  const Node constant = node.body("A_Const");
  const Node value = constant["ival"];
  if (!value) return std::nullopt;
  return static_cast<std::int32_t>(value.number("ival"));
}

std::string modifier_text(Node node) {
  if (const auto number = integer(node)) return std::to_string(*number);
  if (const Node column = node.body("ColumnRef"))
    return std::string(column.list("fields").back().string());
  return std::string(node.body("A_Const")["sval"].text("sval"));
}

void set_modifiers(Type& type, NodeList modifiers) {
  const bool builtin = type.name.schema.empty();
  if (builtin && type.name.name == "interval") {
    const auto mask = integer(modifiers.front());
    if (mask) type.name.name += interval_fields(*mask);
    if (modifiers.size() > 1)
      if (const auto precision = integer(modifiers.at(1))) type.modifiers.push_back(*precision);
    return;
  }
  bool all_numbers = true;
  for (const Node modifier : modifiers) {
    const auto number = integer(modifier);
    all_numbers = all_numbers && number.has_value();
    type.modifiers.push_back(number.value_or(0));
  }
  if (!all_numbers) {
    std::string words;
    for (const Node modifier : modifiers) {
      if (!words.empty()) words += ',';
      words += modifier_text(modifier);
    }
    type.name.name.append(1, '(').append(words).append(1, ')');
    type.modifiers.clear();
  }
  if (builtin && type.name.name == "numeric" && type.modifiers.size() == 1)
    type.modifiers.push_back(0);
}

}  // namespace

Type lower_type(Node type_name, bool* serial) {
  Type type;
  type.dimensions = type_name["arrayBounds"] ? 1 : 0;
  const NodeList names = type_name.list("names");
  type.name = object_name(names);
  const bool catalog = type.name.schema == "pg_catalog";
  if (type_name.flag("pct_type")) {  // table.column%TYPE: only in parameters of functions
    type.name = {std::string(), to_string(type.name) + "%TYPE"};
    return type;
  }
  if (type.name.schema.empty() || catalog) {
    std::string_view spelling = type.name.name;
    if (spelling.size() > 1 && spelling.front() == '_' &&
        !builtin_type(spelling.substr(1)).empty()) {
      spelling.remove_prefix(1);  // _int4 is the catalog's name of integer[]
      type.dimensions = 1;
    }
    const std::string_view integer_type = serial_type(spelling);
    if (!integer_type.empty() && !catalog && serial != nullptr) {
      *serial = true;
      type.name = {std::string(), std::string(integer_type)};
    } else if (const std::string_view canonical = builtin_type(spelling); !canonical.empty()) {
      type.name = {std::string(), std::string(canonical)};
    }
  }
  if (const Node modifiers = type_name["typmods"]) set_modifiers(type, modifiers.as_list());
  return type;
}

}  // namespace backout::sql
