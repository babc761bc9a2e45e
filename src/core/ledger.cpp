#include "core/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/config.h"
#include "core/rule.h"
#include "yaml/parse.h"

namespace backout {
namespace {

using yaml::Node;

constexpr std::size_t most_entries = 5'000;
constexpr std::size_t most_problems = 50;
constexpr std::size_t most_text = 2'000;  // bytes of one value
constexpr yaml::Bounds bounds{most_ledger_bytes, 100'000, 8};

bool contains(const Span& outer, const Span& inner) {
  return outer.begin <= inner.begin && inner.end <= outer.end;
}

// Whether a key or its value stands elsewhere.
bool is_borrowed(const Node& item, const yaml::Entry& entry) {
  return !contains(item.span, entry.key.span) || entry.value.alias ||
         !contains(item.span, entry.value.span);
}

// The first thing wrong with a value as such; empty: nothing.
std::string defect_of(const yaml::Entry& entry) {
  const Node& value = entry.value;
  if (!value.tag.empty() || !entry.key.tag.empty()) return "a tag has no place in a ledger";
  if (value.kind != yaml::Kind::scalar || value.text.empty()) return "must be a text on one line";
  if (value.text.size() > most_text) return fmt::format("is longer than {} bytes", most_text);
  const auto forbidden = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (std::any_of(value.text.begin(), value.text.end(), forbidden))
    return "must be a text on one line, without control characters";
  if (value.text.front() == ' ' || value.text.back() == ' ') return "begins or ends with a blank";
  return {};
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view near = nearest(word, candidates);
  return near.empty() ? std::string() : fmt::format(", did you mean `{}`?", near);
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// As git writes it: no `./`, no `..`, no slash at either end.
bool is_tree_path(std::string_view path) {
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return true;
}

class Reader {
 public:
  explicit Reader(Ledger& out) : out_(out) {}

  void problem(Span place, std::string message) {
    sound_ = false;
    if (out_.problems.size() < most_problems) out_.problems.push_back({place, std::move(message)});
  }

  void read(const Node& item) {
    sound_ = true;
    if (item.alias || !item.tag.empty() || item.kind != yaml::Kind::map)
      return problem(item.span,
                     fmt::format("an entry must be a map of {}", fmt::join(ledger_keys, ", ")));
    LedgerEntry entry;
    entry.place = item.span;
    if (std::any_of(item.entries.begin(), item.entries.end(),
                    [&](const yaml::Entry& one) { return is_borrowed(item, one); }))
      return problem(
          item.span,
          "an alias or a merged map lets an entry say something else than its own lines; "
          "write it out");
    for (const yaml::Entry& one : item.entries) take(one, entry);
    std::vector<std::string_view> absent;
    for (const std::string_view key : ledger_keys)
      if (!item.find(key)) absent.push_back(key);
    if (!absent.empty())
      problem(item.span, fmt::format("the entry has no `{}`", fmt::join(absent, "`, `")));
    if (sound_ && entry.expires < entry.date)
      problem(entry.expires_place, fmt::format("the entry expires on {}, before its own date {}",
                                               to_text(entry.expires), to_text(entry.date)));
    if (sound_) out_.entries.push_back(std::move(entry));
  }

 private:
  void take(const yaml::Entry& one, LedgerEntry& entry) {
    const std::string_view key = one.key.text, text = one.value.text;
    if (std::find(ledger_keys.begin(), ledger_keys.end(), key) == ledger_keys.end())
      return problem(one.key.span,
                     fmt::format("unknown key `{}`{}", key,
                                 did_you_mean(key, {ledger_keys.begin(), ledger_keys.end()})));
    const Span place = one.value.span;
    if (const std::string defect = defect_of(one); !defect.empty())
      return problem(place, fmt::format("`{}`: {}", key, defect));
    if (key == "file") {
      entry.file = text, entry.file_place = place;
      if (!is_tree_path(text))
        problem(place, "`file` must be the path that git knows, from the repository's root");
    } else if (key == "rule") {
      entry.rule = text, entry.rule_place = place;
      if (!find_rule(text))
        problem(place, fmt::format("`{}` is no rule{}", text, did_you_mean(text, rule_ids())));
    } else if (key == "sha256") {
      entry.sha256 = text, entry.sha256_place = place;
      if (!is_hash(text)) problem(place, "`sha256` must be 64 hexadecimal digits in lower case");
    } else if (key == "approver") {
      entry.approver = text, entry.approver_place = place;
      if (!is_address(text)) problem(place, "`approver` must be an e-mail address");
    } else if (key == "reason") {
      entry.reason = text;
    } else {
      const std::optional<Day> day = parse_date(text);
      if (!day) problem(place, fmt::format("`{}` must be a date, as in 2026-03-01", key));
      (key == "date" ? entry.date : entry.expires) = day.value_or(Day{});
      if (key == "expires") entry.expires_place = place;
    }
  }

  Ledger& out_;
  bool sound_ = true;
};

// Double-quoted; the values hold no control characters.
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool same_address(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c < '\x7f' &&
                  std::string_view("<>\"'`\\,;:()[]*?!").find(c) == std::string_view::npos;
         });
}

Ledger read_ledger(std::string_view bytes) {
  Ledger out;
  Reader reader(out);
  if (bytes.size() > most_ledger_bytes) {
    reader.problem({}, fmt::format("the ledger is larger than {} bytes", most_ledger_bytes));
    return out;
  }
  if (const std::string_view defect = text_defect(bytes); !defect.empty()) {
    reader.problem({}, fmt::format("the ledger {}", defect));
    return out;
  }
  const std::vector<Span> documents = yaml::split_documents(bytes);
  if (documents.empty()) return out;
  if (documents.size() > 1) {
    reader.problem(documents[1], "a second YAML document, which nobody would read");
    return out;
  }
  const yaml::Document document = yaml::parse(bytes, documents[0], bounds);
  if (document.defect) {
    reader.problem(document.defect->place, document.defect->message);
    return out;
  }
  for (const yaml::DuplicateKey& twice : document.duplicates)
    reader.problem(twice.second.span,
                   fmt::format("the key `{}` is given twice", twice.second.text));
  const Node& root = document.root;
  if (!out.problems.empty() || root.kind == yaml::Kind::null) return out;
  if (root.kind != yaml::Kind::sequence || !root.tag.empty()) {
    reader.problem({}, "the ledger must be a list of entries (`- file: …`)");
    return out;
  }
  if (root.items.size() > most_entries) {
    reader.problem({}, fmt::format("the ledger has more than {} entries", most_entries));
    return out;
  }
  for (const Node& item : root.items) reader.read(item);
  return out;
}

std::string ledger_lines(const LedgerEntry& entry) {
  return fmt::format(
      "- file: {}\n  rule: {}\n  sha256: {}\n  approver: {}\n  reason: {}\n  date: {}\n  expires: "
      "{}\n",
      in_quotes(entry.file), entry.rule, in_quotes(entry.sha256), in_quotes(entry.approver),
      in_quotes(entry.reason), to_text(entry.date), to_text(entry.expires));
}

}  // namespace backout
