#include "expr/sorted.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace backout::expr {

std::vector<Value> sorted(Runner& runner, const std::vector<Value>& items,
                          const std::vector<Value>& keys, bool descending) {
  std::vector<std::size_t> order(items.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  bool has_nan = false;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    has_nan = has_nan || (keys[i].kind == Kind::number && std::isnan(keys[i].number()));
    if (i > 0) (void)runner.is_less(keys[0], keys[i]);  // whether they go together at all
    if (runner.failed()) return {};
  }
  const auto before = [&](std::size_t a, std::size_t b) {
    return descending ? less(keys[b], keys[a], runner.engine()).value_or(false)
                      : less(keys[a], keys[b], runner.engine()).value_or(false);
  };
  constexpr std::size_t small = 12;  // up to here Go sorts by insertion, which NaN cannot confuse
  if (items.size() <= small) {
    for (std::size_t i = 1; i < order.size(); ++i)
      for (std::size_t j = i; j > 0 && before(order[j], order[j - 1]); --j)
        std::swap(order[j], order[j - 1]);
  } else {
    if (!runner.take_steps(items.size() * 8)) return {};
    const auto is_nan = [&](std::size_t i) {
      return keys[i].kind == Kind::number && std::isnan(keys[i].number());
    };
    const auto numbers =
        has_nan ? std::stable_partition(order.begin(), order.end(), is_nan) : order.begin();
    std::stable_sort(numbers, order.end(), before);
  }
  std::vector<Value> result;
  result.reserve(items.size());
  for (const std::size_t i : order) result.push_back(items[i]);
  return result;
}

}  // namespace backout::expr
