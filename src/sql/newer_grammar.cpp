// Recognises what later versions of PostgreSQL added to the grammar. Each recogniser looks for a
// few tokens and says what to write instead so that an older parser understands the rest; only if
// the statement then parses was it that. Facts: release notes and gram.y of PostgreSQL 16 to 19.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sql/failure.h"
#include "sql/lexer.h"
#include "sql/tree.h"

namespace backout::sql {
namespace {

class Patch {
 public:
  explicit Patch(std::string_view text) : text_(text) {
    Lexer lexer(text, {0, static_cast<std::uint32_t>(text.size())}, {});
    for (Token token = lexer.next_code(); token.kind != Token::Kind::end; token = lexer.next_code())
      tokens_.push_back(token);
  }

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  [[nodiscard]] std::string_view token(std::size_t i) const {
    return i < tokens_.size() ? text_.substr(tokens_[i].begin, tokens_[i].end - tokens_[i].begin)
                              : std::string_view();
  }
  // The tokens from `i` on are these words or symbols; "_" stands for any name.
  [[nodiscard]] bool matches(std::size_t i, std::string_view pattern) const {
    while (!pattern.empty()) {
      const std::size_t end = std::min(pattern.find(' '), pattern.size());
      const std::string_view wanted = pattern.substr(0, end);
      pattern.remove_prefix(std::min(end + 1, pattern.size()));
      if (i >= tokens_.size()) return false;
      if (wanted == "_" ? !is_name(i) : !is_word(token(i), wanted)) return false;
      ++i;
    }
    return true;
  }
  [[nodiscard]] bool is_name(std::size_t i) const {
    return i < tokens_.size() &&
           (tokens_[i].kind == Token::Kind::word || tokens_[i].kind == Token::Kind::quoted_name);
  }
  [[nodiscard]] bool adjacent(std::size_t i) const {
    return i + 1 < tokens_.size() && tokens_[i].end == tokens_[i + 1].begin;
  }
  [[nodiscard]] bool is_number(std::size_t i) const {
    return i < tokens_.size() && tokens_[i].kind == Token::Kind::number;
  }
  // Behind the bracket that closes the one at `i`.
  [[nodiscard]] std::size_t behind_brackets(std::size_t i) const {
    std::size_t depth = 0;
    for (; i < tokens_.size(); ++i) {
      if (token(i) == "(") ++depth;
      if (token(i) == ")" && --depth == 0) return i + 1;
    }
    return i;
  }
  // Writes `instead` in place of the tokens [from, to); returns `to`.
  std::size_t replace(std::size_t from, std::size_t to, std::string_view instead, int version,
                      std::string_view feature) {
    to = std::min(to, tokens_.size());
    const std::uint32_t begin =
        from < tokens_.size() ? tokens_[from].begin : static_cast<std::uint32_t>(text_.size());
    const std::uint32_t end = to > from ? tokens_[to - 1].end : begin;
    patched_.append(text_.substr(copied_, begin - copied_));
    patched_.append(" ").append(instead).append(" ");
    copied_ = end;
    if (version > version_) {
      version_ = version;
      feature_ = feature;
    }
    return to;
  }
  [[nodiscard]] bool newer() const { return version_ > grammar_version(); }
  [[nodiscard]] std::string text() const { return patched_ + std::string(text_.substr(copied_)); }
  [[nodiscard]] std::string what() const {
    return fmt::format("PostgreSQL {}: {}", version_, feature_);
  }

