#include "promql/function.h"

#include <algorithm>
#include <vector>

#include "core/config.h"
#include "promql/lexer.h"

namespace backout::promql {
namespace {

using B = Behaviour;
constexpr Function::Since only2 = Function::Since::only2, only3 = Function::Since::only3;
constexpr Type scalar = Type::scalar, vector = Type::vector;

constexpr Function table[] = {
    {"abs", "v", 0, vector, B::number},
    {"absent", "v", 0, vector, B::absent},
    {"absent_over_time", "m", 0, vector, B::absent_over_time},
    {"acos", "v", 0, vector, B::number},
    {"acosh", "v", 0, vector, B::number},
    {"asin", "v", 0, vector, B::number},
    {"asinh", "v", 0, vector, B::number},
    {"atan", "v", 0, vector, B::number},
    {"atanh", "v", 0, vector, B::number},
    {"avg_over_time", "m", 0, vector, B::over},
    {"ceil", "v", 0, vector, B::number},
    {"changes", "m", 0, vector, B::steps},
    {"clamp", "vss", 0, vector, B::clamp},
    {"clamp_max", "vs", 0, vector, B::clamp},
    {"clamp_min", "vs", 0, vector, B::clamp},
    {"cos", "v", 0, vector, B::number},
    {"cosh", "v", 0, vector, B::number},
    {"count_over_time", "m", 0, vector, B::over},
    {"day_of_month", "v", 1, vector, B::date},
    {"day_of_week", "v", 1, vector, B::date},
    {"day_of_year", "v", 1, vector, B::date},
    {"days_in_month", "v", 1, vector, B::date},
    {"deg", "v", 0, vector, B::number},
    {"delta", "m", 0, vector, B::slope},
    {"deriv", "m", 0, vector, B::slope},
    {"double_exponential_smoothing", "mss", 0, vector, B::slope, only3},
    {"exp", "v", 0, vector, B::number},
    {"first_over_time", "m", 0, vector, B::over, only3},
    {"floor", "v", 0, vector, B::number},
    {"histogram_avg", "v", 0, vector, B::histogram_value, only3},
    {"histogram_count", "v", 0, vector, B::histogram_value},
    {"histogram_fraction", "ssv", 0, vector, B::histogram_value},
    {"histogram_quantile", "sv", 0, vector, B::histogram_quantile},
    {"histogram_stddev", "v", 0, vector, B::histogram_value, only3},
    {"histogram_stdvar", "v", 0, vector, B::histogram_value, only3},
    {"histogram_sum", "v", 0, vector, B::histogram_value},
    {"holt_winters", "mss", 0, vector, B::slope, only2},
    {"hour", "v", 1, vector, B::date},
    {"idelta", "m", 0, vector, B::slope},
    {"increase", "m", 0, vector, B::slope},
    {"info", "vv", 1, vector, B::keep, only3},
    {"irate", "m", 0, vector, B::slope},
    {"label_join", "vttt", -1, vector, B::relabel},
    {"label_replace", "vtttt", 0, vector, B::relabel},
    {"last_over_time", "m", 0, vector, B::over},
    {"ln", "v", 0, vector, B::number},
    {"log10", "v", 0, vector, B::number},
    {"log2", "v", 0, vector, B::number},
    {"mad_over_time", "m", 0, vector, B::over, only3},
    {"max_over_time", "m", 0, vector, B::over},
    {"min_over_time", "m", 0, vector, B::over},
    {"minute", "v", 1, vector, B::date},
    {"month", "v", 1, vector, B::date},
    {"pi", "", 0, scalar, B::pi},
    {"predict_linear", "ms", 0, vector, B::prediction},
    {"present_over_time", "m", 0, vector, B::over},
    {"quantile_over_time", "sm", 0, vector, B::over},
    {"rad", "v", 0, vector, B::number},
    {"rate", "m", 0, vector, B::slope},
    {"resets", "m", 0, vector, B::steps},
    {"round", "vs", 1, vector, B::number},
    {"scalar", "v", 0, scalar, B::scalar},
    {"sgn", "v", 0, vector, B::number},
    {"sin", "v", 0, vector, B::number},
    {"sinh", "v", 0, vector, B::number},
    {"sort", "v", 0, vector, B::keep},
    {"sort_by_label", "vt", -1, vector, B::keep, only3},
    {"sort_by_label_desc", "vt", -1, vector, B::keep, only3},
    {"sort_desc", "v", 0, vector, B::keep},
    {"sqrt", "v", 0, vector, B::number},
    {"stddev_over_time", "m", 0, vector, B::over},
    {"stdvar_over_time", "m", 0, vector, B::over},
    {"sum_over_time", "m", 0, vector, B::over},
    {"tan", "v", 0, vector, B::number},
    {"tanh", "v", 0, vector, B::number},
    {"time", "", 0, scalar, B::time},
    {"timestamp", "v", 0, vector, B::timestamp},
    {"ts_of_first_over_time", "m", 0, vector, B::over, only3},
    {"ts_of_last_over_time", "m", 0, vector, B::over, only3},
    {"ts_of_max_over_time", "m", 0, vector, B::over, only3},
    {"ts_of_min_over_time", "m", 0, vector, B::over, only3},
    {"vector", "s", 0, vector, B::vector},
    {"year", "v", 1, vector, B::date},
};

constexpr std::string_view aggregations[] = {"avg", "bottomk", "count",    "count_values", "group",
                                             "max", "min",     "quantile", "stddev",       "stdvar",
                                             "sum", "topk",    "limitk",   "limit_ratio"};
constexpr std::size_t of_version3 = 2;  // at the end of the list

bool known(const Function& function, bool version3) {
  return function.since == Function::Since::both ||
         (function.since == Function::Since::only3) == version3;
}

}  // namespace

const Function* find_function(std::string_view name, bool version3) {
  const auto* const found = std::lower_bound(
      std::begin(table), std::end(table), name,
      [](const Function& each, std::string_view wanted) { return each.name < wanted; });
  return found != std::end(table) && found->name == name && known(*found, version3) ? found
                                                                                    : nullptr;
}

std::string_view nearest_function(std::string_view name, bool version3) {
  std::vector<std::string_view> names;
  for (const Function& each : table)
    if (known(each, version3)) names.push_back(each.name);
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  const std::string_view near = nearest(lower, names);
  const auto* const found = std::find(names.data(), names.data() + names.size(), lower);
  return found != names.data() + names.size() ? *found : near;
}

bool is_label_name(std::string_view text, bool version3) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9' && !version3)) return false;
  return version3 || std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

std::string_view aggregation_named(std::string_view word, bool version3) {
  const std::size_t count = std::size(aggregations) - (version3 ? 0 : of_version3);
  for (std::size_t i = 0; i < count; ++i)
    if (is_keyword(word, aggregations[i])) return aggregations[i];
  return {};
}

char aggregation_parameter(std::string_view name) {
  if (name == "count_values") return 't';
  return name == "topk" || name == "bottomk" || name == "quantile" || name.starts_with("limit")
             ? 's'
             : '\0';
}

}  // namespace backout::promql
