// Built-in functions on lists and objects.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "expr/runner.h"
#include "expr/sorted.h"
#include "expr/unicode.h"

namespace backout::expr {
namespace {

bool is_list(Runner& runner, std::string_view name, const Value& value) {
  if (value.kind == Kind::list) return true;
  runner.fail(fmt::format("`{}` needs a list, not {}", name, describe(value)));
  return false;
}

Value length(Runner& runner, Arguments a) {
  const Value& value = a[0];
  if (value.kind == Kind::list)
    return integer(static_cast<std::int64_t>(value.list().items.size()));
  if (value.kind == Kind::object && !is_struct(value.object().shape))
    return integer(static_cast<std::int64_t>(value.object().entries.size()));
  if (value.kind == Kind::text || value.kind == Kind::status) {  // 1.15 counts bytes
    if (!runner.take_steps(value.text().size() / 64)) return {};
    return integer(static_cast<std::int64_t>(runner.is_modern() ? rune_count(value.text())
                                                                : value.text().size()));
  }
  return runner.fail(fmt::format("{} has no length", describe(value)));
}

// What cannot be fetched is nil. 1.17's get() does not forgive an index of a wrong type.
Value fetched(Runner& runner, const Value& from, const Value& index, bool forgiving) {
  if (from.kind == Kind::list || from.kind == Kind::text) {
    if (!index.is_number())
      return forgiving ? Value{} : runner.fail(fmt::format("{} is no integer", describe(index)));
    const auto size = static_cast<std::int64_t>(from.kind == Kind::list ? from.list().items.size()
                                                                        : from.text().size());
    std::int64_t at = runner.to_integer(index);
    if (at < 0) at += size;
    if (at < 0 || at >= size) return {};
    return runner.fetch(from, integer(at));
  }
  if (from.kind != Kind::object) return {};
  const Object& content = from.object();
  const bool text_keys = content.shape != Shape::any && content.shape != Shape::groups;
  if (text_keys && index.kind != Kind::text &&
      (index.kind != Kind::nil || is_struct(content.shape)))
    return forgiving
               ? Value{}
               : runner.fail(fmt::format("{} cannot be the key of an object", describe(index)));
  if (is_struct(content.shape) && !content.find(index.text())) return {};
  return runner.fetch(from, index);
}

Value first(Runner& runner, Arguments a) { return fetched(runner, a[0], integer(0), true); }
Value last(Runner& runner, Arguments a) { return fetched(runner, a[0], integer(-1), true); }
Value get(Runner& runner, Arguments a) { return fetched(runner, a[0], a[1], !runner.is_modern()); }

Value take(Runner& runner, Arguments a) {
  if (!is_list(runner, "take", a[0])) return {};
  if (a[1].kind != Kind::integer && a[1].kind != Kind::integer64)
    return runner.fail(fmt::format("`take` needs an integer, not {}", describe(a[1])));
  const std::vector<Value>& items = a[0].list().items;
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t count = std::min(a[1].integer(), size);
  if (count < 0) return runner.fail("`take` needs a count of 0 or more");
  if (!runner.take_steps(static_cast<std::uint64_t>(count) / 16)) return {};
  return list({items.begin(), items.begin() + count}, a[0].list().elements);
}

// Go goes through maps in any order; here it is that of the keys.
template <class Make>
Value of_entries(Runner& runner, std::string_view name, const Value& value, Make make,
                 Elements elements = Elements::any) {
  if (value.kind != Kind::object || is_struct(value.object().shape))
    return runner.fail(fmt::format("`{}` needs an object, not {}", name, describe(value)));
  std::vector<Value> items;
  for (const Entry& entry : value.object().entries) items.push_back(make(entry));
  return list(std::move(items), elements);
}

Value keys(Runner& runner, Arguments a) {
  return of_entries(runner, "keys", a[0], [](const Entry& entry) { return entry.key; });
}
Value values(Runner& runner, Arguments a) {
  return of_entries(runner, "values", a[0], [](const Entry& entry) { return entry.value; });
}
Value to_pairs(Runner& runner, Arguments a) {
  return of_entries(
      runner, "toPairs", a[0], [](const Entry& entry) { return pair(entry.key, entry.value); },
      Elements::pair);
}

Value from_pairs(Runner& runner, Arguments a) {
  if (!is_list(runner, "fromPairs", a[0])) return {};
  std::vector<Entry> entries;
  for (const Value& item : a[0].list().items) {
    if (item.kind != Kind::list || item.list().items.size() != 2)
      return runner.fail(fmt::format("{} is no pair", describe(item)));
    const Value& key = item.list().items[0];
    if (key.kind == Kind::list || key.kind == Kind::object)
      return runner.fail(fmt::format("{} cannot be a key", describe(key)));
    const auto same = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
      return entry.key.kind == key.kind && runner.equals(entry.key, key);
    });
    if (runner.failed()) return {};
    if (same == entries.end())
      entries.push_back({key, item.list().items[1]});
    else
      same->value = item.list().items[1];
  }
  return object(std::move(entries), Shape::any);
}

