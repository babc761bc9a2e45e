// CGI as in RFC 3875: the request in variables and standard input, the answer with headers first.
#include "git_http.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/private_folder.h"
#include "git/command.h"

namespace backout::test {

HttpReply git_backend(const HttpRequest& request, const std::string& root) {
  const PrivateFolder folder;
  git::Program program;
  program.words = {"git", "http-backend"};
  const auto header = [&](std::string_view name) {
    const auto found = request.headers.find(name);
    return found == request.headers.end() ? std::string() : found->second;
  };
  program.variables = {{"GIT_PROJECT_ROOT", root},
                       {"GIT_HTTP_EXPORT_ALL", "1"},
                       {"GIT_CONFIG_GLOBAL", "/dev/null"},
                       {"GIT_CONFIG_COUNT", "2"},
                       {"GIT_CONFIG_KEY_0", "http.receivepack"},
                       {"GIT_CONFIG_VALUE_0", "true"},
                       {"GIT_CONFIG_KEY_1", "safe.directory"},
                       {"GIT_CONFIG_VALUE_1", "*"},
                       {"REQUEST_METHOD", request.method},
                       {"PATH_INFO", request.path},
                       {"QUERY_STRING", request.query},
                       {"REMOTE_USER", "ana"},
                       {"REMOTE_ADDR", "127.0.0.1"},
                       {"CONTENT_TYPE", header("content-type")},
                       {"CONTENT_LENGTH", header("content-length")},
                       {"HTTP_CONTENT_ENCODING", header("content-encoding")},
                       {"HTTP_GIT_PROTOCOL", header("git-protocol")},
                       {"GIT_PROTOCOL", header("git-protocol")}};
  program.without = {"GIT_DIR", "GIT_WORK_TREE"};
  program.input = folder.write("body", request.body);
  const auto ran = git::run_program(std::move(program));
  if (!ran) return {500, ran.error().message};
  const std::size_t end = ran->output.find("\r\n\r\n");
  if (end == std::string::npos) return {500, ran->errors};
  HttpReply out;
  out.body = ran->output.substr(end + 4);
  std::string_view head = std::string_view(ran->output).substr(0, end);
  while (!head.empty()) {
    const std::size_t line_end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, line_end);
    if (line.starts_with("Status: "))
      out.status = std::stoi(std::string(line.substr(8)));
    else if (line.starts_with("Content-Type: "))
      out.type = line.substr(14);
    else
      out.headers.emplace_back(line);
    head.remove_prefix(std::min(head.size(), line_end + 2));
  }
  return out;
}

}  // namespace backout::test
