#include "core/code_context.h"

#include <algorithm>
#include <iterator>

namespace backout {
namespace {

constexpr std::size_t npos = std::string_view::npos;
// How far a statement reaches from one of its words.
constexpr std::size_t statement_reach = 600, line_reach = 2000;

struct Mark {
  std::string_view text, mapper, suffix;  // in files whose names end so
};
// What each mapper writes where it is told about tables and columns.
constexpr Mark marks[] = {{"@Column", "TypeORM", ".ts"},
                          {"@JoinColumn", "TypeORM", ".ts"},
                          {"@Entity", "TypeORM", ".ts"},
                          {"@JoinTable", "TypeORM", ".ts"},
                          {"@ManyToOne", "TypeORM", ".ts"},
                          {"@OneToOne", "TypeORM", ".ts"},
                          {"@PrimaryColumn", "TypeORM", ".ts"},
                          {"@PrimaryGeneratedColumn", "TypeORM", ".ts"},
                          {"@ViewEntity", "TypeORM", ".ts"},
                          {"@ViewColumn", "TypeORM", ".ts"},
                          {"@CreateDateColumn", "TypeORM", ".ts"},
                          {"@UpdateDateColumn", "TypeORM", ".ts"},
                          {"@Column", "Hibernate", ""},
                          {"@JoinColumn", "Hibernate", ""},
                          {"@Table(", "Hibernate", ""},
                          {"@Entity", "Hibernate", ""},
                          {"@JoinTable", "Hibernate", ""},
                          {"@ManyToOne", "Hibernate", ""},
                          {"@OneToOne", "Hibernate", ""},
                          {"@SequenceGenerator", "Hibernate", ""},
                          {"@Formula", "Hibernate", ""},
                          {"@Subselect", "Hibernate", ""},
                          {"@map(", "Prisma", ".prisma"},
                          {"@@map(", "Prisma", ".prisma"},
                          {"mapped_column(", "SQLAlchemy", ".py"},
                          {"Column(", "SQLAlchemy", ".py"},
                          {"__tablename__", "SQLAlchemy", ".py"},
                          {"relationship(", "SQLAlchemy", ".py"},
                          {"secondary=", "SQLAlchemy", ".py"},
                          {"models.", "Django", ".py"},
                          {"db_column", "Django", ".py"},
                          {"db_table", "Django", ".py"},
                          {"ApplicationRecord", "Rails", ".rb"},
                          {"ActiveRecord::Base", "Rails", ".rb"},
                          {"self.table_name", "Rails", ".rb"},
                          {"self.primary_key", "Rails", ".rb"},
                          {"belongs_to", "Rails", ".rb"},
                          {"has_many", "Rails", ".rb"},
                          {"has_one", "Rails", ".rb"},
                          {"alias_attribute", "Rails", ".rb"},
                          {"attribute :", "Rails", ".rb"},
                          {"validates", "Rails", ".rb"},
                          {"enum :", "Rails", ".rb"},
                          {"scope :", "Rails", ".rb"},
                          {"has_and_belongs_to_many", "Rails", ".rb"},
                          {"db:\"", "sqlx", ""},
                          {"sqlx(", "sqlx", ""},
                          {"gorm:\"", "GORM", ".go"},
                          {"bun:\"", "Bun", ".go"},
                          {"table_name =", "diesel", ".rs"},
                          {"column_name =", "diesel", ".rs"},
                          {"table!", "diesel", ".rs"},
                          {"belongs_to(", "diesel", ".rs"},
                          {"field.String(", "Ent", ".go"},
                          {"field.Text(", "Ent", ".go"},
                          {"field.Int", "Ent", ".go"},
                          {"field.Uint", "Ent", ".go"},
                          {"field.Float", "Ent", ".go"},
                          {"field.Bool(", "Ent", ".go"},
                          {"field.Time(", "Ent", ".go"},
                          {"field.JSON(", "Ent", ".go"},
                          {"field.Enum(", "Ent", ".go"},
                          {"field.Bytes(", "Ent", ".go"},
                          {"field.UUID(", "Ent", ".go"},
                          {"field.Other(", "Ent", ".go"},
                          {"StorageKey(", "Ent", ".go"},
                          {"entsql.", "Ent", ".go"},
                          {"edge.To(", "Ent", ".go"},
                          {"edge.From(", "Ent", ".go"},
                          {"pgTable(", "Drizzle", ".ts"},
                          {"pgView(", "Drizzle", ".ts"},
                          {"sequelize.define(", "Sequelize", ""},
                          {"HasColumnName(", "Entity Framework", ".cs"},
                          {"ToTable(", "Entity Framework", ".cs"},
                          {"[Column(", "Entity Framework", ".cs"},
                          {"[Table(", "Entity Framework", ".cs"},
                          {"ORM\\Column", "Doctrine", ".php"},
                          {"ORM\\Table", "Doctrine", ".php"},
                          {"extends Model", "Eloquent", ".php"},
                          {"protected $table", "Eloquent", ".php"},
                          {"$fillable", "Eloquent", ".php"},
                          {"schema \"", "Ecto", ".ex"},
                          {"field :", "Ecto", ".ex"}};
constexpr std::string_view relations[] = {"ForeignKey(",   "OneToOneField(", "belongs_to",
                                          "references",    "@ManyToOne",     "@OneToOne",
                                          "relationship(", "edge.To(",       "edge.From("};

bool holds(std::string_view text, std::string_view words) { return text.find(words) != npos; }

std::string_view trim_left(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\f\v");
  return first == npos ? std::string_view() : text.substr(first);
}
std::string_view trim_right(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\r\n\f\v");
  return last == npos ? std::string_view() : text.substr(0, last + 1);
}

// Where a word begins, whole and in any case; `word` in lower case.
std::size_t find_word(std::string_view text, std::string_view word) {
  const char first = word.front();
  for (std::size_t at = 0; at + word.size() <= text.size(); ++at) {
    if ((text[at] | 0x20) != first || !starts_with_word(text.substr(at), word)) continue;
    if ((at == 0 || !is_word_byte(text[at - 1])) &&
        (at + word.size() == text.size() || !is_word_byte(text[at + word.size()])))
      return at;
  }
  return npos;
}

bool has_word(std::string_view text, std::string_view word) {
  return find_word(text, word) != npos;
}

// Takes a word away from the front, with the blanks before it.
bool skip_word(std::string_view& text, std::string_view word) {
  const std::string_view rest = trim_left(text);
  if (!starts_with_word(rest, word) ||
      (rest.size() > word.size() && is_word_byte(rest[word.size()])))
    return false;
  text = rest.substr(word.size());
  return true;
}

// A hole that the program fills: of printf, format strings, templates, concatenation.
constexpr std::string_view holes[] = {"%s",  "%v",   "%(",  "${",  "#{", "{",   "\" +",
                                      "' +", "\" .", "' .", "\"+", "'+", "` +", "\" &"};
bool begins_with_hole(std::string_view text) {
  return std::any_of(std::begin(holes), std::end(holes),
                     [&](std::string_view hole) { return text.starts_with(hole); });
}
bool has_hole(std::string_view text) {
  return std::any_of(std::begin(holes), std::end(holes),
                     [&](std::string_view hole) { return holds(text, hole); });
}

// A `*` that is a list of columns: not a product, not count(*).
bool has_star(std::string_view columns) {
  for (std::size_t at = columns.find('*'); at != npos; at = columns.find('*', at + 1)) {
    const std::string_view left = trim_right(columns.substr(0, at));
    if (left.empty() || left.back() == ',' || left.back() == '.' || left.back() == '"' ||
        left.back() == '\'' || left.ends_with("distinct") || left.ends_with("DISTINCT"))
      return true;
  }
  return false;
}

// To the end of the statement, as far as that can be told.
std::string_view statement_from(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at, statement_reach);
  return rest.substr(0, rest.find(';'));
}
std::string_view statement_before(std::string_view text, std::size_t at) {
  const std::size_t begin = at > statement_reach ? at - statement_reach : 0;
  const std::string_view part = text.substr(begin, at - begin);
  const std::size_t end = part.rfind(';');
  return end == npos ? part : part.substr(end + 1);
}

using Kind = OpenStatement::Kind;

std::optional<OpenStatement> open_select(std::string_view text, std::size_t at) {
  const std::size_t after = at + std::string_view("select").size();
  std::string_view rest = statement_from(text, after);
  if (rest.starts_with('(')) {  // a query builder: .from('orders').select('*')
    const std::string_view argument = trim_left(rest.substr(1));
    const bool everything =
        argument.starts_with(')') ||
        (argument.size() > 2 && argument[1] == '*' && argument[2] == argument[0]);
    if (!everything || at == 0 || text[at - 1] != '.') return std::nullopt;
    const std::size_t begin = at > 200 ? at - 200 : 0;
    return OpenStatement{Kind::star, text.substr(begin, after + 200 - begin)};
  }
  if (rest.empty() || is_word_byte(rest.front())) return std::nullopt;
  const std::size_t from = find_word(rest, "from");
  if (from == npos) return std::nullopt;
  const std::string_view columns = rest.substr(0, from);
  std::string_view tables = rest.substr(from + 4);
  const bool unknown_table = begins_with_hole(trim_left(tables));
  if (unknown_table) tables = {};
  if (has_star(columns)) return OpenStatement{unknown_table ? Kind::dynamic : Kind::star, tables};
  if (has_hole(columns) || unknown_table) return OpenStatement{Kind::dynamic, tables};
  return std::nullopt;
}

std::optional<OpenStatement> open_insert(std::string_view text, std::size_t at) {
  std::string_view rest = statement_from(text, at + std::string_view("insert").size());
  if (!skip_word(rest, "into")) return std::nullopt;
  rest = trim_left(rest);
  if (begins_with_hole(rest)) return OpenStatement{Kind::dynamic, {}};
  const std::size_t end = std::min(rest.find_first_of(" \t\r\n("), rest.size());
  const std::string_view table = rest.substr(0, end);
  rest = trim_left(rest.substr(end));
  if (rest.starts_with('(')) {
    if (has_hole(rest.substr(0, rest.find(')')))) return OpenStatement{Kind::dynamic, table};
    return std::nullopt;
  }
  // Without a list of columns the values go into all of them.
  if (skip_word(rest, "values") || skip_word(rest, "select"))
    return OpenStatement{Kind::star, table};
  if (begins_with_hole(rest)) return OpenStatement{Kind::dynamic, table};
  return std::nullopt;
}

std::optional<OpenStatement> open_update(std::string_view text, std::size_t at) {
  std::string_view rest = statement_from(text, at + std::string_view("update").size());
  if (rest.empty() || is_word_byte(rest.front())) return std::nullopt;
  rest = trim_left(rest);
  const std::size_t set = find_word(rest.substr(0, 120), "set");
  if (set == npos) return std::nullopt;
  if (begins_with_hole(rest)) return OpenStatement{Kind::dynamic, {}};
  if (begins_with_hole(trim_left(rest.substr(set + 3))))
    return OpenStatement{Kind::dynamic, rest.substr(0, set)};
  return std::nullopt;
}

std::optional<OpenStatement> open_returning(std::string_view text, std::size_t at) {
  const std::string_view rest =
      trim_left(text.substr(at + std::string_view("returning").size(), 40));
  if (!rest.starts_with('*')) return std::nullopt;
  return OpenStatement{Kind::star, statement_before(text, at)};
}

}  // namespace

