#include "http/options.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace backout::http {
namespace {

constexpr std::size_t most_pem_bytes = std::size_t{1} << 20;

std::string trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return std::string(text.substr(begin, text.find_last_not_of(blanks) + 1 - begin));
}

}  // namespace

Result<std::string> read_pem(const std::string& path, std::string_view option) {
  struct stat status {};
  const bool regular = ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  std::ifstream file(path, std::ios::binary);
  if (!regular || !file)
    return fail(ErrorKind::input,
                fmt::format("`{}`, the file of `{}`, cannot be read", path, option));
  if (static_cast<std::size_t>(status.st_size) > most_pem_bytes)
    return fail(ErrorKind::input, fmt::format("`{}`, the file of `{}`, is larger than {} bytes",
                                              path, option, most_pem_bytes));
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (bytes.find("-----BEGIN ") == std::string::npos)
    return fail(
        ErrorKind::usage,
        fmt::format("`{}`, the file of `{}`, is no PEM: it has no `-----BEGIN`", path, option));
  return bytes;
}

Result<void> read_headers(const std::vector<std::string>& lines, std::vector<Header>& out) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(':');
    Header header{trim(std::string_view(lines[i]).substr(0, colon)),
                  colon == std::string::npos ? "" : trim(lines[i].substr(colon + 1))};
    if (header.name.empty() || header.value.empty())  // the text may be a secret: not shown
      return fail(ErrorKind::usage,
                  fmt::format("header {} is not of the form `Name: value`", i + 1));
    out.push_back(std::move(header));
  }
  return {};
}

}  // namespace backout::http
