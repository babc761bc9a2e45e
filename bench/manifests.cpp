// The files of LIST (one a line) that hold objects of Argo: yaml-cpp's event parser alone, with
// nobody listening, beside reading them into trees with spans and finding the objects. One thread,
// the files in memory, the two in turn; the quickest of five rounds each.
#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include "argo/manifest.h"

namespace {

class Nobody final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

void parse_alone(const std::string& text) {
  std::istringstream in(text);
  Nobody nobody;
  YAML::Parser parser(in);
  while (parser.HandleNextDocument(nobody)) {
  }
}

template <class Work>
double seconds(const Work& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace backout;
  if (argc != 2) {
    fmt::print(stderr, "usage: manifests LIST\n");
    return 2;
  }
  std::ifstream list(argv[1]);
  std::vector<Source> sources;
  std::size_t bytes = 0;
  for (std::string path; std::getline(list, path);) {
    std::ifstream file(path, std::ios::binary);
    Source source = make_source(path, {std::istreambuf_iterator<char>(file), {}});
    if (argo::interest(source.text) != argo::Interest::argo) continue;
    const argo::File read = argo::read_file(source, {}, argo::Interest::surroundings);
    if (!argo::Objects({&read}).any_argo()) continue;
    try {
      parse_alone(source.text);
    } catch (const YAML::Exception&) {
      continue;  // where one document is broken the two would do unlike work
    }
    bytes += source.text.size();
    sources.push_back(std::move(source));
  }
  double alone = 1e9, ours = 1e9;
  std::size_t objects = 0;
  for (int round = 0; round < 5; ++round) {
    alone = std::min(alone, seconds([&] {
                       for (const Source& source : sources) parse_alone(source.text);
                     }));
    ours = std::min(ours, seconds([&] {
                      objects = 0;
                      for (const Source& source : sources) {
                        const argo::File file =
                            argo::read_file(source, {}, argo::Interest::surroundings);
                        objects += argo::Objects({&file}).all().size();
                      }
                    }));
  }
  const double megabytes = static_cast<double>(bytes) / 1e6;
  fmt::print("== manifests: {} files, {:.1f} MB, {} objects\n", sources.size(), megabytes, objects);
  fmt::print("== yaml-cpp's events alone: {:.3f} s, {:.1f} MB/s\n", alone, megabytes / alone);
  fmt::print("== read, found: {:.3f} s, {:.1f} MB/s, {:.2f} of that (wanted: 1.3 or less)\n", ours,
             megabytes / ours, ours / alone);
}