Value reverse(Runner& runner, Arguments a) {
  if (!is_list(runner, "reverse", a[0])) return {};
  const std::vector<Value>& items = a[0].list().items;
  if (!runner.take_memory(items.size())) return {};
  return list({items.rbegin(), items.rend()});
}

Value uniq(Runner& runner, Arguments a) {
  if (!is_list(runner, "uniq", a[0])) return {};
  std::vector<Value> kept;
  for (const Value& item : a[0].list().items) {
    const bool known = std::any_of(kept.begin(), kept.end(),
                                   [&](const Value& value) { return runner.equals(item, value); });
    if (runner.failed()) return {};
    if (!known) kept.push_back(item);
  }
  return list(std::move(kept));
}

Value concat(Runner& runner, Arguments a) {
  std::vector<Value> items;
  for (const Value& argument : a) {
    if (!is_list(runner, "concat", argument)) return {};
    const std::vector<Value>& more = argument.list().items;
    if (!runner.take_memory(more.size())) return {};
    items.insert(items.end(), more.begin(), more.end());
  }
  return list(std::move(items));
}

void append_flat(Runner& runner, const Value& value, std::vector<Value>& items) {
  for (const Value& item : value.list().items) {
    if (!runner.take_steps(1)) return;
    if (item.kind == Kind::list)
      append_flat(runner, item, items);
    else
      items.push_back(item);
  }
}

Value flatten(Runner& runner, Arguments a) {
  if (!is_list(runner, "flatten", a[0])) return {};
  std::vector<Value> items;
  append_flat(runner, a[0], items);
  if (runner.failed() || !runner.take_memory(items.size())) return {};
  return list(std::move(items));
}

// True for "desc". Fails for anything but that and "asc".
bool is_descending(Runner& runner, Arguments a, std::size_t at) {
  if (a.size() <= at) return false;
  const bool known = a[at].kind == Kind::text && (a[at].text() == "asc" || a[at].text() == "desc");
  if (!known) runner.fail("the order must be \"asc\" or \"desc\"");
  return known && a[at].text() == "desc";
}

// 1.15 sorts integers and texts only, all of one type.
Value sort_old(Runner& runner, const Value& value, const std::vector<Value>& sort_keys,
               bool descending) {
  for (std::size_t i = 0; i < sort_keys.size(); ++i) {
    const Value& key = sort_keys[i];
    if (key.kind == Kind::nil && (i > 0 || value.list().items[i].kind == Kind::nil))
      return runner.fail("a list with nil in it cannot be sorted");
    if (i > 0 && key.kind != sort_keys[0].kind)
      return runner.fail("a list of different types cannot be sorted");
    if (sort_keys.size() > 1 && !key.is_integer() && key.kind != Kind::text)
      return runner.fail(fmt::format("{} cannot be sorted by, in this version", describe(key)));
  }
  return list(sorted(runner, value.list().items, sort_keys, descending));
}

Value sort(Runner& runner, Arguments a) {
  if (!is_list(runner, "sort", a[0])) return {};
  const bool descending = is_descending(runner, a, 1);
  if (runner.failed()) return {};
  const List& content = a[0].list();
  if (!runner.is_modern()) return sort_old(runner, a[0], content.items, descending);
  const bool known = !content.array && content.elements <= Elements::text;
  if (!known) return list({});  // the engine forgets the elements of other lists
  if (!runner.take_memory(content.items.size())) return {};
  return list(sorted(runner, content.items, content.items, descending));
}

// Of 1.15: by a field of objects.
Value sort_by(Runner& runner, Arguments a) {
  if (!is_list(runner, "sortBy", a[0])) return {};
  if (a[1].kind != Kind::text) return runner.fail("`sortBy` needs the name of a field");
  const bool descending = is_descending(runner, a, 2);
  if (runner.failed()) return {};
  std::vector<Value> sort_keys;
  for (const Value& item : a[0].list().items) {
    const Value* const field = item.kind == Kind::object ? item.object().find(a[1].text()) : &item;
    sort_keys.push_back(field ? *field : Value{});
  }
  return sort_old(runner, a[0], sort_keys, descending);
}

struct Row {
  std::string_view name;
  PlainFunction function;
};
constexpr Row table[] = {
    {"concat", concat},    {"first", first}, {"flatten", flatten}, {"fromPairs", from_pairs},
    {"get", get},          {"keys", keys},   {"last", last},       {"len", length},
    {"reverse", reverse},  {"sort", sort},   {"sortBy", sort_by},  {"take", take},
    {"toPairs", to_pairs}, {"uniq", uniq},   {"values", values}};

}  // namespace

PlainFunction list_function(std::string_view name) {
  for (const Row& row : table)
    if (row.name == name) return row.function;
  return nullptr;
}

}  // namespace backout::expr
