// What speaks for a framework besides names: libraries that the manifests of the code around
// mention. And the verdict on one folder.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/framework/parts.h"

namespace backout::sql::framework {

// Cargo.toml, go.mod, package.json. Read when asked for, each once a question.
class Manifests {
 public:
  explicit Manifests(const Scope& scope) : scope_(scope) {}

  // The path of the manifest called `base` that mentions `library`: the nearest above the folder,
  // else the first of the repository; empty when there is none.
  [[nodiscard]] std::string find(std::string_view base, std::string_view library,
                                 std::string_view folder);

 private:
  [[nodiscard]] bool mentions(std::size_t manifest, std::string_view library) const;

  const Scope& scope_;
  std::map<std::pair<std::string_view, std::string_view>, std::string>
      first_;  // by name and library
};

struct Verdict {
  Framework framework;
  std::string evidence;
  std::string ambiguity;  // what else it could be; empty: decided
};

// The history of a folder whose framework is known or assumed; an assumption is reported.
void add_history(const Scope& scope, const Verdict& verdict, std::string_view path,
                 const std::vector<std::size_t>& files);

}  // namespace backout::sql::framework