CodeLine line_at(std::string_view text, std::size_t at) {
  const std::size_t lowest = at > line_reach ? at - line_reach : 0;
  std::size_t begin = at;
  while (begin > lowest && text[begin - 1] != '\n') --begin;
  std::size_t end = std::min(text.find('\n', at), text.size());
  end = std::min(end, at + line_reach);
  CodeLine out;
  out.span = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  out.text = trim_right(trim_left(text.substr(begin, end - begin)));
  if (begin > 0 && text[begin - 1] == '\n') {
    std::size_t above = begin - 1;
    const std::size_t least = above > line_reach ? above - line_reach : 0;
    while (above > least && text[above - 1] != '\n') --above;
    out.above = trim_right(trim_left(text.substr(above, begin - 1 - above)));
  }
  return out;
}

bool is_comment(std::string_view line) {
  if (line.starts_with('#'))  // not `#[sqlx(…)]`, `#{…}`
    return line.size() == 1 || (line[1] != '[' && line[1] != '{' && line[1] != '!');
  return line.starts_with("//") || line.starts_with("-- ") || line.starts_with("/*") ||
         line.starts_with("* ") || line.starts_with("<!--");
}

std::string_view mapper_of(const CodeLine& line, std::string_view path) {
  const auto mapper_in = [&](std::string_view text) -> std::string_view {
    for (const Mark& mark : marks)
      if (holds(text, mark.text) && path.ends_with(mark.suffix)) return mark.mapper;
    return {};
  };
  if (const std::string_view mapper = mapper_in(line.text); !mapper.empty()) return mapper;
  if (line.above.starts_with('@') || line.above.starts_with("#[") || line.above.starts_with('['))
    if (const std::string_view mapper = mapper_in(line.above); !mapper.empty()) return mapper;
  if (path.ends_with(".prisma")) return "Prisma";
  if (path.ends_with("schema.rs") && holds(line.text, "->")) return "diesel";
  return {};
}

