/// Lines and their digest (FNV-1a).

#include "tools/simulation/chronicle.hpp"

#include <cstdio>

namespace troupe::simulation {
namespace {

constexpr std::size_t lines_kept = 400;
constexpr auto first_instant = core::Time{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

}  // namespace

std::string since_start(core::Time now) {
  const auto ms = (now - first_instant).count();
  constexpr std::int64_t day = 86'400'000;
  char text[64];
  std::snprintf(text, sizeof text, "%lldd %02lld:%02lld:%02lld.%03lld", static_cast<long long>(ms / day),
                static_cast<long long>(ms / 3'600'000 % 24), static_cast<long long>(ms / 60'000 % 60),
                static_cast<long long>(ms / 1000 % 60), static_cast<long long>(ms % 1000));
  return text;
}

void Chronicle::note(std::uint64_t step, core::Time now, std::string_view text) {
  std::string line = std::to_string(step) + " " + since_start(now) + " ";
  line += text;
  mix(line);
  sink(line);
  last_lines_.push_back(std::move(line));
  if (last_lines_.size() > lines_kept) last_lines_.pop_front();
}

void Chronicle::message(std::uint64_t step, core::Time now, std::string_view name, std::uint64_t id) {
  if (every_message) {
    note(step, now, "-> " + std::string{name} + " " + std::to_string(id));
    return;
  }
  mix(step);
  mix(static_cast<std::uint64_t>(core::to_epoch_ms(now)));
  mix(name);
  mix(id);
}

void Chronicle::mix(std::string_view text) {
  for (const char c : text) digest_ = (digest_ ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
}

void Chronicle::mix(std::uint64_t number) {
  digest_ = (digest_ ^ number) * 1099511628211ULL;
}

}  // namespace troupe::simulation
