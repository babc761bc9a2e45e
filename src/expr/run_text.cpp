// Built-in functions on texts, times and encodings. The checker has seen to the number of
// arguments; types may be a surprise.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/go_duration.h"
#include "expr/base64.h"
#include "expr/json.h"
#include "expr/runner.h"
#include "expr/unicode.h"

namespace backout::expr {
namespace {

// Fails unless the first `count` arguments (all: none given) are texts.
bool are_texts(Runner& runner, std::string_view name, Arguments arguments, std::size_t count = 9) {
  for (std::size_t i = 0; i < std::min(count, arguments.size()); ++i) {
    if (arguments[i].kind == Kind::text) continue;
    runner.fail(fmt::format("`{}` needs a text, not {}", name, describe(arguments[i])));
    return false;
  }
  return true;
}

Value made(Runner& runner, std::string value) {
  if (!runner.take_bytes(value.size())) return {};
  return text(std::move(value));
}

Value to_text(Runner& runner, Arguments a) { return made(runner, plain_text(a[0])); }

Value type_name(Runner& /*runner*/, Arguments a) {
  switch (a[0].kind) {
    case Kind::nil:
      return text("nil");
    case Kind::boolean:
      return text("bool");
    case Kind::integer:
    case Kind::integer64:
      return text("int");
    case Kind::byte:
      return text("uint");
    case Kind::number:
      return text("float");
    case Kind::text:
    case Kind::text_pointer:
      return text("string");
    case Kind::status:
      return text("github.com/aws/aws-sdk-go-v2/service/cloudwatch/types.StatusCode");
    case Kind::list:
      return text("array");
    case Kind::object:
      switch (a[0].object().shape) {
        case Shape::row:
          return text("github.com/newrelic/newrelic-client-go/v2/pkg/nrdb.NRDBResult");
        case Shape::record:
          return text("github.com/aws/aws-sdk-go-v2/service/cloudwatch/types.MetricDataResult");
        case Shape::message:
          return text("github.com/aws/aws-sdk-go-v2/service/cloudwatch/types.MessageData");
        default:
          return text("map");
      }
    case Kind::time:
      return text("time.Time");
    case Kind::duration:
      return text("time.Duration");
    case Kind::month:
      return text("time.Month");
    case Kind::weekday:
      return text("time.Weekday");
    case Kind::zone:
      return text("time.Location");
    case Kind::function:
      return text("func");
  }
  return {};
}

Value trim(Runner& runner, Arguments a) {
  if (!are_texts(runner, "trim", a)) return {};
  const std::string_view whole = a[0].text();
  return made(runner,
              std::string(a.size() == 1 ? trim_space(whole) : trim_set(whole, a[1].text())));
}

Value trim_prefix(Runner& runner, Arguments a) {
  if (!are_texts(runner, "trimPrefix", a)) return {};
  const std::string_view prefix = a.size() == 2 ? std::string_view(a[1].text()) : " ";
  std::string_view whole = a[0].text();
  if (whole.starts_with(prefix)) whole.remove_prefix(prefix.size());
  return made(runner, std::string(whole));
}

Value trim_suffix(Runner& runner, Arguments a) {
  if (!are_texts(runner, "trimSuffix", a)) return {};
  const std::string_view suffix = a.size() == 2 ? std::string_view(a[1].text()) : " ";
  std::string_view whole = a[0].text();
  if (whole.ends_with(suffix)) whole.remove_suffix(suffix.size());
  return made(runner, std::string(whole));
}

Value upper(Runner& runner, Arguments a) {
  return are_texts(runner, "upper", a) ? made(runner, to_upper(a[0].text())) : Value{};
}
Value lower(Runner& runner, Arguments a) {
  return are_texts(runner, "lower", a) ? made(runner, to_lower(a[0].text())) : Value{};
}

// `most` pieces, negative: all. Each keeps its separator when `after`.
Value pieces(Runner& runner, std::string_view whole, std::string_view separator, std::int64_t most,
             bool after) {
  std::vector<Value> items;
  if (most == 0)
    return {Kind::list,
            std::make_shared<const List>(List{.elements = Elements::text, .nil = true})};
  while (most < 0 || static_cast<std::int64_t>(items.size()) + 1 < most) {
    std::size_t at = 0;
    if (separator.empty()) {  // characters
      if (whole.empty()) return list(std::move(items), Elements::text);
      at = rune_at(whole, 0).bytes;
      if (at == whole.size()) break;
    } else {
      at = whole.find(separator);
      if (at == std::string_view::npos) break;
    }
    if (!runner.take_steps(1) || !runner.take_bytes(at + sizeof(Value))) return {};
    items.push_back(text(std::string(whole.substr(0, after ? at + separator.size() : at))));
    whole.remove_prefix(at + separator.size());
  }
  items.push_back(text(std::string(whole)));
  return list(std::move(items), Elements::text);
}

Value split_with(Runner& runner, std::string_view name, Arguments a, bool after) {
  if (!are_texts(runner, name, a, 2)) return {};
  const std::int64_t most = a.size() == 3 ? runner.to_integer(a[2]) : -1;
  if (runner.failed()) return {};
  return pieces(runner, a[0].text(), a[1].text(), most, after);
}
Value split(Runner& runner, Arguments a) { return split_with(runner, "split", a, false); }
Value split_after(Runner& runner, Arguments a) { return split_with(runner, "splitAfter", a, true); }

Value replace(Runner& runner, Arguments a) {
  if (!are_texts(runner, "replace", a, 3)) return {};
  std::int64_t most = a.size() == 4 ? runner.to_integer(a[3]) : -1;
  if (runner.failed()) return {};
  const std::string_view whole = a[0].text(), from = a[1].text(), to = a[2].text();
  std::string out;
  std::size_t at = 0;
  if (from.empty()) {  // before each character and at the end
    for (; most != 0 && at <= whole.size(); --most) {
      if (!runner.take_bytes(to.size() + 4)) return {};
      out += to;
      if (at == whole.size()) return text(std::move(out));
      const std::size_t bytes = rune_at(whole, at).bytes;
      out += whole.substr(at, bytes);
      at += bytes;
    }
  } else {
    for (; most != 0; --most) {
      const std::size_t found = whole.find(from, at);
      if (found == std::string_view::npos) break;
      if (!runner.take_steps(1) || !runner.take_bytes(found - at + to.size())) return {};
      out += whole.substr(at, found - at);
      out += to;
      at = found + from.size();
    }
  }
  out += whole.substr(at);
  return made(runner, std::move(out));
}

Value repeat(Runner& runner, Arguments a) {
  if (!are_texts(runner, "repeat", a, 1)) return {};
  const std::int64_t count = runner.to_integer(a[1]);
  if (runner.failed()) return {};
  if (count < 0) return runner.fail("`repeat` needs a count of 0 or more");
  constexpr std::int64_t most = 1'000'000;
  if (count > most) return runner.fail(fmt::format("`repeat` needs a count of {} or less", most));
  const std::uint64_t size = a[0].text().size() * static_cast<std::uint64_t>(count);
  if (runner.is_modern() && !runner.take_memory(size)) return {};
  if (!runner.take_bytes(size)) return {};
  std::string out;
  out.reserve(size);
  for (std::int64_t i = 0; i < count; ++i) out += a[0].text();
  return text(std::move(out));
}

Value join(Runner& runner, Arguments a) {
  if (a.size() == 2 && !are_texts(runner, "join", a.subspan(1))) return {};
  const std::string_view glue = a.size() == 2 ? std::string_view(a[1].text()) : std::string_view();
  const bool joinable =
      a[0].kind == Kind::list && !a[0].list().array &&
      (a[0].list().elements == Elements::any || a[0].list().elements == Elements::text);
  if (!joinable)
    return runner.fail(fmt::format("`join` needs a list of texts, not {}", describe(a[0])));
  std::string out;
  bool first = true;
  for (const Value& item : a[0].list().items) {
    if (!are_texts(runner, "join", {&item, 1})) return {};
    if (!runner.take_bytes(item.text().size() + glue.size())) return {};
    if (!first) out += glue;
    out += item.text();
    first = false;
  }
  return text(std::move(out));
}

Value position(std::size_t at) {
  return integer(at == std::string::npos ? -1 : static_cast<std::int64_t>(at));
}
Value index_of(Runner& runner, Arguments a) {
  if (!are_texts(runner, "indexOf", a)) return {};
  return position(a[0].text().find(a[1].text()));
}
Value last_index_of(Runner& runner, Arguments a) {
  if (!are_texts(runner, "lastIndexOf", a)) return {};
  return position(a[0].text().rfind(a[1].text()));
}
Value has_prefix(Runner& runner, Arguments a) {
  if (!are_texts(runner, "hasPrefix", a)) return {};
  return boolean(a[0].text().starts_with(a[1].text()));
}
Value has_suffix(Runner& runner, Arguments a) {
  if (!are_texts(runner, "hasSuffix", a)) return {};
  return boolean(a[0].text().ends_with(a[1].text()));
}

Value to_json(Runner& runner, Arguments a) {
  auto json = write_json(a[0]);
  if (!json) return runner.fail(fmt::format("{} cannot be written as JSON", describe(a[0])));
  return made(runner, std::move(*json));
}

Value from_json(Runner& runner, Arguments a) {
  if (!are_texts(runner, "fromJSON", a)) return {};
  if (!runner.take_steps(a[0].text().size() / 4)) return {};
  std::string error;
  auto value = read_json(a[0].text(), error);
  if (!value) return runner.fail(fmt::format("`fromJSON`: {}", error));
  return std::move(*value);
}

Value to_base64(Runner& runner, Arguments a) {
  if (!are_texts(runner, "toBase64", a)) return {};
  return made(runner, encode_base64(a[0].text()));
}

Value from_base64(Runner& runner, Arguments a) {
  if (!are_texts(runner, "fromBase64", a)) return {};
  auto bytes = decode_base64(a[0].text());
  if (!bytes) return runner.fail("`fromBase64` is given no base64");
  return made(runner, std::move(*bytes));
}

Value current_time(Runner& /*runner*/, Arguments /*a*/) { return time(now()); }

Value to_duration(Runner& runner, Arguments a) {
  if (!are_texts(runner, "duration", a)) return {};
  const auto value = parse_go_duration(a[0].text());
  if (!value) return runner.fail(fmt::format("\"{}\" is no duration", a[0].text()));
  return integer(*value, Kind::duration);
}

// Only UTC is known; which offset another zone has, and when, is a matter of a database.
bool is_utc(Runner& runner, const std::string& zone) {
  if (zone == "UTC" || zone.empty()) return true;
  runner.fail(fmt::format("the time zone `{}` is not known here", zone), Stage::limit);
  return false;
}

Value to_date(Runner& runner, Arguments a) {
  if (!a.empty() && a[0].kind == Kind::zone) a = a.subspan(1);
  if (a.empty()) return runner.fail("`date` needs a text");
  if (!are_texts(runner, "date", a)) return {};
  const std::string& whole = a[0].text();
  if (a.size() == 3 && !is_utc(runner, a[2].text())) return {};
  const auto value = a.size() == 1 ? read_time(whole) : read_time(a[1].text(), whole);
  if (!value) return runner.fail(fmt::format("\"{}\" is no date", whole));
  return time(*value);
}

Value to_zone(Runner& runner, Arguments a) {
  if (!are_texts(runner, "timezone", a) || !is_utc(runner, a[0].text())) return {};
  return text("UTC", Kind::zone);
}

struct Row {
  std::string_view name;
  PlainFunction function;
};
constexpr Row table[] = {{"date", to_date},
                         {"duration", to_duration},
                         {"fromBase64", from_base64},
                         {"fromJSON", from_json},
                         {"hasPrefix", has_prefix},
                         {"hasSuffix", has_suffix},
                         {"indexOf", index_of},
                         {"join", join},
                         {"lastIndexOf", last_index_of},
                         {"lower", lower},
                         {"now", current_time},
                         {"repeat", repeat},
                         {"replace", replace},
                         {"split", split},
                         {"splitAfter", split_after},
                         {"string", to_text},
                         {"timezone", to_zone},
                         {"toBase64", to_base64},
                         {"toJSON", to_json},
                         {"trim", trim},
                         {"trimPrefix", trim_prefix},
                         {"trimSuffix", trim_suffix},
                         {"type", type_name},
                         {"upper", upper}};

}  // namespace

PlainFunction text_function(std::string_view name) {
  for (const Row& row : table)
    if (row.name == name) return row.function;
  return nullptr;
}

}  // namespace backout::expr
