// Which of the three layers a changed file belongs to. They are rolled back by different tools, and
// none replaces another.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "git/tree.h"
#include "preflight/image.h"

namespace backout::preflight {

enum class Layer : std::uint8_t { flag, data, config, code, none };
[[nodiscard]] std::string_view to_string(Layer layer);  // "none": "not deployed"

struct FileChange {
  std::string path;
  git::Status status = git::Status::modified;
  Layer layer = Layer::code;
  std::string what;                   // "image tag", "NetworkPolicy", "migration", "documentation"
  std::vector<ImageChange> images{};  // whose tags differ; no tag on a side without the file
  bool unread = false;                // may name images, and cannot be read
};

struct Surroundings {
  const Config& config;
  std::vector<std::string> migrations;  // paths of files that are one, on either side; sorted
  std::vector<std::string> charts;      // folders of Helm charts on either side; sorted
  std::function<std::optional<std::string>(const git::Oid&)> read;  // nothing: not readable
};
// By its path, and for YAML by what it holds on both sides.
[[nodiscard]] FileChange classify(const git::Delta& delta, const Surroundings& around);

}  // namespace backout::preflight
