// Canonical names of types. The names are those format_type() of PostgreSQL 15 prints; the list is
// its pg_type.
#include "sql/type.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace backout::sql {
namespace {

struct Spelling {
  std::string_view spelling;
  std::string_view canonical;
};

// Sorted. Canonical names that are spelled otherwise in the grammar ("bigint") stand for
// themselves.
constexpr Spelling spellings[] = {
    {"\"any\"", "\"any\""},
    {"\"char\"", "\"char\""},
    {"aclitem", "aclitem"},
    {"any", "\"any\""},
    {"anyarray", "anyarray"},
    {"anycompatible", "anycompatible"},
    {"anycompatiblearray", "anycompatiblearray"},
    {"anycompatiblemultirange", "anycompatiblemultirange"},
    {"anycompatiblenonarray", "anycompatiblenonarray"},
    {"anycompatiblerange", "anycompatiblerange"},
    {"anyelement", "anyelement"},
    {"anyenum", "anyenum"},
    {"anymultirange", "anymultirange"},
    {"anynonarray", "anynonarray"},
    {"anyrange", "anyrange"},
    {"bigint", "bigint"},
    {"bit", "bit"},
    {"bit varying", "bit varying"},
    {"bool", "boolean"},
    {"boolean", "boolean"},
    {"box", "box"},
    {"bpchar", "character"},
    {"bytea", "bytea"},
    {"char", "\"char\""},  // the one-byte type; the keyword CHAR comes as bpchar
    {"character", "character"},
    {"character varying", "character varying"},
    {"cid", "cid"},
    {"cidr", "cidr"},
    {"circle", "circle"},
    {"cstring", "cstring"},
    {"date", "date"},
    {"datemultirange", "datemultirange"},
    {"daterange", "daterange"},
    {"double precision", "double precision"},
    {"event_trigger", "event_trigger"},
    {"fdw_handler", "fdw_handler"},
    {"float4", "real"},
    {"float8", "double precision"},
    {"gtsvector", "gtsvector"},
    {"index_am_handler", "index_am_handler"},
    {"inet", "inet"},
    {"int2", "smallint"},
    {"int2vector", "int2vector"},
    {"int4", "integer"},
    {"int4multirange", "int4multirange"},
    {"int4range", "int4range"},
    {"int8", "bigint"},
    {"int8multirange", "int8multirange"},
    {"int8range", "int8range"},
    {"integer", "integer"},
    {"internal", "internal"},
    {"interval", "interval"},
    {"json", "json"},
    {"jsonb", "jsonb"},
    {"jsonpath", "jsonpath"},
    {"language_handler", "language_handler"},
    {"line", "line"},
    {"lseg", "lseg"},
    {"macaddr", "macaddr"},
    {"macaddr8", "macaddr8"},
    {"money", "money"},
    {"name", "name"},
    {"numeric", "numeric"},
    {"nummultirange", "nummultirange"},
    {"numrange", "numrange"},
    {"oid", "oid"},
    {"oidvector", "oidvector"},
    {"path", "path"},
    {"pg_lsn", "pg_lsn"},
    {"pg_node_tree", "pg_node_tree"},
    {"pg_snapshot", "pg_snapshot"},
    {"point", "point"},
    {"polygon", "polygon"},
    {"real", "real"},
    {"record", "record"},
    {"refcursor", "refcursor"},
    {"regclass", "regclass"},
    {"regcollation", "regcollation"},
    {"regconfig", "regconfig"},
    {"regdictionary", "regdictionary"},
    {"regnamespace", "regnamespace"},
    {"regoper", "regoper"},
    {"regoperator", "regoperator"},
    {"regproc", "regproc"},
    {"regprocedure", "regprocedure"},
    {"regrole", "regrole"},
    {"regtype", "regtype"},
    {"smallint", "smallint"},
    {"table_am_handler", "table_am_handler"},
    {"text", "text"},
    {"tid", "tid"},
    {"time", "time without time zone"},
    {"time with time zone", "time with time zone"},
    {"time without time zone", "time without time zone"},
    {"timestamp", "timestamp without time zone"},
    {"timestamp with time zone", "timestamp with time zone"},
    {"timestamp without time zone", "timestamp without time zone"},
    {"timestamptz", "timestamp with time zone"},
    {"timetz", "time with time zone"},
    {"trigger", "trigger"},
    {"tsm_handler", "tsm_handler"},
    {"tsmultirange", "tsmultirange"},
    {"tsquery", "tsquery"},
    {"tsrange", "tsrange"},
    {"tstzmultirange", "tstzmultirange"},
    {"tstzrange", "tstzrange"},
    {"tsvector", "tsvector"},
    {"txid_snapshot", "txid_snapshot"},
    {"unknown", "unknown"},
    {"uuid", "uuid"},
    {"varbit", "bit varying"},
    {"varchar", "character varying"},
    {"void", "void"},
    {"xid", "xid"},
    {"xid8", "xid8"},
    {"xml", "xml"},
};
static_assert(std::is_sorted(std::begin(spellings), std::end(spellings),
                             [](const Spelling& a, const Spelling& b) {
                               return a.spelling < b.spelling;
                             }));

}  // namespace

std::string_view builtin_type(std::string_view spelling) {
  constexpr std::string_view catalog_schema = "pg_catalog.";
  if (spelling.starts_with(catalog_schema)) spelling.remove_prefix(catalog_schema.size());
  const auto* const found = std::lower_bound(
      std::begin(spellings), std::end(spellings), spelling,
      [](const Spelling& entry, std::string_view wanted) { return entry.spelling < wanted; });
  return found != std::end(spellings) && found->spelling == spelling ? found->canonical
                                                                     : std::string_view{};
}

bool is_text_like(const Type& type) {
  if (!type.name.schema.empty()) return false;
  const std::string_view name = type.name.name;
  return name == "text" || name == "character varying" || name == "character" || name == "name";
}

bool is_numeric(const Type& type) {
  if (!type.name.schema.empty()) return false;
  const std::string_view name = type.name.name;
  return name == "integer" || name == "bigint" || name == "smallint" || name == "numeric" ||
         name == "real" || name == "double precision";
}

std::string to_string(const Type& type) {
  std::string text = to_string(type.name);
  if (type.modifiers.empty()) {
    if (text == "character" && type.name.schema.empty()) text = "bpchar";
  } else {
    std::string modifiers = "(";
    for (const std::int32_t modifier : type.modifiers) {
      if (modifiers.size() > 1) modifiers += ',';
      modifiers += std::to_string(modifier);
    }
    modifiers += ')';
    // timestamp(3) with time zone: the precision belongs to the first word
    const bool time =
        type.name.schema.empty() && (text.starts_with("time ") || text.starts_with("timestamp "));
    text.insert(time ? text.find(' ') : text.size(), modifiers);
  }
  if (type.dimensions != 0) text += "[]";
  return text;
}

}  // namespace backout::sql
