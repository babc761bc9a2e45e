// See trigger_body.h. A scanner over PL/pgSQL's words, no grammar: statements end at semicolons
// outside strings, comments and parentheses.
#include "sql/trigger_body.h"

#include <algorithm>
#include <cctype>

#include "sql/plpgsql.h"

namespace backout::sql {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The next word or symbol, lower-case when not quoted; "" at the end. Strings come as one `'`.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}
  std::string next() {
    skip();
    if (at_ >= text_.size()) return {};
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted(c);
    if (!is_word(c)) {
      ++at_;
      if (c == ':' && at_ < text_.size() && text_[at_] == '=') {
        ++at_;
        return ":=";
      }
      return std::string(1, c);
    }
    std::string word;
    while (at_ < text_.size() && is_word(text_[at_]))
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(text_[at_++])));
    return word;
  }

 private:
  void skip() {
    while (at_ < text_.size()) {
      if (std::isspace(static_cast<unsigned char>(text_[at_]))) {
        ++at_;
      } else if (text_.substr(at_, 2) == "--") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }
  std::string quoted(char quote) {
    std::string word;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == quote) {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != quote) break;
        ++at_;
      }
      word += text_[at_];
    }
    ++at_;
    return quote == '"' ? word : "'";
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

using Clause = std::vector<std::string>;  // the words of one statement

// `new . column :=`, also with `=`.
bool assigns(const Clause& s, std::size_t i) {
  return i + 3 < s.size() && s[i] == "new" && s[i + 1] == "." &&
         (s[i + 3] == ":=" || s[i + 3] == "=");
}

}  // namespace

TriggerBody trigger_body(const Function& function) {
  TriggerBody body;
  if (function.definition.language != "plpgsql") return body;
  std::vector<Clause> statements(1);
  Words words(function.definition.body);
  for (std::string word = words.next(); !word.empty(); word = words.next()) {
    if (word == ";")
      statements.emplace_back();
    else
      statements.back().push_back(std::move(word));
  }
  if (!statements.front().empty() && statements.front().front() == "begin") {
    statements.front().erase(statements.front().begin());
    body.simple = true;
  }
  for (const Clause& s : statements) {
    // Inside branches an assignment follows THEN, ELSE, LOOP or BEGIN; `IF new.a = …` and `SELECT …
    // WHERE new.a = …` are no assignments.
    for (std::size_t i = 0; i < s.size(); ++i) {
      const bool starts = i == 0 || s[i - 1] == "then" || s[i - 1] == "else" ||
                          s[i - 1] == "loop" || s[i - 1] == "begin";
      if (starts && assigns(s, i)) body.assigned.push_back(s[i + 2]);
    }
    const bool plain =
        s.empty() || assigns(s, 0) || s == Clause{"return", "new"} || s == Clause{"end"};
    body.simple = body.simple && plain;
  }
  return body;
}

Fills filled_on_insert(const Catalog& catalog, const Table& table, std::string_view column) {
  Fills result = Fills::no;
  for (const auto& trigger : table.triggers) {
    const CreateTrigger& definition = trigger->definition;
    if (!definition.row || definition.timing != 'b' ||
        definition.events.find('i') == std::string::npos)
      continue;
    if (trigger->state == 'D' || trigger->state == 'R') continue;
    const Function* function = catalog.functions.find(signature(definition.function, {}));
    if (!function) continue;
    const TriggerBody body = trigger_body(*function);
    if (std::find(body.assigned.begin(), body.assigned.end(), column) == body.assigned.end())
      continue;
    if (body.simple && !definition.when) return Fills::always;
    result = Fills::maybe;
  }
  return result;
}

bool may_refuse(const Catalog& catalog, const CreateTrigger& trigger) {
  const Function* function = catalog.functions.find(signature(trigger.function, {}));
  return function && body_use(function->definition).raises;
}

}  // namespace backout::sql
