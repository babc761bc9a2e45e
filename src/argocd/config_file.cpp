// Unknown keys are left alone: the file belongs to another program.
#include "argocd/config_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "core/quote.h"
#include "expr/base64.h"
#include "yaml/parse.h"
#include "yaml/value.h"

namespace backout::argocd {
namespace {

constexpr std::size_t most_bytes = std::size_t{4} << 20;

std::string text_of(const yaml::Node& map, std::string_view key) {
  const yaml::Node* const node = map.find(key);
  return node && node->kind == yaml::Kind::scalar ? std::string(node->text) : std::string();
}
bool flag_of(const yaml::Node& map, std::string_view key) {
  const yaml::Node* const node = map.find(key);
  return node && yaml::as_bool(*node).value_or(false);
}

// The map in the list `list` whose `key` is `value`.
const yaml::Node* entry_of(const yaml::Node& root, std::string_view list, std::string_view key,
                           const std::string& value) {
  const yaml::Node* const entries = root.find(list);
  if (entries)
    for (const yaml::Node& entry : entries->items)
      if (text_of(entry, key) == value) return &entry;
  return nullptr;
}

Result<std::string> pem_of(const yaml::Node& server, std::string_view key,
                           const std::string& path) {
  auto bytes = expr::decode_base64(text_of(server, key));
  if (!bytes)
    return fail(ErrorKind::usage, fmt::format("{}: `{}` of server `{}` is no base64", path, key,
                                              text_of(server, "server")));
  return std::move(*bytes);
}

Result<Context> read_context(const yaml::Node& root, const yaml::Node& node,
                             const std::string& path) {
  Context out;
  out.name = text_of(node, "name");
  out.server = text_of(node, "server");
  if (const yaml::Node* const user = entry_of(root, "users", "name", text_of(node, "user"))) {
    out.token = text_of(*user, "auth-token");
    out.refresh_token = text_of(*user, "refresh-token");
  }
  const yaml::Node* const server = entry_of(root, "servers", "server", out.server);
  if (!server) return out;
  out.insecure = flag_of(*server, "insecure");
  out.plain_text = flag_of(*server, "plain-text");
  out.core = flag_of(*server, "core");
  out.root_path = text_of(*server, "grpc-web-root-path");
  TRY(out.authorities, pem_of(*server, "certificate-authority-data", path));
  TRY(out.certificate, pem_of(*server, "client-certificate-data", path));
  TRY(out.key, pem_of(*server, "client-certificate-key-data", path));
  return out;
}

}  // namespace

Result<ConfigFile> parse_config_file(std::string_view yaml, std::string path) {
  TRY(const yaml::Document document, yaml::parse_document(yaml, path));
  ConfigFile out{std::move(path), text_of(document.root, "current-context"), {}};
  const yaml::Node* const contexts = document.root.find("contexts");
  if (!contexts) return out;
  for (const yaml::Node& node : contexts->items) {
    TRY(Context context, read_context(document.root, node, out.path));
    out.contexts.push_back(std::move(context));
  }
  return out;
}

Result<ConfigFile> read_config_file(const std::string& path, bool named) {
  const auto unreadable = [&](int error) {
    return fail(ErrorKind::input, fmt::format("cannot read Argo CD's configuration `{}`: {}", path,
                                              std::strerror(error)));
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    if (errno == ENOENT && !named) return ConfigFile{path, {}, {}};
    return unreadable(errno);
  }
  struct Close {
    int fd;
    ~Close() { ::close(fd); }
  } const closed{fd};
  struct stat status {};
  if (::fstat(fd, &status) != 0) return unreadable(errno);
  if (!S_ISREG(status.st_mode)) return unreadable(S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  if ((status.st_mode & 077) != 0)  // the `argocd` program refuses it, too
    return fail(ErrorKind::usage,
                fmt::format("`{}` holds tokens and others may read it; `chmod 600 {}`", path,
                            shell_quoted(path)));
  std::string bytes;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return unreadable(errno);
    if (count == 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (bytes.size() > most_bytes) return unreadable(EFBIG);
  }
  return parse_config_file(bytes, path);
}

}  // namespace backout::argocd
