// What users give to reach a server: files of certificates, headers. Shared by the clients, which
// name the options in their own ways.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "http/http.h"

namespace backout::http {

// The bytes of a PEM file; `option` for messages. input: it cannot be read. usage: it is no PEM.
[[nodiscard]] Result<std::string> read_pem(const std::string& path, std::string_view option);

// "Name: value" lines, appended to `out`. usage: one is none; it is not shown, as it may be a
// secret.
[[nodiscard]] Result<void> read_headers(const std::vector<std::string>& lines,
                                        std::vector<Header>& out);

}  // namespace backout::http
