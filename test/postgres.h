// A real PostgreSQL server for tests: from the distribution's package, in a temporary directory, on
// a private Unix socket, gone with the test program. Started on first use, once a program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backout::test {

class Postgres {
 public:
  // The server of this program; `error()` says why there is none.
  static Postgres& server();
  ~Postgres();
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  [[nodiscard]] const std::string& error() const { return error_; }

  // Runs a psql script; what it printed to standard output. `database` is made when it is new.
  struct Output {
    std::string out, err;
  };
  Output run(const std::string& database, std::string_view script);

  // Runs each statement in one session and goes on after failures. Empty text: it worked.
  std::vector<std::string> replay(const std::string& database,
                                  const std::vector<std::string>& statements);
  // The database's schema as JSON (postgres_catalog.sql).
  std::string catalog(const std::string& database);

 private:
  Postgres();
  bool start();
  std::string error_, directory_, binaries_;
  std::vector<std::string> databases_;
  int process_ = 0;
};

}  // namespace backout::test