 private:
  std::string_view text_;
  std::vector<Token> tokens_;
  std::string patched_;
  std::size_t copied_ = 0;
  int version_ = 0;
  std::string_view feature_;
};

struct Words {  // a run of words that can be written otherwise
  std::string_view pattern;
  std::string_view instead;
  int version;
  std::string_view feature;
};
constexpr std::array words{
    Words{"when not matched by source", "when matched", 17, "MERGE … WHEN NOT MATCHED BY SOURCE"},
    Words{"when not matched by target", "when not matched", 17,
          "MERGE … WHEN NOT MATCHED BY TARGET"},
    Words{"set expression as", "set default", 17, "ALTER COLUMN … SET EXPRESSION"},
    Words{"at local", "at time zone 'UTC'", 17, "AT LOCAL"},
    Words{"set access method default", "set access method heap", 17, "SET ACCESS METHOD DEFAULT"},
    Words{"set statistics default", "set statistics -1", 17, "SET STATISTICS DEFAULT"},
    Words{"set storage default", "set storage plain", 16, "SET STORAGE DEFAULT"},
    Words{"not enforced", "", 18, "NOT ENFORCED constraint"},
    Words{"enforced", "", 18, "ENFORCED constraint"},
    Words{"without overlaps", "", 18, "WITHOUT OVERLAPS key"},
    Words{"is json object", "is null", 16, "IS JSON"},
    Words{"is json array", "is null", 16, "IS JSON"},
    Words{"is json scalar", "is null", 16, "IS JSON"},
    Words{"is json value", "is null", 16, "IS JSON"},
    Words{"is json", "is null", 16, "IS JSON"},
    Words{"create property graph", "create table", 19, "CREATE PROPERTY GRAPH"},
    Words{"do select for update", "do nothing", 19, "ON CONFLICT DO SELECT"},
    Words{"do select", "do nothing", 19, "ON CONFLICT DO SELECT"},
    Words{"ignore nulls", "", 19, "IGNORE NULLS"},
};

struct Call {  // a function with a syntax of its own
  std::string_view name;
  int version;
};
constexpr std::array calls{
    Call{"json_object", 16},    Call{"json_array", 16},  Call{"json_arrayagg", 16},
    Call{"json_objectagg", 16}, Call{"json_table", 17},  Call{"json_query", 17},
    Call{"json_value", 17},     Call{"json_exists", 17}, Call{"json_scalar", 17},
    Call{"json_serialize", 17}, Call{"json", 17}};

// Writes over what begins at token `i`, and returns where to go on; `i` itself when nothing newer
// begins here.
std::size_t patch_at(Patch& patch, std::size_t i) {
  const std::size_t end = patch.size();
  for (const Words& known : words) {
    if (!patch.matches(i, known.pattern)) continue;
    const auto count =
        static_cast<std::size_t>(std::count(known.pattern.begin(), known.pattern.end(), ' ') + 1);
    return patch.replace(i, i + count, known.instead, known.version, known.feature);
  }
  // table constraints on NOT NULL; a column's own one is followed by no name but by a comma, a
  // bracket or another constraint
  const bool element = i == 0 || patch.token(i - 1) == "," || patch.token(i - 1) == "(" ||
                       patch.matches(i - 1, "add");
  if (element && patch.matches(i, "constraint _ not null _"))
    return patch.replace(i + 2, i + 5, "check (true)", 18, "named NOT NULL constraint");
  if (element && i > 0 && patch.matches(i, "not null _"))
    return patch.replace(i, i + 3, "check (true)", 18, "NOT NULL as a table constraint");
  if (patch.matches(i, "generated always as (")) {
    const std::size_t behind = patch.behind_brackets(i + 3);
    if (patch.matches(behind, "virtual"))
      return patch.replace(behind, behind + 1, "stored", 18, "virtual generated column");
    if (!patch.matches(behind, "stored"))
      return patch.replace(behind, behind, "stored", 18, "virtual generated column");
  }
  if ((patch.matches(i, "period _ )") || patch.matches(i, "period _ ,")) && i > 0 &&
      (patch.token(i - 1) == "," || patch.token(i - 1) == "("))
    return patch.replace(i, i + 1, "", 18, "PERIOD in a foreign key");
  if (patch.matches(i, "alter constraint _ inherit"))
    return patch.replace(i + 3, i + 4, "deferrable", 18, "ALTER CONSTRAINT … INHERIT");
  if (patch.matches(i, "alter constraint _ no inherit"))
    return patch.replace(i + 3, i + 5, "deferrable", 18, "ALTER CONSTRAINT … NO INHERIT");
  if (patch.matches(i, "returning with ("))
    return patch.replace(i + 1, patch.behind_brackets(i + 2), "", 18, "RETURNING WITH (OLD AS …)");
  if (patch.matches(i, "returning") && patch.matches(0, "merge"))
    return patch.replace(i, end, "", 17, "MERGE … RETURNING");
  if (patch.matches(i, "merge partitions (") && patch.matches(0, "alter table"))
    return patch.replace(i, end, "drop column a", 19, "MERGE PARTITIONS");
  if (patch.matches(i, "split partition _") && patch.matches(0, "alter table"))
    return patch.replace(i, end, "drop column a", 19, "SPLIT PARTITION");
  if (i == 0 && patch.matches(i, "repack")) return patch.replace(i, end, "cluster", 19, "REPACK");
  if (i == 0 && patch.matches(i, "create statistics on"))
    return patch.replace(2, 2, "s", 16, "CREATE STATISTICS without a name");
  if (i == 1 && (patch.matches(0, "vacuum only") || patch.matches(0, "analyze only")))
    return patch.replace(1, 2, "", 18, "VACUUM and ANALYZE with ONLY");
  if (patch.matches(0, "grant") &&
      (patch.matches(i, "with inherit") || patch.matches(i, "with set") ||
       patch.matches(i, "with admin true") || patch.matches(i, "with admin false")))
    return patch.replace(i, end, "with admin option", 16, "GRANT … WITH INHERIT or SET");
  if (patch.is_number(i) && patch.adjacent(i) && patch.is_name(i + 1)) {
    const char next = static_cast<char>(patch.token(i + 1)[0] | 0x20);
    if (patch.token(i + 1)[0] == '_')
      return patch.replace(i, i + 2, "1", 16, "underscores in numbers");
    if (patch.token(i) == "0" && (next == 'x' || next == 'o' || next == 'b'))
      return patch.replace(i, i + 2, "1", 16, "numbers in other bases");
  }
  if (patch.token(i + 1) == "(")
    for (const Call& call : calls)
      if (patch.matches(i, call.name))
        return patch.replace(i, patch.behind_brackets(i + 1), "f()", call.version,
                             "SQL/JSON functions");
  return i;
}

}  // namespace

std::optional<std::string> newer_grammar(std::string_view statement, std::string_view message) {
  if (grammar_version() < 16 && message.ends_with("in FROM must have an alias"))
    return "PostgreSQL 16: sub-query in FROM without an alias";
  Patch patch(statement);
  for (std::size_t i = 0; i < patch.size();) i = std::max(patch_at(patch, i), i + 1);
  if (!patch.newer()) return std::nullopt;
  const std::string text = patch.text();
  if (!parse_text(text.c_str(), text.size()).root) return std::nullopt;
  return patch.what();
}

}  // namespace backout::sql
