#include "core/old_code.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/code_context.h"
#include "core/code_target.h"
#include "core/seed_scan.h"
#include "core/spelling.h"

namespace backout {
namespace {

using Sort = CodeTarget::Sort;
using Form = NameForm::Kind;

constexpr std::size_t line_shown = 160;
// Of one file: places of an object beyond this are not looked at, they only count.
constexpr std::size_t hits_of_file = 20;

// A table or type that stands near its columns or labels.
struct Owner {
  Spelling spelling;
  std::optional<Spelling> singular;
};

// What a word of the scan begins.
struct Action {
  enum class Kind : std::uint8_t {
    target,          // `index`, and its form
    owner,           // `index`
    owner_singular,  // `index`
    control,         // `index`, and its form
    keyword,         // of SQL
    record,          // the parent of Rails' models
    reflection,      // a mapper that asks the database for the columns
  } kind;
  std::size_t index = 0, form = 0;
};

bool is_order_by(std::string_view text, Span place) {
  const std::string_view rest = text.substr(place.end, 12);
  const std::size_t word = rest.find_first_not_of(" \t\r\n");
  return word != 0 && word != std::string_view::npos && starts_with_word(rest.substr(word), "by");
}

bool is_exact(std::string_view text, Span place, std::string_view name) {
  const std::string_view found = text.substr(place.begin, place.end - place.begin);
  return std::equal(found.begin(), found.end(), name.begin(), name.end(),
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
  std::vector<CodeTarget> targets, controls;
  std::vector<Owner> owners;
  std::vector<std::optional<std::size_t>> owner_of;  // by target
  std::vector<std::vector<Action>> actions;          // by word of the scan
  SeedScan scan{{}};
};

namespace {

using Kind = Action::Kind;

// One file's search.
class FileSearch {
 public:
  FileSearch(const OldCodeSearch::Impl& impl, std::string_view path, std::string_view text)
      : impl_(impl), path_(path), text_(text) {}

  OldCodeSearch::File run() {
    impl_.scan.scan(text_, [this](std::size_t word, std::size_t at) {
      for (const Action& action : impl_.actions[word]) look(action, at);
    });
    OldCodeSearch::File out{{}, control_};
    if (hits_.empty() && opens_.empty()) return out;
    evidence_.resize(impl_.targets.size());
    for (const Hit& hit : hits_) judge(hit);
    for (const auto& [kind, at] : opens_) open(kind, at);
    for (std::size_t i = 0; i < evidence_.size(); ++i)
      if (evidence_[i].strong.count + evidence_[i].weak.count + evidence_[i].open.count > 0)
        out.found.push_back({i, std::move(evidence_[i])});
    return out;
  }

 private:
  struct Hit {
    std::size_t target;
    Form form;
    Span place;
  };

  void look(const Action& action, std::size_t at) {
    if (action.kind == Kind::target) {
      const NameForm& form = impl_.targets[action.index].forms[action.form];
      if (const auto place = match_around(form.spelling, text_, at))
        hits_.push_back({action.index, form.kind, *place});
    } else if (action.kind == Kind::owner || action.kind == Kind::owner_singular) {
      if (owner_seen_.empty()) owner_seen_.resize(impl_.owners.size());
      if (owner_seen_[action.index]) return;
      const Owner& owner = impl_.owners[action.index];
      const auto place =
          match_around(action.kind == Kind::owner ? owner.spelling : *owner.singular, text_, at);
      owner_seen_[action.index] = place && !is_order_by(text_, *place);
    } else if (action.kind == Kind::control) {
      if (!control_) control_ = is_control(impl_.controls[action.index].forms[action.form], at);
    } else {
      opens_.emplace_back(action.kind, at);
    }
  }

  bool is_control(const NameForm& form, std::size_t at) const {
    const auto place = match_around(form.spelling, text_, at);
    if (!place) return false;
    const CodeLine line = line_at(text_, at);
    if (is_comment(line.text)) return false;
    const bool mapped = !mapper_of(line, path_).empty();
    if (form.kind != Form::whole) return mapped;
    return mapped || is_quoted(text_, *place) || is_in_statement(text_, *place);
  }

  bool near(std::size_t target) const {
    const auto owner = impl_.owner_of[target];
    return owner && !owner_seen_.empty() && owner_seen_[*owner];
  }

  std::uint32_t line_number(std::size_t at) {
    if (at < counted_to_) counted_to_ = 0, lines_ = 0;
    const auto begin = text_.begin();
    lines_ +=
        static_cast<std::uint32_t>(std::count(begin + static_cast<std::ptrdiff_t>(counted_to_),
                                              begin + static_cast<std::ptrdiff_t>(at), '\n'));
    counted_to_ = at;
    return lines_ + 1;
  }

  Usage usage(std::size_t at, const CodeLine& line, Usage::How how, std::string_view mapper,
              bool is_near) {
    return {std::string(path_),
            line_number(at),
            std::string(line.text.substr(0, line_shown)),
            how,
            mapper,
            is_near};
  }

  void judge(const Hit& hit) {
    const CodeTarget& target = impl_.targets[hit.target];
    ObjectEvidence& evidence = evidence_[hit.target];
    const bool is_near = near(hit.target);
    const bool vague = target.sort == Sort::column && !target.distinct && !is_near;
    if (evidence.strong.count + evidence.weak.count >= (vague ? 1 : hits_of_file)) {
      if (hit.form == Form::whole)
        ++(evidence.strong.count > 0 ? evidence.strong : evidence.weak).count;
      return;
    }
    const CodeLine line = line_at(text_, hit.place.begin);
    if (is_comment(line.text) || is_ignored_column(text_, hit.place.begin)) return;
    const std::string_view mapper = mapper_of(line, path_);
    if (!counts(hit.form, line, mapper)) return;
    const Usage::How how = !mapper.empty()                     ? Usage::How::mapping
                           : is_in_statement(text_, hit.place) ? Usage::How::sql
                                                               : Usage::How::word;
    note(is_strong(hit, how, is_near) ? evidence.strong : evidence.weak,
         usage(hit.place.begin, line, how, mapper, is_near));
  }

  // Whether a form of a name that mappers make stands where they would make it.
  static bool counts(Form form, const CodeLine& line, std::string_view mapper) {
    switch (form) {
      case Form::whole:
        return true;
      case Form::singular:
        return is_declaration(line) || (!mapper.empty() && !is_relation(line));
      case Form::row:
        return is_relation(line);
      case Form::model:
        return is_declaration(line);
      case Form::joined:
        return is_many_to_many(line);
    }
    return true;
  }

  bool is_strong(const Hit& hit, Usage::How how, bool is_near) const {
    const CodeTarget& target = impl_.targets[hit.target];
    const bool said = how != Usage::How::word;  // in SQL or a mapping
    switch (target.sort) {
      case Sort::column:
        return said ? is_near || target.distinct : is_near && target.distinct;
      case Sort::label:
        return (is_exact(text_, hit.place, target.name) && is_quoted(text_, hit.place) &&
                (is_near || target.distinct)) ||
               (how == Usage::How::sql && is_near);
      default:
        if (hit.form == Form::model || hit.form == Form::joined) return false;
        return said || (is_exact(text_, hit.place, target.name) &&
                        (target.distinct || is_quoted(text_, hit.place)));
    }
  }

  // Rails reads all columns of a table when it starts, unless it is told to ignore one.
  bool is_record_of(const Owner& owner, std::size_t at) const {
    const std::string_view line = line_at(text_, at).text;
    const std::size_t name = line.find("class "), parent = line.find('<');
    if (name == std::string_view::npos || parent == std::string_view::npos || parent < name)
      return false;
    const std::string_view model = line.substr(name + 6, parent - name - 6);
    return contains(owner.singular ? *owner.singular : owner.spelling, model) ||
           (text_.find("table_name") != std::string_view::npos && contains(owner.spelling, text_));
  }
  bool ignores(const CodeTarget& target) const {
    constexpr std::string_view key = "ignored_columns";
    for (std::size_t at = text_.find(key); at != std::string_view::npos;
         at = text_.find(key, at + 1)) {
      const std::string_view list = text_.substr(at, 400);
      if (contains(target.forms.front().spelling, list.substr(0, list.find(']')))) return true;
    }
    return false;
  }

  void mark_open(std::size_t target, std::size_t at, Usage::How how) {
    const CodeLine line = line_at(text_, at);
    if (!is_comment(line.text))
      note(evidence_[target].open, usage(at, line, how, {}, near(target)));
  }

  void open(Kind kind, std::size_t at) {
    const auto statement =
        kind == Kind::keyword ? open_statement(text_, at) : std::optional<OpenStatement>();
    if (kind == Kind::keyword && !statement) return;
    const bool any_table = statement && statement->tables.empty();
    const Usage::How how = statement && statement->kind == OpenStatement::Kind::dynamic
                               ? Usage::How::dynamic
                               : Usage::How::star;
    std::vector<std::optional<bool>> is_of(impl_.owners.size());
    for (std::size_t i = 0; i < impl_.targets.size(); ++i) {
      const CodeTarget& target = impl_.targets[i];
      const auto owner = impl_.owner_of[i];
      if (target.sort == Sort::relation && any_table) mark_open(i, at, how);
      if (target.sort != Sort::column || !owner) continue;
      std::optional<bool>& of = is_of[*owner];
      if (!of)
        of = kind == Kind::record ? is_record_of(impl_.owners[*owner], at)
             : kind == Kind::reflection
                 ? near(i)
                 : any_table || contains(impl_.owners[*owner].spelling, statement->tables);
      if (*of && !(kind == Kind::record && ignores(target))) mark_open(i, at, how);
    }
  }

  const OldCodeSearch::Impl& impl_;
  std::string_view path_, text_;
  std::vector<Hit> hits_;
  std::vector<std::pair<Kind, std::size_t>> opens_;
  std::vector<char> owner_seen_;
  bool control_ = false;
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
  if (found == Standing::unused &&
      (release.programs == 0 || release.controls == 0U || !release.unsearched.empty()))
    return Standing::not_proven;
  return found;
}

bool is_searchable(const ObjectRef& object) { return !code_target(object).forms.empty(); }

OldCodeSearch::OldCodeSearch(std::span<const ObjectRef> objects,
                             std::span<const ObjectRef> controls) {
  auto impl = std::make_unique<Impl>();
  std::map<std::string, std::vector<Action>, std::less<>> words;
  std::map<std::string, std::size_t, std::less<>> owners;
  bool any_column = false, any_relation = false;
  impl->owner_of.resize(objects.size());
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const CodeTarget& target = impl->targets.emplace_back(code_target(objects[i]));
    any_column |= target.sort == Sort::column;
    any_relation |= target.sort == Sort::relation;
    for (std::size_t form = 0; form < target.forms.size(); ++form)
      words[target.forms[form].spelling.seed()].push_back({Kind::target, i, form});
    if (target.owner.empty()) continue;
    const auto [owner, added] = owners.try_emplace(target.owner, impl->owners.size());
    impl->owner_of[i] = owner->second;
    if (!added) continue;
    const Spelling name = spelling_of(target.owner);
    impl->owners.push_back({name, singular_of(name)});
    if (!name.words.empty() && name.seed().size() > 1)
      words[name.seed()].push_back({Kind::owner, owner->second});
    if (const auto& singular = impl->owners.back().singular;
        singular && singular->seed().size() > 1)
      words[singular->seed()].push_back({Kind::owner_singular, owner->second});
  }
  for (std::size_t i = 0; i < controls.size(); ++i) {
    const CodeTarget& control = impl->controls.emplace_back(code_target(controls[i]));
    for (std::size_t form = 0; form < control.forms.size(); ++form)
      if (control.forms[form].kind != Form::joined)
        words[control.forms[form].spelling.seed()].push_back({Kind::control, i, form});
  }
  if (any_column || any_relation)
    for (const char* keyword : {"select", "insert", "update", "returning"})
      words[keyword].push_back({Kind::keyword});
  if (any_column) {
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

OldCodeSearch::File OldCodeSearch::file(std::string_view path, std::string_view text) const {
  return FileSearch(*impl_, path, text).run();
}

void add(ObjectEvidence& to, const ObjectEvidence& file) {
  merge(to.strong, file.strong);
  merge(to.weak, file.weak);
  merge(to.open, file.open);
}

}  // namespace backout
