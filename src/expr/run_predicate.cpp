// Functions that apply a predicate to the elements of a list.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "expr/runner.h"
#include "expr/sorted.h"

namespace backout::expr {

std::int64_t Runner::begin(NodeId collection) {
  Value value = followed(eval(collection));
  if (failed()) return -1;
  std::size_t size = 0;
  if (value.kind == Kind::list) {
    size = value.list().items.size();
  } else if (value.kind == Kind::text) {
    size = value.text().size();
  } else if (value.kind == Kind::object && !is_struct(value.object().shape)) {
    size = value.object().entries.size();  // an error as soon as one is looked at
  } else {
    fail(fmt::format("the elements of {} cannot be looked at", describe(value)));
    return -1;
  }
  scopes_.push_back({std::move(value), 0, {}});
  return static_cast<std::int64_t>(size);
}

Value Runner::element() {
  const Scope& scope = scopes_.back();
  if (scope.collection.kind == Kind::object) return fail("an object has no elements in a row");
  return fetch(scope.collection, integer(static_cast<std::int64_t>(scope.index)));
}

bool Runner::truth(NodeId predicate) {
  const Value value = followed(eval(predicate));
  if (failed()) return false;
  if (value.kind == Kind::boolean) return value.boolean();
  fail(fmt::format("a predicate must give a boolean, not {}", describe(value)));
  return false;
}

Value Runner::predicate_function(const Node& node) {
  const std::string& name = node.text;
  if (name == "groupBy") return group_by(node);
  if (name == "sortBy") return sort_by(node);
  if (name == "reduce") return reduce(node);
  const std::int64_t size = begin(node.children[0]);
  if (failed()) return {};
  const NodeId predicate = node.children.size() > 1 ? node.children[1] : no_node;
  // Without a predicate the elements themselves count.
  const auto holds = [&] {
    if (predicate != no_node) return truth(predicate);
    const Value value = element();
    if (!failed() && value.kind != Kind::boolean)
      fail(fmt::format("`{}` needs booleans, not {}", name, describe(value)));
    return !failed() && value.boolean();
  };
  const bool backwards = name == "findLast" || name == "findLastIndex";
  const bool finds = backwards || name == "find" || name == "findIndex";
  Value total = integer(0);
  std::vector<Value> items;
  std::int64_t count = 0;
  std::optional<Value> answer;
  for (std::int64_t step = 0; step < size && !answer && !failed(); ++step) {
    scopes_.back().index = static_cast<std::size_t>(backwards ? size - 1 - step : step);
    if (name == "map") {
      items.push_back(eval(predicate));
      continue;
    }
    if (name == "sum") {
      const Value value = predicate != no_node ? eval(predicate) : element();
      if (failed()) break;
      const auto sum = arithmetic('+', value, total, engine());
      if (!sum) fail(fmt::format("`sum` cannot add {} and {}", describe(value), describe(total)));
      if (sum && sum->kind == Kind::text) take_bytes(sum->text().size());
      if (sum) total = *sum;
      continue;
    }
    const bool held = holds();
    if (failed()) break;
    if (held) ++count;
    if (name == "all") {
      if (!held) answer = boolean(false);
    } else if (name == "any" || name == "none") {
      if (held) answer = boolean(name == "any");
    } else if (finds && held) {
      const bool wants_index = name == "findIndex" || name == "findLastIndex";
      answer = wants_index ? integer(static_cast<std::int64_t>(scopes_.back().index)) : element();
    } else if (name == "filter" && held) {
      items.push_back(element());
    } else if (name == "count" && node.integer > 0 && count >= node.integer) {
      break;
    }
  }
  end();
  if (failed()) return {};
  if (answer) return *answer;
  if (name == "sum") return total;
  if (name == "count") return integer(count);
  if (name == "one") return boolean(count == 1);
  if (name == "any") return boolean(false);
  if (name == "all" || name == "none") return boolean(true);
  if (finds) return node.flag ? fail("no element is found, so there is none to take") : Value{};
  if (!take_memory(items.size())) return {};
  return checked(list(std::move(items)));
}

Value Runner::reduce(const Node& node) {
  const std::int64_t size = begin(node.children[0]);
  if (failed()) return {};
  std::int64_t first = 0;
  if (node.children.size() == 3) {
    scopes_.back().accumulator = followed(eval(node.children[2]));
  } else if (size == 0) {
    fail("`reduce` of an empty list needs a value to start with");
  } else {
    scopes_.back().accumulator = element();
    first = 1;
  }
  for (std::int64_t i = first; i < size && !failed(); ++i) {
    scopes_.back().index = static_cast<std::size_t>(i);
    Value next = checked(eval(node.children[1]));
    scopes_.back().accumulator = std::move(next);
  }
  Value accumulated = std::move(scopes_.back().accumulator);
  end();
  return failed() ? Value{} : accumulated;
}

Value Runner::group_by(const Node& node) {
  const std::int64_t size = begin(node.children[0]);
  if (failed()) return {};
  std::vector<std::pair<Value, std::vector<Value>>> groups;
  for (std::int64_t i = 0; i < size && !failed(); ++i) {
    scopes_.back().index = static_cast<std::size_t>(i);
    Value key = eval(node.children[1]);
    Value item = failed() ? Value{} : element();
    if (failed()) break;
    if (key.kind == Kind::list || (key.kind == Kind::object && !is_struct(key.object().shape))) {
      fail(fmt::format("{} cannot be the key of a group", describe(key)));
      break;
    }
    // Go's map key: type and value alike; NaN is a new one each time.
    const auto same = [&](const auto& group) {
      return group.first.kind == key.kind && equal(group.first, key, Engine::expr_1_15, steps_);
    };
    auto found = std::find_if(groups.begin(), groups.end(), same);
    if (found == groups.end())
      found = groups.insert(groups.end(), {std::move(key), std::vector<Value>()});
    found->second.push_back(std::move(item));
    take_steps(0);
  }
  end();
  if (failed()) return {};
  std::vector<Entry> entries;
  for (auto& [key, items] : groups) entries.push_back({std::move(key), list(std::move(items))});
  return checked(object(std::move(entries), Shape::groups));
}

Value Runner::sort_by(const Node& node) {
  const std::int64_t size = begin(node.children[0]);
  if (failed()) return {};
  bool descending = false;
  if (node.children.size() == 3) {
    const Value order = eval(node.children[2]);
    if (!failed() && order.kind == Kind::text && order.text() == "desc")
      descending = true;
    else if (!failed() && (order.kind != Kind::text || order.text() != "asc"))
      fail("the order must be \"asc\" or \"desc\"");
  }
  std::vector<Value> items, keys;
  for (std::int64_t i = 0; i < size && !failed(); ++i) {
    scopes_.back().index = static_cast<std::size_t>(i);
    keys.push_back(eval(node.children[1]));
    items.push_back(failed() ? Value{} : element());
  }
  end();
  if (failed() || !take_memory(items.size())) return {};
  return checked(list(sorted(*this, items, keys, descending)));
}

}  // namespace backout::expr
