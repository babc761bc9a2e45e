#include "promql/label_set.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace backout::promql {
namespace {

// `x` of `x_sum` and `x_count`: one summary or histogram has both, with the same labels.
std::string_view family(std::string_view metric) {
  for (const std::string_view suffix : {"_sum", "_count"})
    if (metric.ends_with(suffix)) return metric.substr(0, metric.size() - suffix.size());
  return metric;
}

bool same_matcher(const Matcher& a, const Matcher& b) {
  return a.opaque == b.opaque && a.op == b.op && a.label.text == b.label.text &&
         a.value.text == b.value.text;
}

// Whether all series of `part` are among those of `whole`.
bool selects_all_of(const Selector& whole, const Selector& part) {
  return !whole.metric.text.empty() && family(whole.metric.text) == family(part.metric.text) &&
         std::all_of(whole.matchers.begin(), whole.matchers.end(), [&](const Matcher& each) {
           return std::any_of(part.matchers.begin(), part.matchers.end(),
                              [&](const Matcher& other) { return same_matcher(each, other); });
         });
}

Names difference(const Names& names, const Names& taken) {
  Names out;
  std::set_difference(names.begin(), names.end(), taken.begin(), taken.end(),
                      std::inserter(out, out.end()));
  return out;
}
Names intersection(const Names& names, const Names& kept) {
  Names out;
  std::set_intersection(names.begin(), names.end(), kept.begin(), kept.end(),
                        std::inserter(out, out.end()));
  return out;
}

LabelSet only(const LabelSet& labels, const Names& names) {
  LabelSet out = labels;
  if (labels.kind == LabelSet::Kind::by) out.by = intersection(labels.by, names);
  if (labels.kind == LabelSet::Kind::series)
    out.changes += fmt::format(" on({})", fmt::join(names, ","));
  if (labels.kind == LabelSet::Kind::unknown || names.empty()) {
    out = labels_by(names);
    // What is not known may lack them.
    out.partial = labels.partial || (labels.kind == LabelSet::Kind::unknown && !names.empty());
  }
  return out;
}

}  // namespace

LabelSet no_labels() { return labels_by({}); }
LabelSet unknown_labels() { return {}; }
LabelSet labels_of(const Expr& selector) {
  LabelSet out;
  out.kind = LabelSet::Kind::series;
  out.origin = &selector;
  return out;
}
LabelSet labels_by(Names names) {
  LabelSet out;
  out.kind = LabelSet::Kind::by;
  out.by = std::move(names);
  return out;
}

bool has_placeholder(const Labels& labels) {
  return std::any_of(labels.names.begin(), labels.names.end(),
                     [](const Name& name) { return name.placeholder; });
}

Names names_of(const Labels& labels) {
  Names out;
  for (const Name& name : labels.names) out.insert(name.text);
  return out;
}

LabelSet grouped(const LabelSet& labels, const Labels& grouping) {
  if (has_placeholder(grouping)) return unknown_labels();
  if (grouping.kind == Labels::Kind::without) return without(labels, names_of(grouping));
  Names names = names_of(grouping);
  if (labels.kind == LabelSet::Kind::by) names = intersection(names, labels.by);
  return labels_by(std::move(names));
}

LabelSet without(const LabelSet& labels, const Names& names) {
  LabelSet out = labels;
  if (labels.kind == LabelSet::Kind::by) out.by = difference(labels.by, names);
  if (labels.kind == LabelSet::Kind::series && !names.empty())
    out.changes += fmt::format(" without({})", fmt::join(names, ","));
  return out;
}

LabelSet with(const LabelSet& labels, const Names& names) {
  LabelSet out = labels;
  if (labels.kind == LabelSet::Kind::by) out.by.insert(names.begin(), names.end());
  if (labels.kind == LabelSet::Kind::series && !names.empty()) out = unknown_labels();
  return out;
}

LabelSet matched(const LabelSet& labels, const Labels& matching) {
  if (matching.kind == Labels::Kind::none) return labels;
  if (has_placeholder(matching)) return unknown_labels();
  const Names names = names_of(matching);
  return matching.kind == Labels::Kind::on ? only(labels, names) : without(labels, names);
}

bool covers(const LabelSet& whole, const LabelSet& part) {
  if (whole.none() && part.none()) return true;
  return whole.kind == LabelSet::Kind::series && part.kind == LabelSet::Kind::series &&
         !whole.partial && whole.changes == part.changes &&
         selects_all_of(whole.origin->selector, part.origin->selector);
}

bool meets(const LabelSet& left, const LabelSet& right) {
  if (covers(left, right) || covers(right, left)) return true;
  return left.kind == LabelSet::Kind::by && right.kind == LabelSet::Kind::by &&
         left.by == right.by && !left.partial && !right.partial;
}

bool may_coincide(const LabelSet& labels, const Labels& matching) {
  if (matching.kind == Labels::Kind::none) return false;
  if (labels.kind != LabelSet::Kind::by || has_placeholder(matching)) return true;
  const Names names = names_of(matching);
  return matching.kind == Labels::Kind::on ? !difference(labels.by, names).empty()
                                           : !intersection(labels.by, names).empty();
}

}  // namespace backout::promql