bool is_relation(const CodeLine& line) {
  return std::any_of(std::begin(relations), std::end(relations), [&](std::string_view mark) {
    return holds(line.text, mark) || (line.above.starts_with('@') && holds(line.above, mark));
  });
}

bool is_many_to_many(const CodeLine& line) {
  for (const std::string_view mark : {"ManyToManyField(", "has_and_belongs_to_many", "@ManyToMany",
                                      "@JoinTable", "belongsToMany", "many_to_many", "secondary="})
    if (holds(line.text, mark) || (line.above.starts_with('@') && holds(line.above, mark)))
      return true;
  return false;
}

bool is_declaration(const CodeLine& line) {
  for (const std::string_view word :
       {"class ", "struct ", "type ", "model ", "record ", "entity "}) {
    const std::size_t at = line.text.find(word);
    if (at != npos && (at == 0 || line.text[at - 1] == ' ')) return true;
  }
  return false;
}

bool is_ignored_column(std::string_view text, std::size_t at) {
  const std::size_t begin = at > 400 ? at - 400 : 0;
  const std::string_view left = text.substr(begin, at - begin);
  const std::size_t list = left.rfind("ignored_columns");
  return list != npos && left.find(']', list) == npos && left.find(')', list) == npos;
}

bool is_in_statement(std::string_view text, Span name) {
  const std::string_view left = statement_before(text, name.begin);
  const std::string_view right = statement_from(text, name.end);
  const auto around = [&](std::string_view a, std::string_view b) {
    return has_word(left, a) && (has_word(left, b) || has_word(right, b));
  };
  return around("select", "from") || around("insert", "into") || around("update", "set") ||
         around("delete", "from") || around("copy", "from") || around("merge", "into");
}

bool is_quoted(std::string_view text, Span name) {
  constexpr std::string_view quotes = "'\"`";
  const char left = name.begin > 0 ? text[name.begin - 1] : ' ';
  const char right = name.end < text.size() ? text[name.end] : ' ';
  if (left == ':' && (name.begin < 2 || !is_word_byte(text[name.begin - 2]))) return true;
  return quotes.find(left) != npos && left == right;
}

std::optional<OpenStatement> open_statement(std::string_view text, std::size_t keyword) {
  if (keyword > 0 && is_word_byte(text[keyword - 1])) return std::nullopt;
  switch (lower(text[keyword])) {
    case 's':
      return open_select(text, keyword);
    case 'i':
      return open_insert(text, keyword);
    case 'u':
      return open_update(text, keyword);
    default:
      return open_returning(text, keyword);
  }
}

}  // namespace backout
