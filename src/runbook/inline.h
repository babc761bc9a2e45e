// What stands inside a line of Markdown: links, anchors, the begin of a comment. Code spans hide
// all of them.
#pragma once

#include <string_view>

#include "core/source.h"
#include "runbook/markdown.h"

namespace backout::runbook {

// Adds the links and anchors of a line to `out`. True: a comment begins and does not end on it.
bool read_inline(std::string_view text, Span line, Markdown& out);

}  // namespace backout::runbook
