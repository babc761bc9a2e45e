#include "argo/sniff.h"

#include <algorithm>
#include <string>

#include "argo/manifest.h"
#include "yaml/encoding.h"

namespace backout::argo {
namespace {

constexpr std::string_view group = "argoproj.io/";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// An escape that stands for what nobody needs to escape: a letter, a digit, `.` or `/`.
bool hides_a_letter(std::string_view text, std::size_t backslash) {
  const std::string_view rest = text.substr(backslash + 1);
  if (rest.empty()) return false;
  const std::size_t digits = rest[0] == 'x' ? 2 : rest[0] == 'u' ? 4 : rest[0] == 'U' ? 8 : 0;
  if (digits > 0 && rest.size() > digits) {
    const std::string_view code = rest.substr(1, digits);
    const std::string_view low = code.substr(digits - 2);
    if (code.find_first_not_of('0') < digits - 2) return false;  // beyond ASCII
    return (low >= "2e" && low <= "39") || (low >= "2E" && low <= "39") ||
           (low[0] >= '4' && low[0] <= '7');
  }
  if (rest[0] == '/') return text.substr(0, backslash).ends_with(group.substr(0, group.size() - 1));
  if (rest[0] != '\n' && rest[0] != '\r') return false;
  // A quoted word that goes on in the next line.
  const std::size_t most = std::min<std::size_t>(backslash, 24);
  const std::string_view before = text.substr(backslash - most, most);
  const std::size_t quote = before.find_last_of("\"\n");
  if (quote == std::string_view::npos || before[quote] == '\n') return false;
  const std::string_view word = before.substr(quote + 1);
  return !word.empty() &&
         (group.starts_with(word) || std::string_view("apiVersion").starts_with(word));
}

bool hides_letters(std::string_view text) {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 1))
    if (hides_a_letter(text, at)) return true;
  return false;
}

// `kind: Service`, quoted or not.
bool names_a_kind(std::string_view text) {
  for (std::size_t at = text.find("kind"); at != std::string_view::npos;
       at = text.find("kind", at + 1)) {
    std::size_t next = text.find_first_not_of(" \t\"'", at + 4);
    if (next == std::string_view::npos || text[next] != ':') continue;
    next = text.find_first_not_of(" \t\r\n\"'", next + 1);
    if (next == std::string_view::npos) return false;
    std::size_t end = next;
    while (end < text.size() && is_letter(text[end])) ++end;
    if (kind_named(text.substr(next, end - next))) return true;
  }
  return false;
}

}  // namespace

bool is_manifest_name(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos || path.size() - dot > 5) return false;
  std::string ending(path.substr(dot + 1));
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return ending == "yaml" || ending == "yml" || ending == "json";
}

Interest interest(std::string_view text) {
  bool annotated = false;
  for (std::size_t at = text.find(group); at != std::string_view::npos;
       at = text.find(group, at + 1)) {
    if (at == 0 || (text[at - 1] != '.' && !is_letter(text[at - 1]))) return Interest::argo;
    annotated = true;  // `argocd.argoproj.io/hook`
  }
  if (hides_letters(text)) return Interest::argo;
  return annotated || names_a_kind(text) ? Interest::surroundings : Interest::none;
}

Interest interest_of_bytes(std::string_view bytes) {
  if (const auto converted = yaml::utf8_of_utf16(bytes)) return interest(*converted);
  return interest(bytes);
}

}  // namespace backout::argo
