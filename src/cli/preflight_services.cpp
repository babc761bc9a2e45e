#include "cli/preflight_services.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "cli/revision_config.h"
#include "git/revision.h"

namespace backout::cli {

using preflight::Side;

Result<Side> side_of(const git::Repository& repository, const std::string& name,
                     const std::string& revision) {
  Side out{name, revision, {}};
  TRY(out.commit, git::resolve(repository, revision));
  return out;
}

Result<git::Repository> repository_of(const git::Repository& here, const ServiceConfig* service) {
  if (!service || service->repository.empty())
    return git::open(here.work_dir.empty() ? here.git_dir : here.work_dir,
                     git::process_environment());
  const std::string folder = service->repository.starts_with('/')
                                 ? service->repository
                                 : here.work_dir + service->repository;
  auto opened = git::open(folder, [](const char*) { return std::nullopt; });
  if (!opened)
    return fail(opened.error().kind,
                fmt::format("the repository of service `{}`: {}; `services.{}.repository` is the "
                            "folder of a clone",
                            service->name, opened.error().message, service->name));
  return opened;
}

Result<void> assess_images(const git::Repository& here, const Config& config,
                           const std::string& service_name, const preflight::GitOps& gitops,
                           preflight::Preflight& out) {
  TRY(const ServiceConfig* const wanted, named_service(config, service_name));

  std::vector<preflight::ImageChange> images;
  for (const preflight::FileChange& file : gitops.files)
    if (file.unread)
      out.doubts.push_back(fmt::format(
          "`{}` changed and is no YAML that can be read: whether it names another image is not "
          "known; a template has to be rendered first",
          file.path));
  for (const preflight::FileChange& file : gitops.files)
    for (const preflight::ImageChange& image : file.images)
      if (std::none_of(images.begin(), images.end(), [&](const preflight::ImageChange& known) {
            return known.name == image.name && known.before == image.before &&
                   known.after == image.after;
          }))
        images.push_back(image);
  for (const preflight::ImageChange& image : images) {
    const ServiceConfig* service = nullptr;
    for (const ServiceConfig& one : config.services)
      if (std::find(one.images.begin(), one.images.end(), image.name) != one.images.end())
        service = &one;
    if (wanted && service != wanted) continue;
    if (!service) {
      out.doubts.push_back(fmt::format(
          "image `{}` changed from {} to {}, and no service of the configuration builds it: "
          "whether it came with migrations is not known",
          image.name, image.before, image.after));
      continue;
    }
    TRY(const git::Repository own, repository_of(here, service));
    TRY(const std::string bad, preflight::revision_of_tag(*service, image.after));
    TRY(const std::string good, preflight::revision_of_tag(*service, image.before));
    TRY(Side bad_side, side_of(own, image.after, bad));
    TRY(Side good_side, side_of(own, image.before, good));
    TRY(preflight::Assessment assessment,
        preflight::assess(own, config, service, std::move(bad_side), std::move(good_side)));
    out.services.push_back(std::move(assessment));
  }
  return {};
}

}  // namespace backout::cli
