#include "core/scripts.h"

#include <utility>

#include "core/parallel.h"

namespace backout {

using sql::Files;
using sql::History;
using sql::Migration;
using sql::Section;

ParsedSection Scripts::add(const Files& files, const History& history, const Section& section) {
  const Source* source = files.read(section.file);
  if (!source) return {};
  const auto [it, added] =
      index_.try_emplace({source, section.span.begin, section.span.end}, jobs_.size());
  if (added) {
    sql::ParseOptions options;
    options.placeholders = history.placeholders ? sql::Placeholders::any : sql::Placeholders::none;
    options.psql = history.psql;
    options.limits = limits_;
    jobs_.push_back({source, section.span, options, std::make_shared<sql::Script>()});
  }
  return {source, section.span, section.transaction, jobs_[it->second].script};
}

std::vector<ParsedSection> Scripts::add(const Files& files, const History& history,
                                        const std::vector<Section>& sections) {
  std::vector<ParsedSection> out;
  for (const Section& section : sections)
    if (ParsedSection parsed = add(files, history, section); parsed.source)
      out.push_back(std::move(parsed));
  return out;
}

ParsedMigration Scripts::add(const Files& files, const History& history, const Migration& migration,
                             FileState state) {
  ParsedMigration out;
  out.version = migration.version;
  out.name = migration.name;
  out.state = state;
  out.repeatable = migration.repeatable;
  out.baseline = migration.baseline;
  out.has_down_form = migration.has_down_form;
  out.up = add(files, history, migration.up);
  out.down = add(files, history, migration.down);
  return out;
}

void Scripts::parse(const Task& task) {
  const std::function<void()> done_one = task.progress ? task.progress(jobs_.size()) : [] {};
  parallel_for(jobs_.size(), task.threads, [&](std::size_t i) {
    *jobs_[i].script = sql::parse(*jobs_[i].source, jobs_[i].span, jobs_[i].options);
    done_one();
  });
}

}  // namespace backout
