#include "report/json_writer.h"

#include <fmt/format.h>

#include <cmath>

#include "report/escape.h"

namespace backout::report {

void JsonWriter::line() {
  out_ += '\n';
  out_.append(static_cast<std::size_t>(depth_) * 2, ' ');
}

void JsonWriter::element() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (!first_) out_ += depth_ <= open_levels_ ? "," : ", ";
  if (depth_ > 0 && depth_ <= open_levels_) line();
  first_ = false;
}

void JsonWriter::open(char bracket) {
  element();
  out_ += bracket;
  ++depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!first_ && depth_ < open_levels_) line();
  first_ = false;
  out_ += bracket;
}

void JsonWriter::key(std::string_view name) {
  element();
  append_json(out_, name);
  out_ += ": ";
  after_key_ = true;
}

void JsonWriter::text(std::string_view value) {
  element();
  append_json(out_, value);
}

void JsonWriter::number(std::uint64_t value) {
  element();
  const fmt::format_int digits(value);
  out_.append(digits.data(), digits.size());
}

void JsonWriter::real(double value) {
  if (!std::isfinite(value)) return text(std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
  element();
  out_ += fmt::format("{}", value);
}

void JsonWriter::boolean(bool value) {
  element();
  out_ += value ? "true" : "false";
}

void JsonWriter::null() {
  element();
  out_ += "null";
}

}  // namespace backout::report
