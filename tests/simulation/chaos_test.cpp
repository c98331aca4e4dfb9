/// Seeded lives of whole clusters: that they hold, that a seed is a run, and that
/// the referee sees what is wrong.

#include "tools/simulation/chaos.hpp"

#include <spdlog/spdlog.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <optional>

namespace troupe::simulation {
namespace {

using namespace std::chrono_literals;

std::string report_of(const ChaosResult& result) {
  std::string text = "seed " + std::to_string(result.seed) + "\n";
  const auto& lines = result.last_lines;
  for (auto at = lines.size() > 40 ? lines.size() - 40 : 0; at < lines.size(); ++at) text += lines[at] + "\n";
  for (const auto& breach : result.breaches) text += breach + "\n";
  return text;
}

std::int64_t from_environment(const char* name, std::int64_t otherwise) {
  const char* text = std::getenv(name);
  return text != nullptr ? std::atoll(text) : otherwise;
}

class Chaos : public ::testing::Test {
 protected:
  Chaos() { spdlog::set_level(spdlog::level::off); }
};

/// TROUPE_SIMULATION_SECONDS of them, from TROUPE_SIMULATION_SEED on; each message into
/// TROUPE_SIMULATION_LOG when it names a file.
TEST_F(Chaos, ClustersHoldWhateverFails) {
  const auto budget = std::chrono::seconds{from_environment("TROUPE_SIMULATION_SECONDS", 20)};
  std::optional<std::ofstream> log;
  if (const char* path = std::getenv("TROUPE_SIMULATION_LOG")) log.emplace(path);
  const auto begun = std::chrono::steady_clock::now();
  std::chrono::duration<double, std::ratio<3600>> lived{0};
  std::uint64_t messages = 0;
  int count = 0;
  auto seed = static_cast<std::uint64_t>(from_environment("TROUPE_SIMULATION_SEED", 1));
  for (; count == 0 || std::chrono::steady_clock::now() - begun < budget; ++seed, ++count) {
    ChaosOptions options;
    options.seed = seed;
    if (log) {
      options.every_message = true;
      options.log = [&log](std::string_view line) { *log << line << '\n'; };
    }
    const auto result = run_chaos(options);
    ASSERT_TRUE(result.breaches.empty()) << report_of(result);
    EXPECT_GT(result.tasks, 0U);
    lived += result.lived;
    messages += result.steps;
  }
  const std::chrono::duration<double, std::ratio<60>> took = std::chrono::steady_clock::now() - begun;
  std::cout << "simulated seeds " << count << ", " << count / took.count() << " a minute\n"
            << "virtual hours " << lived.count() << ", " << lived.count() / took.count() << " a minute\n"
            << "messages " << messages << std::endl;
}

TEST_F(Chaos, ASeedIsARunByteForByte) {
  const auto live = [](std::uint64_t seed, std::string& log) {
    ChaosOptions options;
    options.seed = seed;
    options.troubled = 4min;
    options.every_message = true;
    options.log = [&log](std::string_view line) { (log += line) += '\n'; };
    return run_chaos(options);
  };
  std::string first;
  std::string second;
  std::string other;
  const auto result = live(7, first);
  EXPECT_EQ(live(7, second).digest, result.digest);
  EXPECT_GT(first.size(), 100'000U);
  EXPECT_TRUE(first == second) << "the logs differ";
  EXPECT_NE(live(8, other).digest, result.digest);
}

/// What a bug is seen as first.
struct Sight {
  const char* bug;
  const char* seen;
};

class PlantedBug : public ::testing::TestWithParam<Sight> {};

TEST_P(PlantedBug, IsSeen) {
  spdlog::set_level(spdlog::level::off);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    ChaosOptions options;
    options.seed = seed;
    options.planted = planted_by_name(GetParam().bug);
    ASSERT_NE(options.planted, Planted::none);
    const auto result = run_chaos(options);
    if (result.breaches.empty()) continue;
    std::cout << "seed " << seed << ", " << result.breaches.front() << std::endl;
    EXPECT_THAT(result.breaches.front(), ::testing::ContainsRegex(GetParam().seen));
    return;
  }
  ADD_FAILURE() << "nobody saw it in 20 lives";
}

INSTANTIATE_TEST_SUITE_P(Each, PlantedBug,
                         ::testing::Values(Sight{"lying-disk", "after a restart"},
                                           Sight{"released-twice", "oversubscribed"},
                                           Sight{"forgotten-in-manifest", "nobody had asked"},
                                           Sight{"forgotten-on-host", "its containers run"},
                                           Sight{"skipped-sequence", "is written after event"},
                                           Sight{"stops-too-many", "minimumHealthyPercent asks"},
                                           Sight{"started-twice", "is started twice"}),
                         [](const auto& sight) {
                           std::string name = sight.param.bug;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace troupe::simulation
