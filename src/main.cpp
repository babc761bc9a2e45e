// The program: the only place that leaves the process.
#include <fmt/core.h>

#include "core/version.h"

int main() {
  fmt::print("backout {} ({}), PostgreSQL {} grammar\n", backout::version(), backout::commit(),
             backout::grammar());
}
