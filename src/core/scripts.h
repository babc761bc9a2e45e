// The sections of migrations, each parsed once, on all processors.
#pragma once

#include <cstddef>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "core/change.h"
#include "core/limits.h"
#include "core/task.h"
#include "sql/framework.h"

namespace backout {

class Scripts {
 public:
  explicit Scripts(const Limits& limits) : limits_(limits) {}

  // Reserves a section; its script is filled by parse(). No source: the file cannot be read.
  ParsedSection add(const sql::Files& files, const sql::History& history,
                    const sql::Section& section);
  std::vector<ParsedSection> add(const sql::Files& files, const sql::History& history,
                                 const std::vector<sql::Section>& sections);
  ParsedMigration add(const sql::Files& files, const sql::History& history,
                      const sql::Migration& migration, FileState state);
  // `threads` 0: one a processor.
  void parse(const Task& task);

 private:
  struct Job {
    const Source* source;
    Span span;
    sql::ParseOptions options;
    std::shared_ptr<sql::Script> script;
  };
  using Key = std::tuple<const Source*, std::uint32_t, std::uint32_t>;
  struct Hash {
    std::size_t operator()(const Key& key) const {
      const auto& [source, begin, end] = key;
      return std::hash<const void*>{}(source) ^ (std::size_t{begin} * 0x9E3779B97F4A7C15U) ^ end;
    }
  };
  Limits limits_;
  std::vector<Job> jobs_;
  std::unordered_map<Key, std::size_t, Hash> index_;
};

}  // namespace backout
