// The least that any linter on PostgreSQL's parser must do: read the files named in LIST, one a
// line, and parse each in one call on one thread, without even making a tree that could be looked
// at.
#include <fmt/core.h>
#include <pg_query.h>

#include <cstddef>
#include <fstream>
#include <iterator>
#include <string>

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: floor LIST\n");
    return 2;
  }
  std::ifstream list(argv[1]);
  std::size_t files = 0, bytes = 0, statements = 0, failures = 0;
  for (std::string path; std::getline(list, path); ++files) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    bytes += text.size();
    const PgQuerySplitResult result = pg_query_split_with_parser(text.c_str());
    if (result.error != nullptr)
      ++failures;
    else
      statements += static_cast<std::size_t>(result.n_stmts);
    pg_query_free_split_result(result);
  }
  fmt::print("{} files, {} bytes, {} statements, {} files do not parse\n", files, bytes, statements,
             failures);
}
