// One project of the corpus of real migrations: CORPUS/sql/NAME, and what a real server made of it
// (TRUTH/NAME.*). What is special about a project (several databases, a placeholder) stands in
// project.cpp and nowhere else.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/config.h"
#include "input/disk.h"
#include "sql/framework.h"

namespace backout::test {

struct Project {
  std::string name;
  std::filesystem::path root;
  Config config;
  DiskFiles disk;
};

// In the order of their names. Changes the working folder while it reads: paths are relative to the
// project's root.
[[nodiscard]] std::vector<Project> projects(const std::filesystem::path& corpus);

// Files of PostgreSQL's dialect: of those that have a variant for each database, the others are
// left out.
[[nodiscard]] bool is_postgres(std::string_view path);

// The name under which TRUTH has a history of the project.
[[nodiscard]] std::string truth_name(const Project& project, const sql::History& history);

[[nodiscard]] std::string read_text(const std::filesystem::path& path);

}  // namespace backout::test
