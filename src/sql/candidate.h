// Constraints and indexes that a difference brings in: under the old name, or another one in the
// old one's role.
#pragma once

#include <vector>

#include "sql/difference.h"

namespace backout::sql {

// The new objects of a difference; what was there before and merely changed is none.
template <class T>
std::vector<const T*> brought_in(const Difference<T>& d) {
  std::vector<const T*> out;
  const bool same_object = d.before && d.after && d.before->id == d.after->id;
  if (d.after && !same_object) out.push_back(d.after);
  if (d.replacement && d.replacement != d.after) out.push_back(d.replacement);
  return out;
}

// What was there before is there no more, under any name.
template <class T>
bool gone(const Difference<T>& d) {
  return d.before && !d.moved && (!d.after || d.after->id != d.before->id);
}

}  // namespace backout::sql
