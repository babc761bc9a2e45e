#include "core/finish.h"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace backout {
namespace {

auto key(const Finding& f) {
  const std::string_view path =
      f.location.source ? std::string_view(f.location.source->path) : std::string_view();
  return std::tuple(path, f.location.span.begin, f.location.span.end, f.rule,
                    std::string_view(f.object.name), std::string_view(f.message));
}

}  // namespace

void sort_findings(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return key(a) < key(b); });
  findings.erase(std::unique(findings.begin(), findings.end(),
                             [](const Finding& a, const Finding& b) { return key(a) == key(b); }),
                 findings.end());
}

}  // namespace backout
