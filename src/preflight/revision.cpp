// From the names people have at hand to revisions of git.
#include "git/revision.h"

#include <fmt/format.h>

#include <algorithm>

#include "preflight/preflight.h"

namespace backout::preflight {
namespace {

const ServiceConfig* service_of(const Config& config, std::string_view image) {
  for (const ServiceConfig& service : config.services)
    if (std::find(service.images.begin(), service.images.end(), image) != service.images.end())
      return &service;
  return nullptr;
}

}  // namespace

Result<std::string> revision_of_tag(const ServiceConfig& service, std::string_view tag) {
  const std::string_view pattern = service.tags;
  const std::size_t open = pattern.find('{'), close = pattern.find('}');
  const std::string_view before = pattern.substr(0, open), after = pattern.substr(close + 1);
  const bool by_commit = pattern.substr(open, close + 1 - open) == "{commit}";
  const bool fits =
      tag.size() > before.size() + after.size() && tag.starts_with(before) && tag.ends_with(after);
  const std::string_view middle =
      fits ? tag.substr(before.size(), tag.size() - before.size() - after.size())
           : std::string_view();
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  constexpr std::size_t shortest = 7;
  if (by_commit && middle.size() >= shortest && std::all_of(middle.begin(), middle.end(), is_hex))
    return std::string(middle);
  // A version is the git tag itself, or its number alone as images often have it.
  if (!by_commit && !tag.starts_with("sha256:")) {
    if (fits) return std::string(tag);
    if (!tag.empty() && tag[0] >= '0' && tag[0] <= '9')
      return fmt::format("{}{}{}", before, tag, after);
  }
  return fail(ErrorKind::usage,
              fmt::format("the tag `{}` does not read as `{}`, the pattern of service `{}`{}", tag,
                          pattern, service.name,
                          tag.starts_with("sha256:")
                              ? "; a digest says nothing of a commit: give the revision instead"
                              : "; give the revision instead, or set `services." + service.name +
                                    ".tags`"));
}

Result<Named> read_name(const std::string& name, const Config& config,
                        const git::Repository& repository) {
  if (git::exists(repository, name)) return Named{name, nullptr};
  const Image image = split_image(name);
  if (const ServiceConfig* const service = service_of(config, image.name)) {
    if (image.tag.empty())
      return fail(ErrorKind::usage,
                  fmt::format("`{}` has no tag; give it as `{}:TAG`", name, name));
    TRY(std::string revision, revision_of_tag(*service, image.tag));
    return Named{std::move(revision), service};
  }
  if (image.name.find('/') != std::string::npos && !image.tag.empty())
    return fail(ErrorKind::usage,
                fmt::format("no service of the configuration has the image `{}`; add it under "
                            "`services:` of `.backout.yaml`, or give the revision instead",
                            image.name));
  return Named{name, nullptr};
}

}  // namespace backout::preflight
