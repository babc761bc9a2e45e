#include "postgres.h"

#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace backout::test {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

// The newest of /usr/lib/postgresql/*/bin.
std::string find_binaries() {
  int newest = 0;
  std::string found;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version <= newest || !fs::exists(entry.path() / "bin" / "postgres")) continue;
    newest = version;
    found = entry.path() / "bin";
  }
  return found;
}

}  // namespace

Postgres& Postgres::server() {
  static Postgres instance;
  return instance;
}

Postgres::Postgres() {
  binaries_ = find_binaries();
  if (binaries_.empty()) {
    error_ = "no PostgreSQL server under /usr/lib/postgresql (package `postgresql`)";
    return;
  }
  std::string name = (fs::temp_directory_path() / "backout-postgres-XXXXXX").string();
  if (!mkdtemp(name.data())) {
    error_ = "cannot make a temporary directory";
    return;
  }
  directory_ = name;
  if (!start() && error_.empty())
    error_ = "the server did not start: " + read_file(fs::path(directory_) / "log");
}

// The server refuses to run as root: it then runs as the package's user. It dies with this process.
bool Postgres::start() {
  std::string as_user = "setpriv --pdeathsig KILL ";
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (!user) {
      error_ = "no user `postgres` to run the server as";
      return false;
    }
    if (chown(directory_.c_str(), user->pw_uid, user->pw_gid) != 0) return false;
    as_user += fmt::format("--reuid {} --regid {} --clear-groups ", user->pw_uid, user->pw_gid);
  }
  const std::string initialise = fmt::format(
      "cd / && {}{}/initdb -D {}/data -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8 "
      "> {}/log 2>&1",
      as_user, binaries_, directory_, directory_);
  if (std::system(initialise.c_str()) != 0) return false;
  const std::string serve = fmt::format(
      "cd / && exec {}{}/postgres -D {}/data -k {} -c listen_addresses= -c fsync=off "
      "-c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c jit=off "
      "-c max_connections=10 > {}/log 2>&1",
      as_user, binaries_, directory_, directory_, directory_);
  process_ = fork();
  if (process_ < 0) return false;
  if (process_ == 0) {
    execl("/bin/sh", "sh", "-c", serve.c_str(), static_cast<char*>(nullptr));
    _exit(127);
  }
  for (int i = 0; i < 500; ++i) {
    if (run("postgres", "SELECT 'up'").out == "up\n") return true;
    if (waitpid(process_, nullptr, WNOHANG) == process_) {
      process_ = 0;
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

Postgres::~Postgres() {
  if (process_ > 0) {
    kill(process_, SIGQUIT);  // at once, without a checkpoint
    waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  if (!directory_.empty()) fs::remove_all(directory_, ignored);
}

Postgres::Output Postgres::run(const std::string& database, std::string_view script) {
  if (database != "postgres" &&
      std::find(databases_.begin(), databases_.end(), database) == databases_.end()) {
    databases_.push_back(database);
    run("postgres", fmt::format("CREATE DATABASE \"{}\"", database));
  }
  const fs::path here(directory_);
  write_file(here / "script.sql", script);
  const std::string command = fmt::format(
      "psql -X -q -At -h {0} -U postgres -d '{1}' -f {0}/script.sql > {0}/out 2> {0}/err",
      directory_, database);
  (void)!std::system(command.c_str());
  return {read_file(here / "out"), read_file(here / "err")};
}

std::vector<std::string> Postgres::replay(const std::string& database,
                                          const std::vector<std::string>& statements) {
  const std::string mark = "-*-backout-*- ";
  std::string script;
  for (const std::string& statement : statements)
    script += fmt::format("{}\n;\n\\echo {}:SQLSTATE :LAST_ERROR_MESSAGE\n", statement, mark);
  const Output output = run(database, script);
  std::vector<std::string> results;
  std::istringstream lines(output.out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(mark)) continue;
    const std::string result = line.substr(mark.size());
    results.push_back(result.starts_with("00000") ? std::string() : result);
  }
  results.resize(statements.size(), "not run: " + output.err);
  return results;
}

std::string Postgres::catalog(const std::string& database) {
  const Output output =
      run(database, read_file(fs::path(BACKOUT_SOURCE_DIR) / "test" / "postgres_catalog.sql"));
  return output.out.empty() ? output.err : output.out;
}

}  // namespace backout::test
