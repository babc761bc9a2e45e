// Sequences, alone and behind serial and identity columns.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>

#include "sql/catalog_editor.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

std::int64_t largest(std::string_view type) {
  if (type == "smallint") return std::numeric_limits<std::int16_t>::max();
  if (type == "integer") return std::numeric_limits<std::int32_t>::max();
  return std::numeric_limits<std::int64_t>::max();
}

std::int64_t smallest(std::string_view type) { return -largest(type) - 1; }

std::int64_t default_max(const Sequence& s) { return s.increment < 0 ? -1 : largest(s.type); }
std::int64_t default_min(const Sequence& s) { return s.increment < 0 ? smallest(s.type) : 1; }

}  // namespace

std::string Editor::serial_type(const Type& type) {
  const std::string& name = type.name.name;
  return name == "smallint" || name == "integer" ? name : "bigint";
}

Sequence& Editor::create_sequence(const QualifiedName& name, const SequenceOptions& options) {
  const std::string key = qualified(name);
  Sequence made;
  if (const Sequence* named = c.sequences.find(key)) made.id = named->id;  // known by name only
  if (made.id == 0) made.id = settle_in(ObjectKind::sequence, key);
  made.name = name;
  made.type = options.type.value_or("bigint");
  made.increment = options.increment.value_or(1);
  made.min = options.min.value_or(default_min(made));
  made.max = options.max.value_or(default_max(made));
  made.start = options.start.value_or(made.increment < 0 ? made.max : made.min);
  made.cycle = options.cycle.value_or(false);
  made.owner = c.role_;
  apply_default_grants(ObjectKind::sequence, name.schema, made.grants);
  touch(made.id, Aspect::existence);
  return c.sequences.put(key, std::move(made));
}

void Editor::apply_options(Sequence& s, const SequenceOptions& options) {
  if (options.type && *options.type != s.type) {
    // Bounds that are the old type's own follow to the new type (init_params).
    const bool reset_max = s.max == largest(s.type);
    const bool reset_min = s.min == smallest(s.type);
    s.type = *options.type;
    if (reset_max) s.max = largest(s.type);
    if (reset_min) s.min = smallest(s.type);
  }
  if (options.increment) s.increment = *options.increment;
  if (options.no_max) s.max = default_max(s);
  if (options.no_min) s.min = default_min(s);
  if (options.max) s.max = *options.max;
  if (options.min) s.min = *options.min;
  if (options.start) s.start = *options.start;
  if (options.cycle) s.cycle = *options.cycle;
  if (options.restart) s.restarted = *options.restart;
  if (options.restart_plain) s.restarted = s.start;
  touch(s.id, Aspect::sequence);
}

void Editor::own_sequence(Sequence& s, const Table& t, Id column_id) {
  s.owner_table = t.id;
  s.owner_column = column_id;
  depend(s.id, t.id);
  touch(s.id, Aspect::sequence);
}

std::string Editor::column_sequence(Table& t, const Column& col, const SequenceOptions& options,
                                    bool identity) {
  SequenceOptions typed = options;
  if (!typed.type) typed.type = serial_type(col.type);
  const std::string name = choose_relation_name(t.name.schema, t.name.name, col.name, "seq", false);
  Sequence& s = create_sequence({t.name.schema, name}, typed);
  s.identity = identity;
  own_sequence(s, t, col.id);
  depend(t.id, s.id);
  if (t.temporary) c.temporary_.push_back(qualified(s.name));
  return qualified(s.name);
}

std::string Editor::identity_sequence(const Table& t, Id column_id) {
  for (const Id user : users(t.id)) {
    const Catalog::Home* at = home(user);
    if (!at || at->kind != ObjectKind::sequence) continue;
    const Sequence* s = c.sequences.find(at->key);
    if (s && s->identity && s->owner_table == t.id && s->owner_column == column_id) return at->key;
  }
  return {};
}

