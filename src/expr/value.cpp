#include "expr/value.h"

#include <fmt/format.h>

#include <algorithm>

#include "expr/number.h"

namespace backout::expr {

Value boolean(bool value) { return {Kind::boolean, value}; }
Value integer(std::int64_t value, Kind kind) { return {kind, value}; }
Value number(double value) { return {Kind::number, value}; }
Value text(std::string value, Kind kind) { return {kind, std::move(value)}; }
Value list(std::vector<Value> items, Elements elements) {
  List content{.elements = elements, .items = std::move(items)};
  for (const Value& item : content.items) content.depth = std::max(content.depth, item.depth() + 1);
  return {Kind::list, std::make_shared<const List>(std::move(content))};
}
Value pair(Value first, Value second) {
  List content{.array = true, .depth = std::max(first.depth(), second.depth()) + 1};
  content.items.push_back(std::move(first));
  content.items.push_back(std::move(second));
  return {Kind::list, std::make_shared<const List>(std::move(content))};
}
Value object(std::vector<Entry> entries, Shape shape) {
  Object content{.shape = shape, .entries = std::move(entries)};
  for (const Entry& entry : content.entries)
    content.depth = std::max(content.depth, entry.value.depth() + 1);
  return {Kind::object, std::make_shared<const Object>(std::move(content))};
}
Value time(Time value) { return {Kind::time, std::move(value)}; }
Value function(Function value) { return {Kind::function, value}; }

const Value* Object::find(std::string_view key) const {
  if (shape == Shape::json || shape == Shape::row) {
    const auto at = std::lower_bound(
        entries.begin(), entries.end(), key,
        [](const Entry& entry, std::string_view wanted) { return entry.key.text() < wanted; });
    return at != entries.end() && at->key.text() == key ? &at->value : nullptr;
  }
  for (const Entry& entry : entries)
    if (entry.key.kind == Kind::text && entry.key.text() == key) return &entry.value;
  return nullptr;
}

namespace {

// Nested lists share their content, so that little memory can be a lot of text.
void append_plain(std::string& out, const Value& value) {
  if (out.size() > most_text_bytes) return;
  switch (value.kind) {
    case Kind::nil:
      out += "<nil>";
      return;
    case Kind::boolean:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::integer:
    case Kind::integer64:
    case Kind::byte:
      out += fmt::to_string(value.integer());
      return;
    case Kind::number:
      out += number_text(value.number());
      return;
    case Kind::text:
    case Kind::status:
    case Kind::text_pointer:
    case Kind::zone:
      out += value.text();
      return;
    case Kind::time:
      out += format_time(value.time(), "2006-01-02 15:04:05.999999999 -0700 MST");
      return;
    case Kind::duration:
      out += duration_text(value.integer());
      return;
    case Kind::month:
      out += month_name(value.integer());
      return;
    case Kind::weekday:
      out += weekday_name(value.integer());
      return;
    case Kind::function:
      out += "function";
      return;
    case Kind::list: {
      const char* separator = "[";
      if (value.list().items.empty()) out += separator;
      for (const Value& item : value.list().items) {
        out += separator;
        append_plain(out, item);
        separator = " ";
      }
      out += ']';
      return;
    }
    case Kind::object: {
      const bool is_record = is_struct(value.object().shape);
      out += is_record ? "{" : "map[";
      const char* separator = "";
      for (const Entry& entry : value.object().entries) {
        out += separator;
        if (!is_record) {
          append_plain(out, entry.key);
          out += ':';
        }
        append_plain(out, entry.value);
        separator = " ";
      }
      out += is_record ? '}' : ']';
      return;
    }
  }
}

}  // namespace

std::string plain_text(const Value& value) {
  std::string out;
  append_plain(out, value);
  return out;
}

std::string describe(const Value& value) {
  switch (value.kind) {
    case Kind::nil:
      return "nil";
    case Kind::boolean:
      return value.boolean() ? "true" : "false";
    case Kind::integer:
    case Kind::integer64:
    case Kind::byte:
    case Kind::number:
      return "the number " + plain_text(value);
    case Kind::text:
    case Kind::status:
    case Kind::text_pointer:
      return "a text";
    case Kind::list: {
      const std::size_t size = value.list().items.size();
      if (size == 0) return "an empty list";
      return fmt::format("a list of {} {}", size, size == 1 ? "element" : "elements");
    }
    case Kind::object:
      return "an object";
    case Kind::time:
      return "a time";
    case Kind::duration:
      return "a duration";
    case Kind::month:
      return "a month";
    case Kind::weekday:
      return "a weekday";
    case Kind::zone:
      return "a time zone";
    case Kind::function:
      return "a function";
  }
  return {};
}

}  // namespace backout::expr
