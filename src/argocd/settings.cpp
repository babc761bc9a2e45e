// Each source fills what the stronger ones left open.
#include "argocd/settings.h"

#include <fmt/format.h>
#include <simdjson.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "argocd/config_file.h"
#include "core/config.h"
#include "core/words.h"
#include "expr/base64.h"
#include "http/options.h"

namespace backout::argocd {
namespace {

std::string trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = std::min(text.find_first_not_of(blanks), text.size());
  return std::string(text.substr(begin, text.find_last_not_of(blanks) + 1 - begin));
}

std::string or_empty(const Environment& environment, const char* name) {
  return trim(environment(name).value_or(std::string()));
}

// ARGOCD_OPTS, as far as it concerns us.
struct Options {
  Flags flags;
  std::string token;
  std::optional<int> retries;
  bool core = false, port_forward = false;
};

bool is_true(std::string_view value) { return value == "true" || value == "1" || value == "t"; }

void split_headers(std::string_view list, std::vector<std::string>& out) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    out.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

Result<Options> read_options(const std::string& text) {
  const auto words = split_words(text);
  if (!words) return fail(ErrorKind::usage, "ARGOCD_OPTS has a quote that is not closed");
  Options out;
  for (std::size_t i = 0; i < words->size(); ++i) {
    std::string_view word = (*words)[i];
    if (!word.starts_with("--"))
      return fail(ErrorKind::usage,
                  fmt::format("word {} of ARGOCD_OPTS is no option and belongs to none", i + 1));
    word.remove_prefix(2);
    std::string value = "true";
    if (const std::size_t equals = word.find('='); equals != std::string_view::npos) {
      value = word.substr(equals + 1);
      word = word.substr(0, equals);
    } else if (i + 1 < words->size() && !(*words)[i + 1].starts_with("--")) {
      value = (*words)[++i];
    }
    if (word == "server") out.flags.server = value;
    if (word == "auth-token") out.token = value;
    if (word == "config") out.flags.config = value;
    if (word == "argocd-context") out.flags.context = value;
    if (word == "server-crt") out.flags.authorities_file = value;
    if (word == "client-crt") out.flags.certificate_file = value;
    if (word == "client-crt-key") out.flags.key_file = value;
    if (word == "grpc-web-root-path") out.flags.root_path = value;
    if (word == "insecure") out.flags.insecure = is_true(value);
    if (word == "plaintext") out.flags.plain_text = is_true(value);
    if (word == "core") out.core = is_true(value);
    if (word == "port-forward") out.port_forward = is_true(value);
    if (word == "port-forward-namespace") out.port_forward = true;
    if (word == "header" || word == "H") split_headers(value, out.flags.headers);
    if (word == "http-retry-max") {
      int count = 0;
      if (std::from_chars(value.data(), value.data() + value.size(), count).ec == std::errc{})
        out.retries = std::clamp(count, 0, 10);
    }
  }
  return out;
}

void prefer(std::string& first, const std::string& second) {
  if (first.empty()) first = second;
}

// "cd.example.com:443/root", with or without a scheme.
struct Address {
  std::string authority, root;
  bool plain_text = false;
};
Result<Address> read_address(const std::string& given, const std::string& root_path) {
  Address out;
  std::string_view rest = given;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    out.plain_text = true;
  }
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  out.authority = rest.substr(0, slash);
  out.root = root_path.empty() ? std::string(rest.substr(slash)) : root_path;
  const auto odd = [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == '?' || c == '#' || c == '\\' || c == '@' ||
           c == 0x7f;
  };
  if (out.authority.empty() || std::any_of(out.authority.begin(), out.authority.end(), odd) ||
      std::any_of(out.root.begin(), out.root.end(), odd))
    return fail(ErrorKind::usage,
                fmt::format("`{}` is no address of an Argo CD server; it is HOST or HOST:PORT",
                            http::origin(given)));
  while (out.root.ends_with('/')) out.root.pop_back();
  if (!out.root.empty() && out.root.front() != '/') out.root.insert(0, 1, '/');
  return out;
}

