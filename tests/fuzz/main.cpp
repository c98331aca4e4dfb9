/// One program for all fuzz targets: `fuzz TARGET`, then libFuzzer's own arguments.

#include "tests/fuzz/targets.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

namespace troupe::fuzz {
namespace {

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
};

constexpr std::array targets{Target{"agent_frames", agent_frames}, Target{"json", json},
                             Target{"query_language", query_language}, Target{"sigv4", sigv4}};

const Target* chosen = nullptr;

/// Takes the target's name away from the arguments.
bool choose(int& argc, char**& argv) {
  if (argc < 2) return false;
  for (const Target& target : targets) {
    if (target.name == argv[1]) chosen = &target;
  }
  argv[1] = argv[0];
  --argc;
  ++argv;
  return chosen != nullptr;
}

}  // namespace
}  // namespace troupe::fuzz

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  if (troupe::fuzz::choose(*argc, *argv)) return 0;
  std::fputs("the first argument names a target:", stderr);
  for (const auto& target : troupe::fuzz::targets) std::fprintf(stderr, " %s", target.name.data());
  std::fputs("\n", stderr);
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  troupe::fuzz::chosen->run({reinterpret_cast<const char*>(data), size});
  return 0;
}
