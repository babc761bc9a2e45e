// Runs one function for many indices on a small pool of threads with large stacks: parse trees are
// as deep as the longest `a + b + c …`, and the parser, the JSON writer and we all walk them by
// recursion.
#pragma once

#include <cstddef>
#include <functional>

namespace backout {

// Calls `function(index)` once for each index below `count`, in any order, on at most `threads`
// threads (0: one a processor), and returns when all are done. Also one thread is a new one, for
// its stack. Results go into slots by index, so that output never depends on timing. `function`
// must not throw.
void parallel_for(std::size_t count, unsigned threads,
                  const std::function<void(std::size_t)>& function);

}  // namespace backout
