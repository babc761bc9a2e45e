#include "http/libcurl.h"

#include <dlfcn.h>

#include <type_traits>

namespace backout::http {
namespace {

Libcurl load() {
  Libcurl out;
  void* const library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);  // never unloaded
  if (!library) return out;
  bool complete = true;
  const auto find = [&](auto& function, const char* name) {
    function =
        reinterpret_cast<std::remove_reference_t<decltype(function)>>(::dlsym(library, name));
    complete = complete && function;
  };
  find(out.global_init, "curl_global_init");
  find(out.free, "curl_free");
  find(out.slist_append, "curl_slist_append");
  find(out.slist_free_all, "curl_slist_free_all");
  find(out.url, "curl_url");
  find(out.url_set, "curl_url_set");
  find(out.url_get, "curl_url_get");
  find(out.url_cleanup, "curl_url_cleanup");
  find(out.easy_init, "curl_easy_init");
  find(out.easy_reset, "curl_easy_reset");
  find(out.easy_setopt, "curl_easy_setopt");
  find(out.easy_perform, "curl_easy_perform");
  find(out.easy_getinfo, "curl_easy_getinfo");
  find(out.easy_strerror, "curl_easy_strerror");
  find(out.easy_cleanup, "curl_easy_cleanup");
  out.ready = complete && out.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return out;
}

}  // namespace

const Libcurl& libcurl() {
  static const Libcurl loaded = load();
  return loaded;
}

}  // namespace backout::http