// The same server, with or without scheme, root path and the port that goes without saying.
bool same_server(std::string_view a, std::string_view b) {
  const auto bare = [](std::string_view text) {
    bool plain_text = false;
    if (text.starts_with("https://")) text.remove_prefix(8);
    if (text.starts_with("http://")) text.remove_prefix(7), plain_text = true;
    text = text.substr(0, text.find('/'));
    if (!plain_text && text.ends_with(":443")) text.remove_suffix(4);
    return text;
  };
  return bare(a) == bare(b);
}

const Context* by_name(const ConfigFile& file, const std::string& name) {
  for (const Context& context : file.contexts)
    if (context.name == name) return &context;
  return nullptr;
}

// The context whose server is asked: the chosen one, if it is of that server, else another of it.
Result<const Context*> choose_context(const ConfigFile& file, const std::string& name,
                                      const std::string& server) {
  const Context* const chosen = by_name(file, name.empty() ? file.current : name);
  if (!chosen && !name.empty()) {
    std::vector<std::string> known;
    for (const Context& context : file.contexts) known.push_back(context.name);
    return fail(ErrorKind::usage,
                fmt::format("`{}` has no context `{}`; {}", file.path, name,
                            known.empty() ? std::string("it has none")
                                          : fmt::format("known are {}", quoted_list(known, 10))));
  }
  if (server.empty() || (chosen && same_server(chosen->server, server))) return chosen;
  for (const Context& context : file.contexts)
    if (same_server(context.server, server)) return &context;
  return nullptr;
}

Result<void> refuse_what_has_no_api(const std::string& server, const Options& options,
                                    const Context* context) {
  if (options.core || server == "kubernetes" || (context && context->core))
    return fail(ErrorKind::usage,
                "Argo CD's core mode talks to Kubernetes and has no server to ask; name one with "
                "`--server`, for example that of `argocd admin dashboard`");
  if (options.port_forward || server == "port-forward")
    return fail(ErrorKind::usage,
                "port forwarding is not started here; run `kubectl port-forward -n argocd "
                "svc/argocd-server 8080:443` and give `--server localhost:8080 --insecure`");
  return {};
}

Result<void> fill_tls(const Flags& flags, const Context* context, http::Tls& out) {
  if (!flags.authorities_file.empty()) {
    TRY(out.authorities, http::read_pem(flags.authorities_file, "--server-crt"));
  } else if (context) {
    out.authorities = context->authorities;
  }
  if (flags.certificate_file.empty() != flags.key_file.empty())
    return fail(ErrorKind::usage,
                "`--client-crt` and `--client-crt-key` belong together; give both");
  if (!flags.certificate_file.empty()) {
    TRY(out.certificate, http::read_pem(flags.certificate_file, "--client-crt"));
    TRY(out.key, http::read_pem(flags.key_file, "--client-crt-key"));
  } else if (context) {
    out.certificate = context->certificate;
    out.key = context->key;
  }
  out.verify = !flags.insecure && !(context && context->insecure);
  return {};
}

}  // namespace

std::string config_path(const Environment& environment) {
  if (const std::string folder = or_empty(environment, "ARGOCD_CONFIG_DIR"); !folder.empty())
    return folder + "/config";
  const std::string home = or_empty(environment, "HOME");
  struct stat status {};
  if (!home.empty() && ::stat((home + "/.argocd").c_str(), &status) == 0 && S_ISDIR(status.st_mode))
    return home + "/.argocd/config";  // of before 2.4; it still counts first
  if (const std::string folder = or_empty(environment, "XDG_CONFIG_HOME"); !folder.empty())
    return folder + "/argocd/config";
  return home.empty() ? std::string() : home + "/.config/argocd/config";
}

