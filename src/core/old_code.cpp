#include "core/old_code.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/code_context.h"
#include "core/seed_scan.h"
#include "core/spelling.h"

namespace backout {
namespace {

constexpr std::size_t line_shown = 160;
// Of one file: a place each beyond this is not looked at closely, it only counts.
constexpr std::size_t hits_of_file = 200;

enum class Sort : std::uint8_t { column, relation, label, other };

struct Target {
  Sort sort = Sort::other;
  std::string name;  // as the database has it, unqualified
  Spelling spelling;
  std::optional<Spelling> one;       // of a relation: the singular, for mappings by convention
  std::optional<Spelling> row;       // of a column `customer_id`: `customer`, for relations
  std::optional<std::size_t> owner;  // of a column: its table; of a label: its type
  bool distinct = false;             // hardly anything else has this name
};
// A table or type that stands near its columns or labels.
struct Owner {
  std::string name;
  Spelling spelling;
  std::optional<Spelling> one;
};

// What a word of the scan begins.
struct Action {
  enum class Kind : std::uint8_t {
    target,
    one,
    row,
    owner,
    owner_one,
    keyword,
    record,
    reflection
  } kind;
  std::size_t index = 0;
};

Sort sort_of(std::string_view kind) {
  if (kind == "column") return Sort::column;
  if (kind == "enum value") return Sort::label;
  for (const std::string_view relation :
       {"table", "view", "materialized view", "foreign table", "sequence"})
    if (kind == relation) return Sort::relation;
  return Sort::other;
}

// "public.orders.gift_note" → its last parts; arguments of a function go.
struct Parts {
  std::string_view last, owner;
};
Parts parts_of(std::string_view name) {
  name = name.substr(0, name.find('('));
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {name, {}};
  const std::string_view left = name.substr(0, dot);
  const std::size_t before = left.rfind('.');
  return {name.substr(dot + 1), before == std::string_view::npos ? left : left.substr(before + 1)};
}

bool is_order_by(std::string_view text, Span place) {
  std::string_view rest = text.substr(place.end, 12);
  const std::size_t blank = rest.find_first_not_of(" \t\r\n");
  if (blank == 0 || blank == std::string_view::npos) return false;
  return starts_with_word(rest.substr(blank), "by");
}

bool is_exact(std::string_view text, Span place, std::string_view name) {
  const std::string_view found = text.substr(place.begin, place.end - place.begin);
  return found.size() == name.size() &&
         std::equal(found.begin(), found.end(), name.begin(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

bool contains(const Spelling& spelling, std::string_view text) {
  if (spelling.words.empty()) return false;
  for (std::size_t at = 0; at + spelling.seed().size() <= text.size(); ++at)
    if (lower(text[at]) == spelling.seed().front() &&
        starts_with_word(text.substr(at), spelling.seed()) && match_around(spelling, text, at))
      return true;
  return false;
}

void note(Usages& to, Usage usage) {
  ++to.count;
  to.files = 1;
  if (to.shown.size() < usages_shown) to.shown.push_back(std::move(usage));
}

void merge(Usages& to, const Usages& from) {
  to.count += from.count;
  to.files += from.files;
  for (const Usage& usage : from.shown)
    if (to.shown.size() < usages_shown) to.shown.push_back(usage);
}

}  // namespace

struct OldCodeSearch::Impl {
  std::vector<Target> targets;
  std::vector<Owner> owners;
  std::vector<std::vector<Action>> actions;  // by word of the scan
  SeedScan scan{{}};
  bool any_column = false, any_relation = false;
};

namespace {

using Kind = Action::Kind;

// One file's search.
class FileSearch {
 public:
  FileSearch(const OldCodeSearch::Impl& impl, std::string_view path, std::string_view text)
      : impl_(impl), path_(path), text_(text) {}

  std::vector<OldCodeSearch::Found> run() {
    impl_.scan.scan(text_, [this](std::size_t word, std::size_t at) {
      for (const Action& action : impl_.actions[word]) look(action, at);
    });
    if (hits_.empty() && opens_.empty()) return {};
    evidence_.resize(impl_.targets.size());
    for (const Hit& hit : hits_) judge(hit);
    for (const auto& [kind, at] : opens_) open(kind, at);
    std::vector<OldCodeSearch::Found> out;
    for (std::size_t i = 0; i < evidence_.size(); ++i)
      if (evidence_[i].strong.count + evidence_[i].weak.count + evidence_[i].open.count > 0)
        out.push_back({i, std::move(evidence_[i])});
    return out;
  }

 private:
  struct Hit {
    std::size_t target;
    Kind kind;
    Span place;
  };

  void look(const Action& action, std::size_t at) {
    switch (action.kind) {
      case Kind::keyword:
      case Kind::record:
      case Kind::reflection:
        opens_.emplace_back(action.kind, at);
        return;
      case Kind::owner:
      case Kind::owner_one: {
        if (owner_seen_.empty()) owner_seen_.resize(impl_.owners.size());
        const Owner& owner = impl_.owners[action.index];
        if (owner_seen_[action.index]) return;
        const auto place =
            match_around(action.kind == Kind::owner ? owner.spelling : *owner.one, text_, at);
        if (place && !is_order_by(text_, *place)) owner_seen_[action.index] = 1;
        return;
      }
      default:
        break;
    }
    const Target& target = impl_.targets[action.index];
    const Spelling& spelling = action.kind == Kind::target ? target.spelling
                               : action.kind == Kind::one  ? *target.one
                                                           : *target.row;
    if (const auto place = match_around(spelling, text_, at))
      hits_.push_back({action.index, action.kind, *place});
  }

  bool near(const Target& target) const {
    return target.owner && !owner_seen_.empty() && owner_seen_[*target.owner];
  }

  std::uint32_t line_number(std::size_t at) {
    if (at < counted_to_) counted_to_ = 0, lines_ = 0;
    lines_ += static_cast<std::uint32_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_to_),
                   text_.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    counted_to_ = at;
    return lines_ + 1;
  }

  Usage usage(std::size_t at, std::string_view line, Usage::How how, std::string_view mapper,
              bool is_near) {
    return {std::string(path_),
            line_number(at),
            std::string(line.substr(0, line_shown)),
            how,
            mapper,
            is_near};
  }

  void judge(const Hit& hit) {
    const Target& target = impl_.targets[hit.target];
    ObjectEvidence& evidence = evidence_[hit.target];
    if (evidence.strong.count + evidence.weak.count >= hits_of_file) {
      ++(evidence.strong.count > 0 ? evidence.strong : evidence.weak).count;
      return;
    }
    const CodeLine line = line_at(text_, hit.place.begin);
    if (is_comment(line.text) || is_ignored_column(text_, hit.place.begin)) return;
    const std::string_view mapper = mapper_of(line, path_);
    // `class Order < ApplicationRecord`, `customer = ForeignKey(…)`: only a mapper makes it a name.
    if (hit.kind == Kind::one && (mapper.empty() || is_relation(line))) return;
    if (hit.kind == Kind::row && !is_relation(line)) return;
    const bool is_near = near(target);
    const bool exact = is_exact(text_, hit.place, target.name);
    const bool sql = mapper.empty() && is_in_statement(text_, hit.place);
    const Usage::How how = !mapper.empty() ? Usage::How::mapping
                           : sql           ? Usage::How::sql
                                           : Usage::How::word;
    bool strong = false;
    if (target.sort == Sort::column)
      strong = how == Usage::How::word ? is_near && target.distinct : is_near || target.distinct;
    else if (target.sort == Sort::label)
      strong = (exact && is_quoted(text_, hit.place) && (is_near || target.distinct)) ||
               (sql && is_near);
    else
      strong =
          how != Usage::How::word || (exact && (target.distinct || is_quoted(text_, hit.place)));
    note(strong ? evidence.strong : evidence.weak,
         usage(hit.place.begin, line.text, how, mapper, is_near));
  }

  void mark_open(std::size_t target, std::size_t at, Usage::How how) {
    const CodeLine line = line_at(text_, at);
    if (!is_comment(line.text))
      note(evidence_[target].open, usage(at, line.text, how, {}, near(impl_.targets[target])));
  }

  // Rails reads all columns of a table when it starts, unless it is told to ignore one.
  bool is_record_of(const Owner& owner, std::size_t at) const {
    const CodeLine line = line_at(text_, at);
    const std::size_t name = line.text.find("class ");
    const std::size_t parent = line.text.find('<');
    if (name == std::string_view::npos || parent == std::string_view::npos || parent < name)
      return false;
    const std::string_view model = line.text.substr(name + 6, parent - name - 6);
    return (owner.one ? contains(*owner.one, model) : contains(owner.spelling, model)) ||
           (text_.find("table_name") != std::string_view::npos && contains(owner.spelling, text_));
  }
  bool ignores(const Target& target) const {
    for (std::size_t at = text_.find("ignored_columns"); at != std::string_view::npos;
         at = text_.find("ignored_columns", at + 1)) {
      const std::string_view list = text_.substr(at, 400);
      if (contains(target.spelling, list.substr(0, list.find(']')))) return true;
    }
    return false;
  }

  void open(Kind kind, std::size_t at) {
    const auto statement =
        kind == Kind::keyword ? open_statement(text_, at) : std::optional<OpenStatement>();
    if (kind == Kind::keyword && !statement) return;
    const bool any_table = statement && statement->tables.empty();
    std::vector<char> named(impl_.owners.size(), 2);  // not looked at yet
    for (std::size_t i = 0; i < impl_.targets.size(); ++i) {
      const Target& target = impl_.targets[i];
      if (target.sort == Sort::relation && any_table) mark_open(i, at, Usage::How::dynamic);
      if (target.sort != Sort::column || !target.owner) continue;
      const Owner& owner = impl_.owners[*target.owner];
      if (kind == Kind::record) {
        if (is_record_of(owner, at) && !ignores(target)) mark_open(i, at, Usage::How::star);
      } else if (kind == Kind::reflection) {
        if (near(target)) mark_open(i, at, Usage::How::star);
      } else {
        char& known = named[*target.owner];
        if (known == 2) known = any_table || contains(owner.spelling, statement->tables);
        if (known == 1)
          mark_open(i, at,
                    statement->kind == OpenStatement::Kind::star ? Usage::How::star
                                                                 : Usage::How::dynamic);
      }
    }
  }

  const OldCodeSearch::Impl& impl_;
  std::string_view path_, text_;
  std::vector<Hit> hits_;
  std::vector<std::pair<Kind, std::size_t>> opens_;
  std::vector<char> owner_seen_;
  std::vector<ObjectEvidence> evidence_;
  std::size_t counted_to_ = 0;
  std::uint32_t lines_ = 0;
};

}  // namespace

std::string_view to_string(Usage::How how) {
  constexpr std::string_view words[] = {"SQL", "mapping", "bare word", "all columns",
                                        "dynamic SQL"};
  return words[static_cast<std::size_t>(how)];
}

Standing standing(const ObjectEvidence& evidence) {
  if (evidence.strong.count > 0) return Standing::used;
  if (evidence.weak.count + evidence.open.count > 0) return Standing::not_proven;
  return Standing::unused;
}

Standing standing(const ReleaseEvidence& release, std::size_t index) {
  const Standing found = standing(release.objects[index]);
  if (found == Standing::unused && (release.files == 0 || !release.unsearched.empty()))
    return Standing::not_proven;
  return found;
}

bool is_searchable(const ObjectRef& object) {
  if (object.kind == "enum value") {
    // A label is any text after the type's name.
    const Spelling label = spelling_of(parts_of(object.name).last);
    return !label.words.empty() && label.seed().size() > 1;
  }
  for (const std::string_view kind :
       {"column", "table", "view", "materialized view", "foreign table", "sequence", "function",
        "procedure", "aggregate", "type", "enum", "domain", "composite type", "range", "schema",
        "constraint", "domain constraint", "index"})
    if (object.kind == kind) {
      const Spelling spelling = spelling_of(parts_of(object.name).last);
      return !spelling.words.empty() && spelling.seed().size() > 1;
    }
  return false;
}

OldCodeSearch::OldCodeSearch(std::span<const ObjectRef> objects) {
  auto impl = std::make_unique<Impl>();
  std::map<std::string, std::size_t, std::less<>> owners;
  std::map<std::string, std::vector<Action>, std::less<>> words;
  const auto search_for = [&](const std::optional<Spelling>& spelling, Action action) {
    if (spelling && !spelling->words.empty() && spelling->seed().size() > 1)
      words[spelling->seed()].push_back(action);
  };
  for (std::size_t i = 0; i < objects.size(); ++i) {
    Target& target = impl->targets.emplace_back();
    if (!is_searchable(objects[i])) continue;
    const Parts parts = parts_of(objects[i].name);
    target.sort = sort_of(objects[i].kind);
    target.name = parts.last;
    target.spelling = spelling_of(parts.last);
    target.distinct = target.spelling.words.size() > 1 || target.name.size() > 11;
    search_for(target.spelling, {Kind::target, i});
    if (target.sort == Sort::relation) {
      impl->any_relation = true;
      search_for(target.one = singular_of(target.spelling), {Kind::one, i});
    }
    if (target.sort != Sort::column && target.sort != Sort::label) continue;
    if (target.sort == Sort::column) {
      impl->any_column = true;
      if (target.spelling.words.size() > 1 && target.spelling.words.back() == "id")
        search_for(target.row = spelling_of(parts.last.substr(0, parts.last.size() - 2)),
                   {Kind::row, i});
    }
    const auto [owner, added] = owners.try_emplace(std::string(parts.owner), impl->owners.size());
    target.owner = owner->second;
    if (!added) continue;
    Owner& table = impl->owners.emplace_back();
    table.name = parts.owner;
    table.spelling = spelling_of(parts.owner);
    table.one = singular_of(table.spelling);
    search_for(table.spelling, {Kind::owner, owner->second});
    search_for(table.one, {Kind::owner_one, owner->second});
  }
  if (impl->any_column || impl->any_relation)
    for (const char* keyword : {"select", "insert", "update", "returning"})
      words[keyword].push_back({Kind::keyword});
  if (impl->any_column) {
    for (const char* record : {"applicationrecord", "activerecord"})
      words[record].push_back({Kind::record});
    for (const char* reflection : {"autoload_with", "automap_base"})
      words[reflection].push_back({Kind::reflection});
  }
  std::vector<std::string> seeds;
  for (auto& [word, actions] : words) {
    seeds.push_back(word);
    impl->actions.push_back(std::move(actions));
  }
  impl->scan = SeedScan(std::move(seeds));
  impl_ = std::move(impl);
}

OldCodeSearch::~OldCodeSearch() = default;

std::vector<OldCodeSearch::Found> OldCodeSearch::file(std::string_view path,
                                                      std::string_view text) const {
  return FileSearch(*impl_, path, text).run();
}

void add(ObjectEvidence& to, const ObjectEvidence& file) {
  merge(to.strong, file.strong);
  merge(to.weak, file.weak);
  merge(to.open, file.open);
}

}  // namespace backout
