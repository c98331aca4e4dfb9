/// `troupe simulate`: clusters in virtual time.

#include "tools/commands.hpp"
#include "tools/simulate/live_cluster.hpp"
#include "tools/simulate/play.hpp"
#include "tools/simulation/chaos.hpp"

#include <spdlog/spdlog.h>
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>

namespace troupe::tools {
namespace {

struct SimulateArguments {
  bool chaos = false;
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> seeds;
  std::optional<double> hours;
  std::string plant;
  bool verbose = false;
  std::string file;
  std::string from;
  std::string cluster = "default";
  std::string data = "/var/lib/troupe";
  simulate::WhatIf what_if;
  std::string json;
  std::string html;
  std::string write;
};

void print_counts(const char* title, const std::map<std::string, std::uint64_t>& counts) {
  std::cout << title;
  for (const auto& [name, count] : counts) std::cout << "  " << name << " " << count;
  std::cout << "\n";
}

int print_breach(const simulation::ChaosResult& result) {
  for (const auto& line : result.last_lines) std::cout << line << "\n";
  for (const auto& breach : result.breaches) std::cout << "seed " << result.seed << ", " << breach << "\n";
  std::cout << "Again: troupe simulate --chaos --seed " << result.seed << " --seeds 1 --verbose" << std::endl;
  return 1;
}

/// Lives one seed after the other; ends with the first breach.
int run_chaos_seeds(const SimulateArguments& given) {
  using clock = std::chrono::steady_clock;
  const auto begun = clock::now();
  core::Millis lived{0};
  std::uint64_t count = 0;
  for (auto seed = given.seed;; ++seed) {
    simulation::ChaosOptions options;
    options.seed = seed;
    options.planted = simulation::planted_by_name(given.plant);
    options.every_message = given.verbose;
    if (given.verbose) options.log = [](std::string_view line) { std::cout << line << "\n"; };
    const auto result = simulation::run_chaos(options);
    if (!result.breaches.empty()) return print_breach(result);
    lived += result.lived;
    ++count;
    const double minutes = std::chrono::duration<double, std::ratio<60>>(clock::now() - begun).count();
    const double hours = std::chrono::duration<double, std::ratio<3600>>(lived).count();
    std::printf(
        "seed %llu holds: %llu messages, %zu tasks, %llu events, digest %016llx; "
        "%.0f seeds/min, %.0f virtual hours/min\n",
        static_cast<unsigned long long>(seed), static_cast<unsigned long long>(result.steps), result.tasks,
        static_cast<unsigned long long>(result.events), static_cast<unsigned long long>(result.digest),
        static_cast<double>(count) / minutes, hours / minutes);
    std::fflush(stdout);
    if (given.seeds && count >= *given.seeds) {
      print_counts("calls of the last seed:", result.calls);
      print_counts("faults of the last seed:", result.faults);
      return 0;
    }
    if (given.hours && hours >= *given.hours) return 0;
  }
}

/// The description's text, from the file or from the live cluster.
simulate::TakenDescription description_for(const SimulateArguments& given) {
  if (!given.from.empty()) {
    setenv("AWS_ENDPOINT_URL_ECS", given.from.c_str(), 1);
    const auto server = find_server(given.data);
    if (!server.problem.empty()) return {{}, server.problem};
    return simulate::take_description(server, given.cluster, given.what_if);
  }
  std::ifstream file{given.file};
  if (!file) return {{}, "cannot read " + given.file};
  return {std::string{std::istreambuf_iterator<char>{file}, {}}, {}};
}

/// "-" is standard output.
bool write_to(const std::string& path, const std::string& text) {
  if (path == "-") {
    std::cout << text;
    return true;
  }
  std::ofstream file{path};
  return static_cast<bool>(file << text);
}

/// 0 when all came to rest, 2 when not; 1 is for what could not be played at all.
int play_description(const SimulateArguments& given) {
  const auto taken = description_for(given);
  if (!taken.problem.empty()) return fail(taken.problem);
  if (!given.write.empty())
    return write_to(given.write, taken.json) ? 0 : fail("cannot write " + given.write);
  const auto read = simulate::read_description(taken.json);
  if (!read.problem.empty())
    return fail((given.file.empty() ? given.from : given.file) + ": " + read.problem);
  const auto report = simulate::play(read.description);
  if (!given.json.empty() && !write_to(given.json, simulate::report_json(report))) {
    return fail("cannot write " + given.json);
  }
  if (!given.html.empty() && !write_to(given.html, simulate::report_html(report))) {
    return fail("cannot write " + given.html);
  }
  if (given.json != "-" && given.html != "-") std::cout << simulate::report_text(report);
  return report.finished_at && report.breaches.empty() ? 0 : 2;
}

int simulate_as_told(const SimulateArguments& given) {
  spdlog::set_level(spdlog::level::off);
  if (!given.plant.empty() && simulation::planted_by_name(given.plant) == simulation::Planted::none) {
    return fail("there is no planted bug " + given.plant);
  }
  const int ways = (given.chaos ? 1 : 0) + (given.file.empty() ? 0 : 1) + (given.from.empty() ? 0 : 1);
  if (ways != 1) return fail("simulate wants a FILE, --from ENDPOINT or --chaos");
  return given.chaos ? run_chaos_seeds(given) : play_description(given);
}

void add_chaos_options(CLI::App& command, SimulateArguments& given) {
  command.add_flag(
      "--chaos", given.chaos,
      "Lives of clusters in which everything fails, one seed after the other, watched by a referee");
  command.add_option("--seed", given.seed, "The first seed; the same seed is the same run")
      ->capture_default_str();
  command.add_option("--seeds", given.seeds, "So many of them; default: for ever");
  command.add_option("--hours", given.hours, "Until so many hours of virtual time have passed");
  command.add_option("--plant", given.plant,
                     "Puts in a bug: lying-disk, released-twice, forgotten-in-manifest, forgotten-on-host, "
                     "skipped-sequence, stops-too-many, started-twice");
  command.add_flag("--verbose", given.verbose, "Prints every message");
}

}  // namespace

void add_simulate_command(CLI::App& app, Chosen& chosen) {
  const auto given = std::make_shared<SimulateArguments>();
  auto* command = app.add_subcommand(
      "simulate", "Clusters in virtual time: a description, a copy of a live cluster, or chaos");
  command->add_option("FILE", given->file, "A description; its form is in tools/simulate/README.md");
  command->add_option("--from", given->from, "Takes the description from the live cluster at this URL");
  command->add_option("--cluster", given->cluster, "Of --from: which one")->capture_default_str();
  command->add_option("--data", given->data, "Of --from: data directory with the server's credentials")
      ->envname("TROUPE_DATA")
      ->capture_default_str();
  command->add_option("--deploy", given->what_if.deploy,
                      "Of --from: SERVICE=IMAGE, what if this were rolled out");
  command->add_option("--scale", given->what_if.scale, "Of --from: SERVICE=COUNT");
  command->add_option("--drain", given->what_if.drain, "Of --from: an instance, by id, ARN or host");
  command->add_option("--lose-zone", given->what_if.lose_zone, "Of --from: an availability zone");
  command->add_option("--json", given->json, "Writes the report as JSON to this file; - is standard output");
  command->add_option("--html", given->html, "Writes the report as one HTML page");
  command->add_option("--write", given->write,
                      "Writes the description that would be played, and plays nothing");
  add_chaos_options(*command, *given);
  command->callback([&chosen, given] { chosen = [given] { return simulate_as_told(*given); }; });
}

}  // namespace troupe::tools