void Editor::operator()(const CreateSequence& op) {
  const QualifiedName name{creation_schema(op.name, op.temporary), op.name.name};
  const std::string key = qualified(name);
  const Sequence* named = c.sequences.find(key);
  if (c.relation_exists(key) && !(named && !named->known)) {
    outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
    return;
  }
  const Sequence& s = create_sequence(name, op.options);
  if (name.schema == "pg_temp") c.temporary_.push_back(key);
  set_sequence_owner(s.id, op.options);
}

void Editor::set_sequence_owner(Id id, const SequenceOptions& options) {
  if (!options.owned_by || options.owned_by->empty()) return;
  const std::vector<std::string>& parts = *options.owned_by;
  const Catalog::Home* at = home(id);
  if (!at) return;
  const std::string key = at->key;
  if (parts.size() == 1) {  // OWNED BY NONE
    Sequence& s = c.sequences.edit(key);
    s.owner_table = s.owner_column = 0;
    touch(id, Aspect::sequence);
    return;
  }
  QualifiedName name{parts.size() > 2 ? parts[parts.size() - 3] : std::string(),
                     parts[parts.size() - 2]};
  Table* t = table(name);
  if (!t) return;
  if (const Column* col = column(*t, parts.back()))
    own_sequence(c.sequences.edit(key), *t, col->id);
}

void Editor::operator()(const AlterSequence& op) {
  Sequence* s = sequence(op.name, op.if_exists);
  if (!s) return;
  apply_options(*s, op.options);
  set_sequence_owner(s->id, op.options);
}

Sequence* Editor::sequence(const QualifiedName& name, bool if_exists) {
  const std::string key = c.resolve_relation(name);
  if (c.sequences.find(key)) return &c.sequences.edit(key);
  if (c.relation_exists(key) || c.sequences.find_before(key)) {
    outcome = if_exists && !c.relation_exists(key) ? Outcome::no_op : Outcome::conflict;
    return nullptr;
  }
  if (!assume_missing(if_exists)) return nullptr;
  const QualifiedName full{std::string(schema_of(key)), name.name};
  const Id id = settle_in(ObjectKind::sequence, key);
  c.sequences.assume(key, [&](Sequence& s) {
    s.id = id;
    s.known = false;
    s.name = full;
  });
  return &c.sequences.edit(key);
}

void Editor::operator()(const SetIdentity& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  Column* col = column(*t, op.column);
  if (!col) return;
  if (op.add) {
    if (col->known && (col->identity != Identity::no || col->default_value)) {
      outcome = Outcome::conflict;
      return;
    }
    col->identity = op.identity;
    column_sequence(*t, *col, op.options, true);
  } else {
    if (op.identity != Identity::no) col->identity = op.identity;
    const std::string key = identity_sequence(*t, col->id);
    if (!key.empty()) apply_options(c.sequences.edit(key), op.options);
  }
  touch(col->id, Aspect::identity);
}

void Editor::operator()(const DropIdentity& op) {
  Table* t = table(op.table, op.if_exists);
  if (!t) return;
  Column* col = column(*t, op.column);
  if (!col) return;
  if (col->known && col->identity == Identity::no) {
    outcome = op.missing_ok ? Outcome::no_op : Outcome::conflict;
    return;
  }
  if (!col->known && !op.missing_ok)  // then it had one
    c.tables.amend_before(key_of(*t), [&](Table& before) {
      const auto was = std::find_if(before.columns.begin(), before.columns.end(),
                                    [&](const auto& held) { return held->id == col->id; });
      if (was == before.columns.end()) return;
      auto copy = std::make_shared<Column>(**was);
      copy->identity = Identity::by_default;
      copy->not_null = col->not_null = true;
      *was = std::move(copy);
    });
  const std::string key = identity_sequence(*t, col->id);
  col->identity = Identity::no;
  touch(col->id, Aspect::identity);
  if (!key.empty()) drop_sequence(key, true);
}

}  // namespace backout::sql
