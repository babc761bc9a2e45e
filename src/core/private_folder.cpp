#include "core/private_folder.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace backout {

namespace fs = std::filesystem;

PrivateFolder::PrivateFolder() {
  std::error_code error;
  std::string name = (fs::temp_directory_path(error) / "backout-XXXXXX").string();
  if (!error && ::mkdtemp(name.data()) != nullptr) path_ = name;
}

PrivateFolder::~PrivateFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

std::string PrivateFolder::write(std::string_view name, std::string_view text) const {
  if (path_.empty()) return {};
  std::string file = path_ + '/';
  file += name;
  std::ofstream out(file, std::ios::binary);
  out << text;
  return out.flush() ? file : std::string();
}

}  // namespace backout
