// Reads a small file that somebody else wrote: a configuration, a certificate, a token.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace backout::kube {

// `what`: "the kubeconfig", for messages. input: it cannot be read, is no regular file, or is
// larger than 4 MiB. Nothing: it is not there, and `may_be_missing`.
[[nodiscard]] Result<std::optional<std::string>> read_small_file(const std::string& path,
                                                                 std::string_view what,
                                                                 bool may_be_missing);

}  // namespace backout::kube
