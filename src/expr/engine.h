// Which of the two expression engines judges: Argo Rollouts 1.7 to 1.9 carry expr 1.15.5, 1.10
// carries expr 1.17.8. They read, check and run conditions differently; every difference in this
// folder hangs on `modern`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace backout::expr {

enum class Engine : std::uint8_t { expr_1_15, expr_1_17 };

[[nodiscard]] constexpr bool modern(Engine engine) { return engine == Engine::expr_1_17; }

// "1.7", "1.8", "1.9" or "1.10", with or without a `v` and a patch level ("v1.9.1"). Nothing: not
// one of them.
[[nodiscard]] std::optional<Engine> engine_of(std::string_view rollouts_version);

}  // namespace backout::expr
