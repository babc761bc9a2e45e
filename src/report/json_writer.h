// Writes JSON into a string: containers near the top put each element on a line of its own, those
// below stay on one line, so that a report can be read and compared line by line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace backout::report {

class JsonWriter {
 public:
  // `open_levels`: how deep elements get lines of their own.
  explicit JsonWriter(std::string& out, int open_levels) : out_(out), open_levels_(open_levels) {}

  void open(char bracket);   // { or [
  void close(char bracket);  // } or ]
  void key(std::string_view name);
  void text(std::string_view value);
  void number(std::uint64_t value);
  void real(double value);  // what JSON has no number for as text: "NaN", "+Inf"
  void boolean(bool value);
  void null();

  void field(std::string_view name, std::string_view value) { key(name), text(value); }
  void field(std::string_view name, std::uint64_t value) { key(name), number(value); }

 private:
  void element();  // what stands before an element
  void line();
  std::string& out_;
  const int open_levels_;
  int depth_ = 0;
  bool first_ = true, after_key_ = false;
};

}  // namespace backout::report
