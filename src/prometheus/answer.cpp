// The JSON of an answer.
#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <limits>
#include <optional>

#include "prometheus/client.h"

namespace backout::prometheus {
namespace {

using simdjson::SUCCESS;
using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::size_t most_remarks = 20, longest_label = 120, longest_labels = 400;

std::optional<double> number(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "+Inf" || text == "Inf") return std::numeric_limits<double>::infinity();
  if (text == "-Inf") return -std::numeric_limits<double>::infinity();
  double out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// `[1700000000.1, "0.25"]`
std::optional<double> sample(element pair) {
  array parts;
  std::string_view text;
  if (pair.get(parts) != SUCCESS || parts.size() != 2 || parts.at(1).get(text) != SUCCESS)
    return std::nullopt;
  return number(text);
}

// At most `bytes` of it, never half of a character.
std::string_view begin_of(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

std::string labels_of(object metric) {
  std::string name, rest;
  for (const auto& [key, value] : metric) {
    std::string_view text;
    if (value.get(text) != SUCCESS) continue;
    if (key == "__name__") {
      name = begin_of(text, longest_label);
      continue;
    }
    if (rest.size() > longest_labels) {
      rest += ", …";
      break;
    }
    if (!rest.empty()) rest += ", ";
    rest += begin_of(key, longest_label);
    rest += "=\"";
    for (const char c : begin_of(text, longest_label)) {
      if (c == '"' || c == '\\') rest += '\\';
      rest += c;
    }
    if (text.size() > longest_label) rest += "…";
    rest += '"';
  }
  return rest.empty() && !name.empty() ? name : fmt::format("{}{{{}}}", name, rest);
}

void read_infos(element root, std::vector<std::string>& out) {
  array lines;
  if (root["infos"].get(lines) != SUCCESS) return;
  for (const element line : lines) {
    std::string_view text;
    if (out.size() < most_remarks && line.get(text) == SUCCESS)
      out.emplace_back(begin_of(text, longest_labels));
  }
}

// Annotations are about the query. All else says what could not be read: by Thanos of a store, by
// Prometheus of remote storage.
void read_warnings(element root, Answer& out) {
  array lines;
  if (root["warnings"].get(lines) != SUCCESS) return;
  for (const element line : lines) {
    std::string_view text;
    if (line.get(text) != SUCCESS) continue;
    if (!text.starts_with("PromQL warning:") && !text.starts_with("PromQL info:")) {
      if (out.missing.empty()) out.missing = begin_of(text, longest_labels);
    } else if (out.remarks.size() < most_remarks) {
      out.remarks.emplace_back(begin_of(text, longest_labels));
    }
  }
}

Unreadable read_vector(element result, Answer& out) {
  array elements;
  if (result.get(elements) != SUCCESS) return Unreadable::broken;
  out.series.reserve(elements.size());
  for (const element each : elements) {
    object metric;
    element value;
    if (each["metric"].get(metric) != SUCCESS) return Unreadable::broken;
    if (each["value"].get(value) != SUCCESS)
      return each["histogram"].get(value) == SUCCESS ? Unreadable::histogram : Unreadable::broken;
    const auto seen = sample(value);
    if (!seen) return Unreadable::broken;
    out.series.push_back({labels_of(metric), *seen});
  }
  return Unreadable::no;
}

}  // namespace

Unreadable read_answer(const std::string& body, Answer& out) {
  simdjson::dom::parser parser;
  element root, result;
  std::string_view status, type;
  if (parser.parse(simdjson::padded_string(body)).get(root) != SUCCESS) return Unreadable::broken;
  if (root["status"].get(status) != SUCCESS || status != "success" ||
      root["data"]["resultType"].get(type) != SUCCESS ||
      root["data"]["result"].get(result) != SUCCESS)
    return Unreadable::other_server;
  read_warnings(root, out);
  read_infos(root, out.remarks);
  bool partial = false;  // VictoriaMetrics says so
  if (root["isPartial"].get(partial) == SUCCESS && partial && out.missing.empty())
    out.missing = "the server says that it is partial";
  if (type == "matrix") return Unreadable::range;
  if (type == "string") return Unreadable::text;
  if (type == "vector") return read_vector(result, out);
  if (type != "scalar") return Unreadable::other_server;
  const auto value = sample(result);
  if (!value) return Unreadable::broken;
  out.series.push_back({"{}", *value});
  return Unreadable::no;
}

}  // namespace backout::prometheus
