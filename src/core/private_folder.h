// A folder of our own for what another program has to read: nobody else can, and it goes away with
// all that is in it.
#pragma once

#include <string>
#include <string_view>

namespace backout {

class PrivateFolder {
 public:
  PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  ~PrivateFolder();
  [[nodiscard]] const std::string& path() const { return path_; }  // empty: it cannot be made
  // The path of a new file in it; empty when it cannot be written.
  [[nodiscard]] std::string write(std::string_view name, std::string_view text) const;

 private:
  std::string path_;
};

}  // namespace backout
