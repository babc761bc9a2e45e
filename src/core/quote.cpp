#include "core/quote.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"

namespace backout {
namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == '/' || c == ':' || c == '@' || c == '%' || c == '+' ||
         c == ',' || c == '=';
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string shell_quoted(std::string_view text) {
  // `=` and `~` at the begin of a word are special to zsh and to assignments.
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain) && text[0] != '=')
    return std::string(text);
  const bool visible = report::visible(text) == text;
  if (visible && std::none_of(text.begin(), text.end(), is_control)) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + '\'';
  }
  std::string out = "$'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      out += '\\';
      out += c;
    } else if (is_control(c) || static_cast<unsigned char>(c) >= 0x80) {
      // three octal digits: a hexadecimal escape would eat the digits behind it
      out += fmt::format("\\{:03o}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      out += c;
    }
  }
  return out + '\'';
}

std::string yaml_quoted(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_safe = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '/' || c == '_';
  };
  // Words that YAML 1.1 reads as something else, and what could become a number or a date.
  constexpr std::string_view special[] = {"y",    "n",     "yes",  "no",  "on",  "off",
                                          "true", "false", "null", "inf", "nan", "e"};
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  if (!text.empty() && is_letter(text[0]) && std::all_of(text.begin(), text.end(), is_safe) &&
      std::find(std::begin(special), std::end(special), lower) == std::end(special))
    return std::string(text);
  std::string out;
  report::append_json(out, text);
  return out;
}

std::string markdown_cell(std::string_view text) {
  std::string flat;
  for (const char c : text) flat += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
  std::string out;
  for (const char c : report::visible(flat)) {
    if (c == '|' || c == '\\' || c == '`' || c == '[') out += '\\';
    if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

}  // namespace backout
