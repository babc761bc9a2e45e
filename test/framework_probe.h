// A repository in memory and what discovery says about it, as text: one line a history, a
// migration, a problem and a skipped file.
//
//   <path>: <framework>[ psql]
//     <version> | <file>[<transaction>]{<text>} … [| down <file>[…]{…} …][ repeatable][ baseline]
//     ! <kind>: <message>
//   - <file>: <reason>
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/config.h"
#include "core/source.h"
#include "sql/framework.h"

namespace backout::sql {

using Tree = std::map<std::string, std::string>;

class Probe {
 public:
  explicit Probe(const Tree& tree) {
    for (const auto& [path, text] : tree) {
      files_.paths.push_back(path);
      sources_.push_back(make_source(path, text));
    }
    files_.read = [this](std::size_t file) -> const Source* {
      ++reads;
      return &sources_[file];
    };
  }

  [[nodiscard]] Discovery discover(std::string_view yaml = {},
                                   const std::vector<std::string>& named = {}) {
    const Result<Config> config = parse_config(yaml, ".backout.yaml", {});
    return sql::discover(files_, config ? *config : Config{}, named);
  }

  // Everything; spans as their text without line ends at either side.
  [[nodiscard]] std::string describe(std::string_view yaml = {},
                                     const std::vector<std::string>& named = {}) {
    const Discovery discovery = discover(yaml, named);
    std::string out;
    for (const History& history : discovery.histories) {
      out += fmt::format("{}: {}{}\n", history.path.empty() ? "." : history.path,
                         to_string(history.framework), history.psql ? " psql" : "");
      for (const Migration& migration : history.migrations) {
        out += fmt::format("  {} |{}", migration.version, sections(migration.up));
        if (!migration.down.empty()) out += " | down" + sections(migration.down);
        out += fmt::format("{}{}\n", migration.repeatable ? " repeatable" : "",
                           migration.baseline ? " baseline" : "");
      }
      for (const FrameworkProblem& problem : history.problems) {
        constexpr std::string_view kinds[] = {"parse", "misplaced", "duplicate", "order",
                                              "ambiguous"};
        out += fmt::format("  ! {}: {}\n", kinds[static_cast<std::size_t>(problem.kind)],
                           problem.message);
      }
    }
    for (const Skipped& skipped : discovery.skipped) {
      out += fmt::format("- {}: {}\n", files_.paths[skipped.file], skipped.reason);
    }
    return out;
  }

  std::size_t reads = 0;

 private:
  std::string sections(const std::vector<Section>& all) const {
    constexpr std::string_view transactions[] = {"file", "run", "split", "message"};
    std::string out;
    for (const Section& section : all) {
      std::string text = sources_[section.file].text.substr(section.span.begin,
                                                            section.span.end - section.span.begin);
      while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
      while (!text.empty() && (text.front() == '\n' || text.front() == '\r')) text.erase(0, 1);
      std::replace(text.begin(), text.end(), '\n', '~');
      out += fmt::format(" {}[{}]{{{}}}", files_.paths[section.file],
                         transactions[static_cast<std::size_t>(section.transaction)], text);
    }
    return out;
  }

  Files files_;
  std::vector<Source> sources_;
};

inline std::string describe(const Tree& tree, std::string_view yaml = {},
                            const std::vector<std::string>& named = {}) {
  return Probe(tree).describe(yaml, named);
}

}  // namespace backout::sql
