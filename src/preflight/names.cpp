#include "preflight/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "argo/application.h"
#include "preflight/image.h"

namespace backout::preflight {
namespace {

using argo::Object;
using argo::ObjectKind;

// "namespace/name", or a name alone.
void take(const std::string& written, std::string& name, std::string& name_space) {
  const std::size_t slash = written.find('/');
  name = written.substr(slash == std::string::npos ? 0 : slash + 1);
  if (slash != std::string::npos) name_space = written.substr(0, slash);
}

bool runs_image(const Object& object, const ServiceConfig& service) {
  const yaml::Node* const list = object.node->find({"spec", "template", "spec", "containers"});
  if (!list) return false;
  return std::any_of(list->items.begin(), list->items.end(), [&](const yaml::Node& container) {
    const yaml::Node* const image = container.find("image");
    return image && std::find(service.images.begin(), service.images.end(),
                              split_image(image->text).name) != service.images.end();
  });
}

const Object* only(const std::vector<const Object*>& objects) {
  return objects.size() == 1 ? objects.front() : nullptr;
}

std::string found_in(const Object& object) {
  return fmt::format("{} `{}` in `{}`", to_string(object.kind), object.full_name(),
                     object.source->path);
}

}  // namespace

Names find_names(const argo::Objects& objects, const ServiceConfig* service) {
  Names out;
  if (service) {
    take(service->app, out.app, out.app_namespace);
    take(service->rollout, out.rollout, out.rollout_namespace);
    take(service->cluster, out.cluster, out.cluster_namespace);
    if (!service->app.empty() || !service->rollout.empty() || !service->cluster.empty())
      out.sources.push_back(fmt::format("the configuration of service `{}`", service->name));
  }
  const Object* rollout = nullptr;
  std::vector<const Object*> rollouts = objects.of(ObjectKind::rollout);
  if (out.rollout.empty()) {
    if (service && !service->images.empty())
      std::erase_if(rollouts, [&](const Object* one) { return !runs_image(*one, *service); });
    rollout = only(rollouts);
    if (!rollout)
      for (const Object* const one : rollouts) out.rollouts.push_back(one->full_name());
    if (rollout) {
      out.rollout = rollout->name;
      out.rollout_namespace = rollout->namespace_name;
      out.sources.push_back(found_in(*rollout));
    }
  } else {
    rollout = only(objects.find(ObjectKind::rollout, out.rollout_namespace, out.rollout));
    if (rollout && out.rollout_namespace.empty()) out.rollout_namespace = rollout->namespace_name;
  }
  if (out.app.empty()) {
    std::vector<const Object*> apps = objects.of(ObjectKind::application);
    if (rollout)
      std::erase_if(apps, [&](const Object* one) {
        const auto app = argo::read_application(*one);
        return !app || !deploys(*app, *rollout);
      });
    if (const Object* const app = only(apps)) {
      out.app = app->name;
      out.app_namespace = app->namespace_name;
      out.sources.push_back(found_in(*app));
    }
  }
  return out;
}

}  // namespace backout::preflight
