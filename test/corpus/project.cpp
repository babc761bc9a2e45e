#include "corpus/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace backout::test {

namespace fs = std::filesystem;

namespace {

Config config_of(const std::string& project) {
  Config config;
  if (project == "kratos")  // one database, whose migrations lie in two folders
    config.migrations.push_back(
        {.paths = {"persistence/sql/migrations/sql", "oryx/networkx/migrations/sql"},
         .framework = {},
         .transaction = {},
         .postgres = {},
         .code = {},
         .schema = {}});
  return config;
}

}  // namespace

std::vector<Project> projects(const fs::path& corpus) {
  std::vector<Project> all;
  for (const auto& entry : fs::directory_iterator(fs::absolute(corpus / "sql")))
    if (entry.is_directory())
      all.push_back(
          {entry.path().filename(), entry.path(), config_of(entry.path().filename()), {}});
  std::sort(all.begin(), all.end(),
            [](const Project& a, const Project& b) { return a.name < b.name; });
  const fs::path home = fs::current_path();
  for (Project& project : all) {
    fs::current_path(project.root);
    auto files = disk_files({"."}, project.config.limits, 0);
    if (files)
      project.disk = std::move(*files);
    else
      fmt::print(stderr, "{}: {}\n", project.name, files.error().message);
    for (std::size_t i = 0; i < project.disk.files.paths.size(); ++i)
      (void)project.disk.files.read(i);  // while paths mean what they say
  }
  fs::current_path(home);
  return all;
}

bool is_postgres(std::string_view path) {
  for (const std::string_view other : {".mysql.", ".sqlite3.", ".sqlite.", ".cockroach."})
    if (path.find(other) != std::string_view::npos) return false;
  return path.ends_with(".sql");
}

std::string truth_name(const Project& project, const sql::History& history) {
  for (const std::string_view database : {"visibility", "prover"})
    if (history.path.find(database) != std::string::npos)
      return fmt::format("{}.{}", project.name, database);
  return project.name;
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace backout::test
