#include "core/code_file.h"

#include <algorithm>
#include <span>

#include "core/glob.h"

namespace backout {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view documents[] = {".md",  ".mdx", ".markdown", ".rst",  ".adoc",
                                          ".txt", ".pdf", ".org",      ".docx", ".odt"};
constexpr std::string_view data[] = {
    ".csv",  ".tsv",   ".parquet", ".svg",    ".png", ".jpg",  ".jpeg", ".gif",  ".ico",  ".webp",
    ".avif", ".bmp",   ".woff",    ".woff2",  ".ttf", ".otf",  ".eot",  ".mp3",  ".mp4",  ".webm",
    ".wav",  ".ogg",   ".zip",     ".gz",     ".tgz", ".bz2",  ".xz",   ".zst",  ".7z",   ".tar",
    ".jar",  ".class", ".so",      ".dylib",  ".dll", ".exe",  ".a",    ".o",    ".wasm", ".pyc",
    ".bin",  ".dat",   ".db",      ".sqlite", ".css", ".scss", ".less", ".sass", ".po",   ".psd"};
constexpr std::string_view locks[] = {
    "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml",  "go.sum",
    "bun.lockb",         "packages.lock.json",  "Package.resolved"};
constexpr std::string_view vendored[] = {
    "vendor",        "node_modules",  "third_party", "third-party", "3rdparty", "bower_components",
    "jspm_packages", "site-packages", "Pods",        "vendored",    ".yarn"};
constexpr std::string_view tests[] = {
    "test",      "tests", "spec",        "specs",   "__tests__", "testdata",     "fixtures", "e2e",
    "__mocks__", "mocks", "androidTest", "testing", "testutil",  "__fixtures__", "cypress"};
constexpr std::string_view test_ends[] = {
    "_test",  "_tests", "_spec",    "-test", "-spec", ".test",    ".spec", ".tests",
    ".specs", ".e2e",   ".stories", "Test",  "Tests", "TestCase", "IT",    "Spec"};
constexpr std::string_view migrations[] = {"migrations",    "migrate",   "migration", "alembic",
                                           "db-migrations", "changelog", "flyway",    "liquibase"};
constexpr std::string_view generated[] = {".pb.go",  "_pb2.py",  "_pb2_grpc.py",  ".pb.cc",
                                          ".pb.h",   ".g.dart",  ".freezed.dart", ".designer.cs",
                                          ".g.cs",   ".gen.go",  ".generated.ts", "_generated.go",
                                          ".min.js", ".min.css", ".map",          ".snap"};
constexpr std::string_view dumps[] = {"structure.sql", "schema.sql", "schema.rb", "schema.ddl"};

constexpr std::string_view programs[] = {
    ".go",    ".java", ".kt",  ".kts", ".scala", ".groovy", ".clj", ".py",     ".rb",  ".php",
    ".js",    ".jsx",  ".mjs", ".cjs", ".ts",    ".tsx",    ".vue", ".svelte", ".rs",  ".cs",
    ".fs",    ".vb",   ".cpp", ".cc",  ".cxx",   ".c",      ".h",   ".hpp",    ".m",   ".mm",
    ".swift", ".dart", ".ex",  ".exs", ".erl",   ".hs",     ".ml",  ".lua",    ".pl",  ".pm",
    ".r",     ".jl",   ".nim", ".zig", ".cr",    ".prisma", ".cob", ".d",      ".pas", ".abap"};

bool is_one_of(std::string_view name, Names names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}
bool ends_with_one_of(std::string_view name, Names ends) {
  return std::any_of(ends.begin(), ends.end(),
                     [&](std::string_view end) { return name.ends_with(end); });
}

// "orders_test.go", "test_orders.py", "OrderTest.java"
bool is_test_name(std::string_view name) {
  if (name.starts_with("test_") || name == "conftest.py") return true;
  const std::string_view stem = name.substr(0, name.rfind('.'));
  return ends_with_one_of(stem, test_ends);
}

bool is_covered(std::string_view path, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return pattern == "." || matches(pattern, path);
  });
}

// Of the folders a path leads through; the one that says most wins.
FileClass by_folder(std::string_view path) {
  FileClass found = FileClass::code;
  for (std::size_t slash; (slash = path.find('/')) != std::string_view::npos;
       path.remove_prefix(slash + 1)) {
    const std::string_view folder = path.substr(0, slash);
    if (is_one_of(folder, vendored)) return FileClass::vendored;
    if (is_one_of(folder, migrations)) found = FileClass::migration;
    if (found == FileClass::code && is_one_of(folder, tests)) found = FileClass::test;
  }
  return found;
}

bool holds(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

}  // namespace

FileClass classify(std::string_view path, const CodeScope& scope) {
  if (!scope.code.empty() && !is_covered(path, scope.code)) return FileClass::excluded;
  if (is_covered(path, scope.exclude)) return FileClass::excluded;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (is_covered(path, scope.migrations)) return FileClass::migration;
  if (const FileClass found = by_folder(path); found != FileClass::code) return found;
  if (is_one_of(name, locks) || name.ends_with(".lock")) return FileClass::lock;
  if (ends_with_one_of(name, documents)) return FileClass::document;
  if (ends_with_one_of(name, data)) return FileClass::data;
  if (ends_with_one_of(name, generated)) return FileClass::generated;
  if (is_one_of(name, dumps)) return FileClass::schema_dump;
  if (is_test_name(name)) return FileClass::test;
  return FileClass::code;
}

bool is_program(std::string_view path) { return ends_with_one_of(path, programs); }

FileClass classify_text(std::string_view text) {
  if (text.substr(0, 8000).find('\0') != std::string_view::npos) return FileClass::data;
  const std::string_view head = text.substr(0, 1024);
  // Each generator has its words for it; Go's are the rule (golang.org/s/generatedcode).
  if ((holds(head, "Code generated ") && holds(head, "DO NOT EDIT")) || holds(head, "@generated") ||
      holds(head, "This file was automatically generated") ||
      holds(head, "This file is automatically generated") || holds(head, "<auto-generated"))
    return FileClass::generated;
  // Minified: no line a person would write.
  if (text.size() > 20'000 && std::count(text.begin(), text.begin() + 20'000, '\n') < 10)
    return FileClass::generated;
  return FileClass::code;
}

}  // namespace backout
