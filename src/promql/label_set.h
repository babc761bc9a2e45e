// What is known about the labels of a vector's elements: enough to tell whether elements of two
// vectors find each other in a binary operation.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "promql/ast.h"

namespace backout::promql {

using Names = std::set<std::string, std::less<>>;
// Nothing when a placeholder stands among them.
struct LabelSet {
  enum class Kind : std::uint8_t {
    unknown,
    by,      // these labels at most: of a grouping; none: certainly `{}`
    series,  // those of the series of `origin`, changed as `changes` says
  } kind = Kind::unknown;
  Names by;
  const Expr* origin = nullptr;
  std::string changes;   // "without(pod)": equal texts have the same effect
  bool partial = false;  // elements may be left out (topk)

  [[nodiscard]] bool none() const { return kind == Kind::by && by.empty(); }
};

[[nodiscard]] LabelSet no_labels();
[[nodiscard]] LabelSet unknown_labels();
[[nodiscard]] LabelSet labels_of(const Expr& selector);
[[nodiscard]] LabelSet labels_by(Names names);

[[nodiscard]] bool has_placeholder(const Labels& labels);
[[nodiscard]] Names names_of(const Labels& labels);

[[nodiscard]] LabelSet grouped(const LabelSet& labels, const Labels& grouping);
[[nodiscard]] LabelSet without(const LabelSet& labels, const Names& names);
[[nodiscard]] LabelSet with(const LabelSet& labels, const Names& names);

// As far as `on` or `ignoring` let them be seen.
[[nodiscard]] LabelSet matched(const LabelSet& labels, const Labels& matching);
// Whether every element of `part` has a partner in `whole`, when both have elements.
[[nodiscard]] bool covers(const LabelSet& whole, const LabelSet& part);
// Whether some element of one has a partner in the other, when both have elements.
[[nodiscard]] bool meets(const LabelSet& left, const LabelSet& right);
// Whether two elements may look the same through `matching`.
[[nodiscard]] bool may_coincide(const LabelSet& labels, const Labels& matching);

}  // namespace backout::promql
