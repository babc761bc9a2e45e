// Reads changelogs: XML by scanning tags, YAML and JSON as trees. Only what leads to SQL files is
// kept; other changes are counted, not judged.
#include <fmt/format.h>

#include <algorithm>

#include "sql/framework/liquibase.h"
#include "yaml/parse.h"

namespace backout::sql::framework {
namespace {

using Kind = ChangelogItem::Kind;
using yaml::Node;

bool is_true(std::string_view text) { return equal_ignoring_case(text, "true"); }

// Children of a change set that change nothing.
bool is_quiet(std::string_view tag) {
  constexpr std::string_view quiet[] = {"comment",     "preConditions", "validCheckSum",
                                        "tagDatabase", "empty",         "output"};
  return std::find(std::begin(quiet), std::end(quiet), tag) != std::end(quiet);
}

void set_attribute(ChangeSet& set, std::string_view name, std::string value) {
  if (name == "id")
    set.id = std::move(value);
  else if (name == "author")
    set.author = std::move(value);
  else if (name == "dbms")
    set.dbms = std::move(value);
  else if (name == "runInTransaction")
    set.in_transaction = !equal_ignoring_case(value, "false");
  else if (name == "runOnChange" || name == "runAlways")
    set.again = set.again || is_true(value);
  else if (name == "ignore")
    set.ignored = is_true(value);
}

void set_attribute(ChangelogItem& item, std::string_view name, std::string value) {
  if (name == "file" || name == "path")
    item.path = std::move(value);
  else if (name == "relativeToChangelogFile")
    item.relative = is_true(value);
  else if (name == "splitStatements")
    item.set.split = !equal_ignoring_case(value, "false");
  else if (name == "dbms" && item.kind == Kind::sql_file && !value.empty())
    item.set.dbms = std::move(value);
}

// ---- XML

struct Tag {
  std::string_view name;  // without namespace prefix
  bool closing = false;   // </x>
  bool empty = false;     // <x/>
  std::vector<std::pair<std::string_view, std::string>> attributes;
};

std::string decoded(std::string_view raw) {
  std::string text;
  for (std::size_t at = 0; at < raw.size();) {
    struct Entity {
      std::string_view written, meant;
    };
    bool found = false;
    for (const Entity& entity :
         {Entity{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}}) {
      if (!raw.substr(at).starts_with(entity.written)) continue;
      text += entity.meant;
      at += entity.written.size();
      found = true;
      break;
    }
    if (!found) text += raw[at++];
  }
  return text;
}

// The next tag from `at`; comments, CDATA and instructions are stepped over. False at the end.
bool next_tag(std::string_view text, std::size_t& at, Tag& tag) {
  constexpr std::string_view blanks = " \t\r\n";
  while (true) {
    at = text.find('<', at);
    if (at == std::string_view::npos) return false;
    const std::string_view rest = text.substr(at);
    std::string_view end;
    if (rest.starts_with("<!--"))
      end = "-->";
    else if (rest.starts_with("<![CDATA["))
      end = "]]>";
    else if (rest.starts_with("<?"))
      end = "?>";
    else if (rest.starts_with("<!"))
      end = ">";
    if (end.empty()) break;
    const std::size_t found = text.find(end, at);
    if (found == std::string_view::npos) return false;
    at = found + end.size();
  }
  tag = {};
  ++at;
  if (at < text.size() && text[at] == '/') {
    tag.closing = true;
    ++at;
  }
  const std::size_t name_end = std::min(text.find_first_of(" \t\r\n/>", at), text.size());
  tag.name = text.substr(at, name_end - at);
  if (const std::size_t colon = tag.name.find(':'); colon != std::string_view::npos)
    tag.name.remove_prefix(colon + 1);
  at = name_end;
  while (true) {
    at = text.find_first_not_of(blanks, at);
    if (at == std::string_view::npos) return false;
    if (text[at] == '>') {
      ++at;
      return true;
    }
    if (text[at] == '/') {
      tag.empty = true;
      ++at;
      continue;
    }
    const std::size_t equals = text.find_first_of("=>", at);
    if (equals == std::string_view::npos || text[equals] == '>') {
      at = equals;
      if (at == std::string_view::npos) return false;
      continue;
    }
    const std::string_view name = trim(text.substr(at, equals - at));
    const std::size_t quote = text.find_first_not_of(blanks, equals + 1);
    if (quote == std::string_view::npos || (text[quote] != '"' && text[quote] != '\''))
      return false;
    const std::size_t end = text.find(text[quote], quote + 1);
    if (end == std::string_view::npos) return false;
    tag.attributes.emplace_back(name, decoded(text.substr(quote + 1, end - quote - 1)));
    at = end + 1;
  }
}

std::vector<ChangelogItem> read_xml(std::string_view text) {
  std::vector<ChangelogItem> items;
  ChangeSet set;
  std::size_t depth = 0;       // below the change set's element; 0: outside of one
  std::size_t rollback = 0;    // depth of the rollback we are in
  std::size_t set_begins = 0;  // first item of this change set
  Tag tag;
  for (std::size_t at = 0; next_tag(text, at, tag);) {
    if (tag.closing) {
      if (depth > 0 && --depth == 0) rollback = 0;
      if (rollback > depth) rollback = 0;
      continue;
    }
    const bool in_set = depth > 0;
    if (tag.name == "changeSet" && !in_set) {
      set = {};
      for (auto& [name, value] : tag.attributes) set_attribute(set, name, std::move(value));
      set_begins = items.size();
      depth = tag.empty ? 0 : 1;
      continue;
    }
    if (tag.name == "include" || tag.name == "includeAll" || (in_set && tag.name == "sqlFile")) {
      ChangelogItem item{tag.name == "include"   ? Kind::include
                         : tag.name == "sqlFile" ? Kind::sql_file
                                                 : Kind::include_all,
                         {},
                         false,
                         set,
                         {}};
      for (auto& [name, value] : tag.attributes) set_attribute(item, name, std::move(value));
      if (rollback == 0) {
        items.push_back(std::move(item));
      } else if (items.size() > set_begins) {
        items.back().rollback = item.path;
      }
    } else if (in_set && tag.name == "rollback") {
      if (!tag.empty) rollback = depth + 1;
    } else if (depth == 1 && !is_quiet(tag.name)) {
      items.push_back({Kind::other, {}, false, set, {}});
    }
    if (in_set && !tag.empty) ++depth;
  }
  return items;
}

// ---- YAML, JSON

void take_attributes(const Node& node, auto& target) {
  for (const yaml::Entry& entry : node.entries) {
    if (entry.value.kind == yaml::Kind::scalar)
      set_attribute(target, entry.key.text, std::string(entry.value.text));
  }
}

void read_change_set(const Node& node, std::vector<ChangelogItem>& items) {
  ChangeSet set;
  take_attributes(node, set);
  const std::size_t begins = items.size();
  if (const Node* const changes = node.find("changes")) {
    for (const Node& change : changes->items) {
      for (const yaml::Entry& entry : change.entries) {
        if (entry.key.text == "sqlFile") {
          ChangelogItem item{Kind::sql_file, {}, false, set, {}};
          take_attributes(entry.value, item);
          items.push_back(std::move(item));
        } else if (!is_quiet(entry.key.text)) {
          items.push_back({Kind::other, {}, false, set, {}});
        }
      }
    }
  }
  const Node* const rollback = node.find("rollback");
  if (rollback == nullptr || items.size() == begins) return;
  for (const Node& change : rollback->items) {
    const Node* const file = change.find("sqlFile");
    const Node* const path = file == nullptr ? nullptr : file->find("path");
    if (path != nullptr) items.back().rollback = path->text;
  }
}

std::vector<ChangelogItem> read_tree(std::string_view path, std::string_view text,
                                     std::string& defect) {
  std::vector<ChangelogItem> items;
  const auto document = yaml::parse_document(text, path);
  if (!document) {
    defect = document.error().message;
    return items;
  }
  const Node* const log = document->root.find("databaseChangeLog");
  if (log == nullptr) return items;
  for (const Node& element : log->items) {
    for (const yaml::Entry& entry : element.entries) {
      if (entry.key.text == "changeSet") {
        read_change_set(entry.value, items);
      } else if (entry.key.text == "include" || entry.key.text == "includeAll") {
        ChangelogItem item{
            entry.key.text == "include" ? Kind::include : Kind::include_all, {}, false, {}, {}};
        take_attributes(entry.value, item);
        items.push_back(std::move(item));
      }
    }
  }
  return items;
}

}  // namespace

std::vector<ChangelogItem> read_changelog(std::string_view path, std::string_view text,
                                          std::string& defect) {
  if (text.find("databaseChangeLog") == std::string_view::npos) return {};
  return path.ends_with(".xml") ? read_xml(text) : read_tree(path, text, defect);
}

}  // namespace backout::sql::framework
