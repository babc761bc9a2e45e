#include "expr/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "expr/number.h"
#include "expr/run.h"
#include "expr/unicode.h"

namespace backout::expr {
namespace {

// nlohmann's parser calls this; it uses no recursion itself.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Value value;
  std::string error;

  bool null() override { return add({}); }
  bool boolean(bool v) override { return add(expr::boolean(v)); }
  bool number_integer(number_integer_t v) override { return add(number(static_cast<double>(v))); }
  bool number_unsigned(number_unsigned_t v) override { return add(number(static_cast<double>(v))); }
  bool number_float(number_float_t v, const string_t& /*text*/) override { return add(number(v)); }
  bool string(string_t& v) override { return add(text(std::move(v))); }
  bool binary(binary_t& /*v*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open(); }
  bool start_array(std::size_t /*size*/) override { return open(); }
  bool key(string_t& v) override {
    levels_.back().keys.push_back(std::move(v));
    return true;
  }
  bool end_array() override {
    std::vector<Value> items = std::move(levels_.back().values);
    levels_.pop_back();
    return add(list(std::move(items)));
  }
  bool end_object() override {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < level.keys.size(); ++i)
      entries.push_back({text(std::move(level.keys[i])), std::move(level.values[i])});
    // The last of equal keys counts.
    std::reverse(entries.begin(), entries.end());
    std::stable_sort(entries.begin(), entries.end(),
                     [](const Entry& a, const Entry& b) { return a.key.text() < b.key.text(); });
    entries.erase(
        std::unique(entries.begin(), entries.end(),
                    [](const Entry& a, const Entry& b) { return a.key.text() == b.key.text(); }),
        entries.end());
    return add(object(std::move(entries)));
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::detail::exception& /*what*/) override {
    error = fmt::format("no JSON from byte {} on", position);
    return false;
  }

 private:
  struct Level {
    std::vector<std::string> keys;
    std::vector<Value> values;
  };

  bool open() {
    levels_.emplace_back();
    if (levels_.size() < deepest_value) return true;
    error = fmt::format("nests deeper than {} levels", deepest_value - 1);
    return false;
  }
  bool add(Value v) {
    if (levels_.empty())
      value = std::move(v);
    else
      levels_.back().values.push_back(std::move(v));
    return true;
  }

  std::vector<Level> levels_;
};

void append_text(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const Rune rune = rune_at(text, at);
    const char32_t c = rune.value;
    at += rune.bytes;
    if (c == '"' || c == '\\')
      out += fmt::format("\\{}", static_cast<char>(c));
    else if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else if (c == '\t')
      out += "\\t";
    else if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029)
      out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(c));
    else
      append_rune(out, c);
  }
  out += '"';
}

// Not as %v: the exponent begins elsewhere and has no leading zero.
std::string json_number(double value) {
  const double size = std::fabs(value);
  if (size == 0 || (size >= 1e-6 && size < 1e21)) {
    char buffer[400];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
    return {buffer, end.ptr};
  }
  std::string text = number_text(value);
  const std::size_t exponent = text.find("e-0");
  if (exponent != std::string::npos) text.erase(exponent + 2, 1);
  return text;
}

bool append_json(std::string& out, const Value& value, std::size_t level) {
  if (out.size() > most_text_bytes) return true;  // whoever wants it notices
  const auto line = [&](std::size_t indent) { out += '\n' + std::string(2 * indent, ' '); };
  switch (value.kind) {
    case Kind::nil:
      out += "null";
      return true;
    case Kind::boolean:
      out += value.boolean() ? "true" : "false";
      return true;
    case Kind::integer:
    case Kind::integer64:
    case Kind::byte:
    case Kind::duration:
    case Kind::month:
    case Kind::weekday:
      out += fmt::to_string(value.integer());
      return true;
    case Kind::number:
      if (!std::isfinite(value.number())) return false;
      out += json_number(value.number());
      return true;
    case Kind::text:
    case Kind::status:
    case Kind::text_pointer:
      append_text(out, value.text());
      return true;
    case Kind::time:
      append_text(out, format_time(value.time(), "2006-01-02T15:04:05.999999999Z07:00"));
      return true;
    case Kind::list: {
      const std::vector<Value>& items = value.list().items;
      if (value.list().nil) {
        out += "null";
        return true;
      }
      out += '[';
      for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += ',';
        line(level + 1);
        if (!append_json(out, items[i], level + 1)) return false;
      }
      if (!items.empty()) line(level);
      out += ']';
      return true;
    }
    case Kind::object: {
      const Object& content = value.object();
      if (content.shape == Shape::any || content.shape == Shape::groups) return false;
      out += '{';
      for (std::size_t i = 0; i < content.entries.size(); ++i) {
        if (i > 0) out += ',';
        line(level + 1);
        append_text(out, content.entries[i].key.text());
        out += ": ";
        if (!append_json(out, content.entries[i].value, level + 1)) return false;
      }
      if (!content.entries.empty()) line(level);
      out += '}';
      return true;
    }
    case Kind::zone:
    case Kind::function:
      return false;
  }
  return false;
}

}  // namespace

std::optional<Value> read_json(std::string_view text, std::string& error) {
  Builder builder;
  const bool complete = nlohmann::json::sax_parse(text.begin(), text.end(), &builder);
  if (complete) return std::move(builder.value);
  error = builder.error.empty() ? "no JSON" : builder.error;
  return std::nullopt;
}

std::optional<std::string> write_json(const Value& value) {
  std::string out;
  if (!append_json(out, value, 0)) return std::nullopt;
  return out;
}

}  // namespace backout::expr
