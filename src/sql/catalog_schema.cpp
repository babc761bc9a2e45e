// Schemas, extensions, objects known by name alone, and the settings that decide what a name means.
#include <algorithm>
#include <array>

#include "sql/catalog_editor.h"
#include "sql/catalog_extension.h"
#include "sql/catalog_names.h"

namespace backout::sql {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> citext{"citext"};
constexpr std::array<std::string_view, 2> cube{"cube", "seg"};
constexpr std::array<std::string_view, 1> hstore{"hstore"};
constexpr std::array<std::string_view, 1> intarray{"query_int"};
constexpr std::array<std::string_view, 8> isn{"ean13",  "isbn", "isbn13", "ismn",
                                              "ismn13", "issn", "issn13", "upc"};
constexpr std::array<std::string_view, 3> ltree{"lquery", "ltree", "ltxtquery"};
constexpr std::array<std::string_view, 6> postgis{"box2d",     "box2df",   "box3d",
                                                  "geography", "geometry", "gidx"};
constexpr std::array<std::string_view, 1> raster{"raster"};
constexpr std::array<std::string_view, 3> vector{"halfvec", "sparsevec", "vector"};

struct Bundle {
  std::string_view extension;
  Names types;
};
constexpr std::array<Bundle, 10> bundles{{
    {"citext", citext},
    {"cube", Names(cube).first(1)},
    {"hstore", hstore},
    {"intarray", intarray},
    {"isn", isn},
    {"ltree", ltree},
    {"postgis", postgis},
    {"postgis_raster", raster},
    {"seg", Names(cube).last(1)},
    {"vector", vector},
}};

}  // namespace

Names types_of_extension(std::string_view extension) {
  for (const Bundle& bundle : bundles) {
    if (bundle.extension == extension) return bundle.types;
  }
  return {};
}

bool extension_of_type(std::string_view type) {
  return std::any_of(bundles.begin(), bundles.end(), [type](const Bundle& bundle) {
    return std::find(bundle.types.begin(), bundle.types.end(), type) != bundle.types.end();
  });
}

void Editor::operator()(const CreateSchema& op) {
  const SchemaObject* named = c.schemas.find(op.name);
  if (named && named->known) {
    outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
    return;
  }
  SchemaObject made;
  if (named) made = *named;
  made.known = true;
  made.name = op.name;
  made.owner = op.owner.empty() ? c.role_ : op.owner;
  made.id = settle_in(ObjectKind::schema, op.name, made.id);
  apply_default_grants(ObjectKind::schema, {}, made.grants);
  touch(made.id, Aspect::existence);
  c.schemas.put(op.name, std::move(made));
}

void Editor::operator()(const CreateExtension& op) {
  if (c.extensions.find(op.name)) {
    outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
    return;
  }
  Extension made;
  made.name = op.name;
  made.schema = creation_schema({op.schema, {}});
  made.id = settle_in(ObjectKind::extension, op.name);
  if (const SchemaObject* s = c.schemas.find(made.schema)) depend(made.id, s->id);
  touch(made.id, Aspect::existence);
  const QualifiedName place{made.schema, {}};
  const Id extension = made.id;
  c.extensions.put(op.name, std::move(made));
  for (const std::string_view name : types_of_extension(op.name)) {
    UserType type;
    type.kind = UserType::Kind::base;
    const Outcome before = outcome;
    if (const UserType* t = define_type({place.schema, std::string(name)}, std::move(type)))
      depend(t->id, extension);
    outcome = before;
  }
}

void Editor::operator()(const AlterExtension& op) {
  const Extension* named = c.extensions.find(op.name);
  if (!named) {
    if (cause_.conditional) {
      outcome = Outcome::no_op;
      return;
    }
    const Id id = settle_in(ObjectKind::extension, op.name);
    c.extensions.assume(op.name, [&](Extension& made) {
      made.id = id;
      made.name = op.name;
    });
  }
  Extension& extension = c.extensions.edit(op.name);
  if (op.what.starts_with("update")) extension.version_note = op.what;
  touch(extension.id, Aspect::definition);
}

std::string Editor::other_key(ObjectKind kind, const QualifiedName& name, const std::string& part) {
  std::string key(to_string(kind));
  key.append(" ").append(to_string(name));
  if (!part.empty()) key.append(name.name.empty() ? "" : " ").append(part);
  return key;
}

void Editor::operator()(const CreateOther& op) {
  const bool aggregate = op.kind == ObjectKind::aggregate;
  const std::string key = aggregate
                              ? other_key(op.kind, {creation_schema(op.name), op.name.name}, {})
                              : other_key(op.kind, op.name, op.part);
  if (const OtherObject* there = c.others.find(key)) {
    if (op.or_replace)
      touch(there->id, Aspect::definition);
    else
      outcome = op.if_not_exists ? Outcome::no_op : Outcome::conflict;
    return;
  }
  OtherObject made;
  made.id = settle_in(ObjectKind::other, key);
  made.kind = op.kind;
  made.name = key.substr(to_string(op.kind).size() + 1);
  touch(made.id, Aspect::existence);
  c.others.put(key, std::move(made));
}

// ---------------------------------------------------------------- settings

void Editor::operator()(const SetVariable& op) {
  const bool everything = op.reset && (op.name.empty() || op.name == "all");
  if (op.name == "role" || op.name == "session_authorization" ||
      op.name == "session authorization") {
    const bool own_role = op.reset || op.value == "none" || op.value == "default";
    c.role_ = own_role ? std::string() : op.value;
    return;
  }
  if (op.name != "search_path" && !everything) return;
  if (op.local && !c.path_before_local_) c.path_before_local_ = c.search_path_;
  if (op.reset || everything) {
    c.search_path_ = {"$user", "public"};
    return;
  }
  c.search_path_ = op.values;
  if (op.values.empty() && !op.value.empty()) c.search_path_ = {op.value};
  std::erase(c.search_path_, "");
}

void Editor::operator()(const TransactionControl& op) {
  using Kind = TransactionControl::Kind;
  if (op.kind != Kind::commit && op.kind != Kind::rollback) return;
  if (!c.path_before_local_) return;
  c.search_path_ = *c.path_before_local_;
  c.path_before_local_.reset();
}

}  // namespace backout::sql
