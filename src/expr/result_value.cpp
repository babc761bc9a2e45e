#include "expr/result_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "expr/builtin.h"
#include "expr/json.h"

namespace backout::expr {
namespace {

constexpr std::string_view kinds[] = {"prometheus-vector",
                                      "graphite",
                                      "datadog-grouped",
                                      "scalar",
                                      "wavefront",
                                      "datadog",
                                      "nil",
                                      "web",
                                      "skywalking",
                                      "newrelic",
                                      "newrelic-rows",
                                      "influxdb",
                                      "cloudwatch"};

tl::unexpected<Error> misfit(std::string_view kind, std::string_view wanted, const Value& given) {
  return fail(ErrorKind::usage, fmt::format("a result of kind `{}` must be {}, not {}", kind,
                                            wanted, describe(given)));
}

Result<Value> one_number(std::string_view kind, const Value& json) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (json.kind == Kind::number) return json;
  if (json.kind == Kind::text && json.text() == "NaN")
    return number(std::numeric_limits<double>::quiet_NaN());
  if (json.kind == Kind::text && json.text() == "+Inf") return number(infinity);
  if (json.kind == Kind::text && json.text() == "-Inf") return number(-infinity);
  return misfit(kind, "a number, \"NaN\", \"+Inf\" or \"-Inf\"", json);
}

Result<Value> numbers(std::string_view kind, const Value& json) {
  if (json.kind != Kind::list) return misfit(kind, "a list of numbers", json);
  std::vector<Value> items;
  for (const Value& item : json.list().items) {
    TRY(Value value, one_number(kind, item));
    items.push_back(std::move(value));
  }
  return list(std::move(items), Elements::number);
}

Result<Value> row(std::string_view kind, const Value& json) {
  if (json.kind != Kind::object) return misfit(kind, "an object", json);
  return object(json.object().entries, Shape::row);
}

Result<Value> record(const Value& json) {
  constexpr std::string_view kind = "cloudwatch";
  if (json.kind != Kind::object) return misfit(kind, "a list of objects", json);
  const Object& content = json.object();
  const auto optional_text = [&](std::string_view name) -> Result<Value> {
    const Value* const value = content.find(name);
    if (!value || value->kind == Kind::nil) return Value{};
    if (value->kind != Kind::text)
      return misfit(kind, "objects whose Id and Label are texts", *value);
    return text(value->text(), Kind::text_pointer);
  };
  TRY(Value id, optional_text("Id"));
  TRY(Value label, optional_text("Label"));
  Value values = list({}, Elements::number);
  if (const Value* const given = content.find("Values"); given && given->kind != Kind::nil) {
    TRY(values, numbers(kind, *given));
  }
  const Value* const status = content.find("StatusCode");
  if (status && status->kind != Kind::text)
    return misfit(kind, "objects whose StatusCode is a text", *status);
  std::vector<Entry> entries;
  entries.push_back({text("Id"), std::move(id)});
  entries.push_back({text("Label"), std::move(label)});
  entries.push_back({text("Messages"), list({}, Elements::message)});
  entries.push_back({text("StatusCode"), text(status ? status->text() : "Complete", Kind::status)});
  entries.push_back({text("Timestamps"), list({}, Elements::time)});
  entries.push_back({text("Values"), std::move(values)});
  return object(std::move(entries), Shape::record);
}

template <class Make>
Result<Value> list_of(std::string_view kind, const Value& json, Elements elements, Make make) {
  if (json.kind != Kind::list) return misfit(kind, "a list", json);
  std::vector<Value> items;
  for (const Value& item : json.list().items) {
    TRY(Value value, make(item));
    items.push_back(std::move(value));
  }
  return list(std::move(items), elements);
}

}  // namespace

std::span<const std::string_view> result_kinds() { return kinds; }

Result<Value> result_value(std::string_view kind, std::string_view json) {
  std::string error;
  const auto value = read_json(json, error);
  if (!value) return fail(ErrorKind::usage, fmt::format("the result is {}", error));
  return result_value(kind, *value);
}

Result<Value> result_value(std::string_view kind, const Value& json) {
  if (kind == "prometheus-vector" || kind == "graphite" || kind == "datadog-grouped")
    return numbers(kind, json);
  if (kind == "scalar" || kind == "wavefront") return one_number(kind, json);
  if (kind == "datadog") {
    if (json.kind == Kind::nil || (json.kind == Kind::text && json.text() == "nil")) return Value{};
    return one_number(kind, json);
  }
  if (kind == "nil") {
    if (json.kind != Kind::nil) return misfit(kind, "null", json);
    return Value{};
  }
  if (kind == "web" || kind == "skywalking") return json;
  if (kind == "newrelic") return row(kind, json);
  if (kind == "newrelic-rows")
    return list_of(kind, json, Elements::row, [&](const Value& item) { return row(kind, item); });
  if (kind == "influxdb") {
    if (json.kind != Kind::list) return misfit(kind, "a list", json);
    return json;
  }
  if (kind == "cloudwatch") return list_of(kind, json, Elements::record, record);
  const std::string_view near = nearest_name(kind, kinds);
  return fail(ErrorKind::usage,
              fmt::format("unknown kind of result `{}`; {}", kind,
                          near.empty() ? fmt::format("known are {}", fmt::join(kinds, ", "))
                                       : fmt::format("did you mean `{}`?", near)));
}

}  // namespace backout::expr
