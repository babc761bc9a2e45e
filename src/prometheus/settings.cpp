#include "prometheus/settings.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "http/options.h"

namespace backout::prometheus {
namespace {

constexpr off_t most_token_bytes = off_t{64} << 10;

std::string trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return std::string(text.substr(begin, text.find_last_not_of(blanks) + 1 - begin));
}

std::string or_empty(const Environment& environment, const char* name) {
  return trim(environment(name).value_or(std::string()));
}

// People paste the address of the API itself, too.
Result<std::string> read_url(const std::string& given, std::string_view origin) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorKind::usage,
                fmt::format("`{}`, from {}, is no address of a Prometheus server: {}",
                            http::origin(given), origin, why));
  };
  if (!given.starts_with("http://") && !given.starts_with("https://"))
    return wrong("it begins with `http://` or `https://`");
  const auto odd = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
  if (std::any_of(given.begin(), given.end(), odd)) return wrong("there is a blank in it");
  const std::size_t authority = given.find("://") + 3;
  const std::size_t path = std::min(given.find_first_of("/?#", authority), given.size());
  if (path == authority) return wrong("it names no host");
  if (std::string_view(given).substr(authority, path - authority).find('@') != std::string::npos)
    return wrong(
        "it has a user in it, and others can read it there; use PROMETHEUS_USERNAME and "
        "PROMETHEUS_PASSWORD");
  if (given.find_first_of("?#") != std::string::npos)
    return wrong("leave out what begins with `?` or `#`");
  std::string out = given;
  for (const std::string_view tail : {"/", "/query", "/api/v1"})
    while (out.size() >= path + tail.size() && out.ends_with(tail) &&
           (tail != "/query" || out.ends_with("/api/v1/query")))
      out.resize(out.size() - tail.size());
  while (out.ends_with('/')) out.pop_back();
  return out;
}

bool is_named(const http::Header& header, std::string_view lower_case_name) {
  return std::equal(
      header.name.begin(), header.name.end(), lower_case_name.begin(), lower_case_name.end(),
      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
}

Result<void> find_credentials(const Environment& environment, Settings& out) {
  out.token = or_empty(environment, "PROMETHEUS_TOKEN");
  out.token_file = or_empty(environment, "PROMETHEUS_TOKEN_FILE");
  out.user_name = or_empty(environment, "PROMETHEUS_USERNAME");
  out.password = environment("PROMETHEUS_PASSWORD").value_or(std::string());
  const int ways =
      int{!out.token.empty()} + int{!out.token_file.empty()} + int{!out.user_name.empty()} +
      int{std::any_of(out.headers.begin(), out.headers.end(),
                      [](const auto& header) { return is_named(header, "authorization"); })};
  if (ways > 1)
    return fail(ErrorKind::usage,
                "there are several credentials for Prometheus; give one of PROMETHEUS_TOKEN, "
                "PROMETHEUS_TOKEN_FILE, PROMETHEUS_USERNAME with PROMETHEUS_PASSWORD, or a header "
                "`Authorization`");
  if (out.user_name.empty() && !out.password.empty())
    return fail(ErrorKind::usage, "PROMETHEUS_PASSWORD is set, and PROMETHEUS_USERNAME is not");
  if (out.user_name.find(':') != std::string::npos)
    return fail(ErrorKind::usage, "PROMETHEUS_USERNAME has a colon in it, which cannot be sent");
  if (!out.token_file.empty()) {
    TRY([[maybe_unused]] const std::string token, read_token(out.token_file));
  }
  return {};
}

}  // namespace

Result<std::string> read_token(const std::string& path) {
  struct stat status {};
  std::ifstream file(path, std::ios::binary);
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || !file)
    return fail(ErrorKind::input,
                fmt::format("`{}`, the file of PROMETHEUS_TOKEN_FILE, cannot be read", path));
  const std::string bytes = status.st_size > most_token_bytes
                                ? std::string()
                                : std::string{std::istreambuf_iterator<char>(file), {}};
  std::string token = trim(bytes);
  const auto odd = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
  if (token.empty() || std::any_of(token.begin(), token.end(), odd))
    return fail(ErrorKind::input,
                fmt::format("`{}`, the file of PROMETHEUS_TOKEN_FILE, holds no token", path));
  return token;
}

Result<Settings> find_settings(const Flags& flags, const Environment& environment) {
  Settings out;
  const std::string from_environment = or_empty(environment, "PROMETHEUS_URL");
  if (flags.url.empty() && from_environment.empty())
    return fail(ErrorKind::usage,
                "no Prometheus server is known; give `--prometheus URL` or set PROMETHEUS_URL");
  TRY(out.url, flags.url.empty() ? read_url(from_environment, "PROMETHEUS_URL")
                                 : read_url(trim(flags.url), "`--prometheus`"));
  TRY_VOID(http::read_headers(flags.headers, out.headers));
  TRY_VOID(find_credentials(environment, out));
  if (flags.certificate_file.empty() != flags.key_file.empty())
    return fail(ErrorKind::usage,
                "`--prometheus-crt` and `--prometheus-crt-key` belong together; give both");
  if (!flags.authorities_file.empty()) {
    TRY(out.tls.authorities, http::read_pem(flags.authorities_file, "--prometheus-ca"));
  }
  if (!flags.certificate_file.empty()) {
    TRY(out.tls.certificate, http::read_pem(flags.certificate_file, "--prometheus-crt"));
    TRY(out.tls.key, http::read_pem(flags.key_file, "--prometheus-crt-key"));
  }
  out.tls.verify = !flags.insecure;
  return out;
}

}  // namespace backout::prometheus