Result<Settings> find_settings(const Flags& given, const Environment& environment) {
  TRY(const Options options, read_options(environment("ARGOCD_OPTS").value_or(std::string())));
  Flags flags = given;
  prefer(flags.server, options.flags.server);
  prefer(flags.server, or_empty(environment, "ARGOCD_SERVER"));
  prefer(flags.config, options.flags.config);
  prefer(flags.context, options.flags.context);
  prefer(flags.root_path, options.flags.root_path);
  prefer(flags.authorities_file, options.flags.authorities_file);
  prefer(flags.certificate_file, options.flags.certificate_file);
  prefer(flags.key_file, options.flags.key_file);
  flags.insecure = flags.insecure || options.flags.insecure;
  flags.plain_text = flags.plain_text || options.flags.plain_text;
  flags.headers.insert(flags.headers.end(), options.flags.headers.begin(),
                       options.flags.headers.end());

  const bool named = !flags.config.empty();
  const std::string path = named ? flags.config : config_path(environment);
  ConfigFile file;
  if (!path.empty()) {
    TRY(file, read_config_file(path, named));
  }
  TRY(const Context* const context, choose_context(file, flags.context, flags.server));
  if (flags.server.empty() && context) flags.server = context->server;
  TRY_VOID(refuse_what_has_no_api(flags.server, options, context));
  if (flags.server.empty())
    return fail(
        ErrorKind::usage,
        fmt::format("no Argo CD server is known; give `--server HOST`, set ARGOCD_SERVER, or "
                    "log in with `argocd login HOST`{}",
                    path.empty() ? "" : fmt::format(" (`{}` names none)", path)));
  if (context) prefer(flags.root_path, context->root_path);
  TRY(const Address address, read_address(flags.server, flags.root_path));

  Settings out;
  const bool plain_text =
      flags.plain_text || address.plain_text || (context && context->plain_text);
  out.url =
      fmt::format("{}://{}{}", plain_text ? "http" : "https", address.authority, address.root);
  if (context) out.context = context->name;
  if (!options.token.empty()) {
    out.token = options.token;
    out.token_origin = "ARGOCD_OPTS";
  } else if (std::string token = or_empty(environment, "ARGOCD_AUTH_TOKEN"); !token.empty()) {
    out.token = std::move(token);
    out.token_origin = "ARGOCD_AUTH_TOKEN";
  } else if (context && !context->token.empty()) {
    out.token = context->token;
    out.token_origin = fmt::format("context `{}` of `{}`", context->name, file.path);
    out.can_log_in_again = !context->refresh_token.empty();
  }
  if (options.retries) out.retries = *options.retries;
  TRY_VOID(http::read_headers(flags.headers, out.headers));
  TRY_VOID(fill_tls(flags, context, out.tls));
  return out;
}

std::optional<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  bool begun = false;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\'' && c == '\\' && i + 1 < text.size()) {
      word += text[++i];
      begun = true;
    } else if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      begun = true;
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      if (begun) out.push_back(std::move(word));
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (quote != 0) return std::nullopt;
  if (begun) out.push_back(std::move(word));
  return out;
}

std::optional<Instant> expiry(std::string_view token) {
  const std::size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  std::string claims(token.substr(first + 1));
  claims.erase(std::min(claims.find('.'), claims.size()));
  std::replace(claims.begin(), claims.end(), '-', '+');
  std::replace(claims.begin(), claims.end(), '_', '/');
  claims.append((4 - claims.size() % 4) % 4, '=');
  const auto json = expr::decode_base64(claims);
  if (!json) return std::nullopt;
  simdjson::dom::parser parser;
  double seconds = 0;
  if (parser.parse(simdjson::padded_string(*json))["exp"].get(seconds) != simdjson::SUCCESS ||
      !(seconds > 0 && seconds < 253'402'300'800.0))  // the year 10000
    return std::nullopt;
  return Instant(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

}  // namespace backout::argocd
