// SQL in colours, for the examples of `backout explain`: comments, strings and the words that carry
// a statement. Knows just enough of the language for that.
#pragma once

#include <string>
#include <string_view>

#include "report/style.h"

namespace backout::report {

void append_highlighted_sql(std::string& out, std::string_view sql, const Style& style);

}  // namespace backout::report
