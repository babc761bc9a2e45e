#include "argo/migrator.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "argo/hook.h"

namespace backout::argo {
namespace {

// What an image or a command has to say; the first that fits counts.
constexpr std::pair<std::string_view, std::string_view> tools[] = {
    {"flyway", "Flyway"},
    {"liquibase", "Liquibase"},
    {"node-pg-migrate", "node-pg-migrate"},
    {"golang-migrate", "golang-migrate"},
    {"migrate/migrate", "golang-migrate"},
    {"alembic", "Alembic"},
    {"sqlx migrate", "sqlx"},
    {"sqlx database", "sqlx"},
    {"refinery migrate", "refinery"},
    {"tern migrate", "tern"},
    {"goose", "goose"},
    {"dbmate", "dbmate"},
    {"diesel migration", "diesel"},
    {"arigaio/atlas", "Atlas"},
    {"atlas migrate", "Atlas"},
    {"prisma migrate", "Prisma"},
    {"sqitch", "sqitch"},
    {"manage.py migrate", "Django"},
    {"db:migrate", "Rails"},
    {"knex migrate", "Knex"},
    {"typeorm migration", "TypeORM"},
    {"sequelize db", "Sequelize"},
};

// Name, image, command and arguments as one lower-case line.
std::string line_of(const yaml::Node& container) {
  std::string out;
  const auto add = [&](const yaml::Node& node) { out.append(node.text).push_back(' '); };
  for (const std::string_view key : {"name", "image"})
    if (const yaml::Node* const node = container.find(key)) add(*node);
  for (const std::string_view key : {"command", "args"})
    if (const yaml::Node* const list = container.find(key))
      for (const yaml::Node& word : list->items) add(word);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return out;
}

bool has(std::string_view line, std::string_view word) {
  return line.find(word) != std::string_view::npos;
}

std::optional<Migrator> migrator_of(const yaml::Node& container) {
  const std::string line = line_of(container);
  for (const auto& [word, tool] : tools)
    if (has(line, word)) return Migrator{&container, tool};
  if (!has(line, "migrat")) return std::nullopt;
  const bool flags = (has(line, "-path") || has(line, "-source")) && has(line, "-database");
  return Migrator{&container, flags ? "golang-migrate" : ""};
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// By its wave and those of the workloads beside it.
std::optional<MigrationOrder> order_by_wave(const Object& job, const Objects& objects) {
  const auto own = wave_of(job);
  std::optional<int> first;
  for (const Object& other : objects.all())
    if (is_workload(other.kind) && same_folder(job, other))
      if (const auto wave = wave_of(other)) first = std::min(first.value_or(*wave), *wave);
  if (!own || !first) return std::nullopt;
  if (*own == *first) return MigrationOrder::with_code;
  return *own < *first ? MigrationOrder::before_code : MigrationOrder::after_code;
}

std::optional<MigrationOrder> order_of(const Object& object, const Objects& objects) {
  if (object.kind == ObjectKind::analysis_template ||
      object.kind == ObjectKind::cluster_analysis_template)
    return MigrationOrder::canary_first;
  if (is_workload(object.kind)) return MigrationOrder::at_start;
  if (object.kind != ObjectKind::job) return std::nullopt;
  const auto hook = hook_of(object);
  if (hook && hook->runs_in("PreSync")) return MigrationOrder::before_code;
  if (hook && hook->runs_in("PostSync")) return MigrationOrder::after_code;
  if (hook && !hook->runs_in("Sync")) return std::nullopt;
  return order_by_wave(object, objects);
}

}  // namespace

std::vector<Migrator> migrators_of(const Object& object) {
  std::vector<Migrator> out;
  const auto add = [&](const yaml::Node* list) {
    if (list == nullptr) return;
    for (const yaml::Node& container : list->items)
      if (const auto found = migrator_of(container)) out.push_back(*found);
  };
  if (const yaml::Node* const metrics = object.node->find({"spec", "metrics"}))
    for (const yaml::Node& metric : metrics->items)
      if (const yaml::Node* const job =
              metric.find({"provider", "job", "spec", "template", "spec"}))
        add(job->find("containers"));
  const yaml::Node* const pod = object.kind == ObjectKind::cron_job
                                    ? nullptr  // runs by the clock, not in a release
                                    : object.node->find({"spec", "template", "spec"});
  if (pod == nullptr) return out;
  add(pod->find("initContainers"));
  if (object.kind == ObjectKind::job) add(pod->find("containers"));
  return out;
}

bool is_workload(ObjectKind kind) {
  return kind == ObjectKind::rollout || kind == ObjectKind::deployment ||
         kind == ObjectKind::stateful_set || kind == ObjectKind::daemon_set;
}

bool same_folder(const Object& a, const Object& b) {
  return folder_of(a.source->path) == folder_of(b.source->path);
}

std::vector<MigrationStep> migration_steps(const Objects& objects) {
  std::vector<MigrationStep> out;
  for (const Object& object : objects.all())
    if (const auto order = order_of(object, objects))
      for (const Migrator& migrator : migrators_of(object))
        out.push_back({&object, migrator, *order});
  return out;
}

}  // namespace backout::argo
