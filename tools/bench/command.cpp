/// `troupe bench`: measurements, one figure a line.

#include "tools/bench/agents_bench.hpp"
#include "tools/bench/api_bench.hpp"
#include "tools/bench/c2m_bench.hpp"
#include "tools/bench/events_bench.hpp"
#include "tools/bench/place_bench.hpp"
#include "tools/bench/service_bench.hpp"
#include "tools/bench/start_bench.hpp"
#include "tools/commands.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace troupe::tools {
namespace {

void add_start(CLI::App& bench, Chosen& chosen) {
  const auto given = std::make_shared<bench::StartOptions>();
  auto* start = bench.add_subcommand("start", "From RunTask to RUNNING, beside bare conmon and crun");
  start->add_option("--count", given->count, "Tasks of each kind")->capture_default_str();
  start->add_option("--data", given->directory, "Work in a new directory below this one")
      ->capture_default_str();
  start->add_option("--image", given->image, "Docker archive with /bin/sleep; default: made of busybox");
  start->add_option("--cold-starts", given->cold_starts, "Starts of the daemon")->capture_default_str();
  start->callback([&chosen, given] { chosen = [given] { return bench::bench_start(*given); }; });
}

void add_api(CLI::App& bench, Chosen& chosen) {
  const auto given = std::make_shared<bench::ApiOptions>();
  auto* api = bench.add_subcommand("api", "Signed requests per second, read and durable");
  api->add_option("--seconds", given->seconds, "Of each measurement")->capture_default_str();
  api->add_option("--connections", given->connections, "Kept alive, one request under way on each")
      ->capture_default_str();
  api->add_option("--data", given->directory, "Work in a new directory below this one")
      ->capture_default_str();
  api->callback([&chosen, given] { chosen = [given] { return bench::bench_api(*given); }; });
}

void add_events(CLI::App& bench, Chosen& chosen) {
  const auto given = std::make_shared<bench::EventsOptions>();
  auto* events = bench.add_subcommand("events", "From commit to WebSocket frame, for many subscribers");
  events->add_option("--subscribers", given->subscribers, "Numbers of them, measured one after another")
      ->delimiter(',')
      ->capture_default_str();
  events->add_option("--rate", given->rate, "Events a second")->capture_default_str();
  events->add_option("--seconds", given->seconds, "Of each measurement")->capture_default_str();
  events->add_option("--data", given->directory, "Work in a new directory below this one")
      ->capture_default_str();
  events->callback([&chosen, given] { chosen = [given] { return bench::bench_events(*given); }; });
}

void add_service(CLI::App& bench, Chosen& chosen) {
  const auto given = std::make_shared<bench::ServiceOptions>();
  auto* service =
      bench.add_subcommand("service", "From CreateService to all tasks RUNNING, and a deployment");
  service->add_option("--replicas", given->replicas, "Tasks of the service")->capture_default_str();
  service->add_option("--runs", given->runs, "Services made one after another")->capture_default_str();
  service->add_option("--data", given->directory, "Work in a new directory below this one")
      ->capture_default_str();
  service->callback([&chosen, given] { chosen = [given] { return bench::bench_service(*given); }; });
}

void add_place(CLI::App& bench, Chosen& chosen) {
  const auto given = std::make_shared<bench::PlaceOptions>();
  auto* place = bench.add_subcommand("place", "Placements per second on one core, beside a linear scan");
  place->add_option("--instances", given->instances, "Numbers of them, measured one after another")
      ->delimiter(',')
      ->capture_default_str();
  place->add_option("--tasks", given->tasks, "That the instances have room for, and that each run places")
      ->capture_default_str();
  place->add_option("--runs", given->runs, "Of each figure; the median is printed")->capture_default_str();
  place->callback([&chosen, given] { chosen = [given] { return bench::bench_place(*given); }; });
}

void add_agents(CLI::App& bench, Chosen& chosen) {
  const auto given = std::make_shared<bench::AgentsOptions>();
  auto* agents =
      bench.add_subcommand("agents", "Many agents on one server: memory, heartbeats, a large service");
  agents->add_option("--agents", given->agents, "Connected at a time")->capture_default_str();
  agents->add_option("--tasks", given->tasks, "Of the service that is spread over them")
      ->capture_default_str();
  agents->add_option("--runs", given->runs, "Services made one after another")->capture_default_str();
  agents->add_option("--seconds", given->seconds, "Of nothing but heartbeats")->capture_default_str();
  agents->add_option("--data", given->directory, "Work in a new directory below this one")
      ->capture_default_str();
  agents->callback([&chosen, given] { chosen = [given] { return bench::bench_agents(*given); }; });
}

void add_c2m(CLI::App& bench, Chosen& chosen) {
  const auto given = std::make_shared<bench::C2mOptions>();
  auto* c2m = bench.add_subcommand("c2m", "Two million tasks: run, update, restart, stop");
  c2m->add_option("--instances", given->instances, "Simulated")->capture_default_str();
  c2m->add_option("--tasks", given->tasks, "Half by RunTask, half by services")->capture_default_str();
  c2m->add_option("--healthy-after", given->healthy_after, "Seconds until a task counts as healthy")
      ->capture_default_str();
  c2m->add_option("--curve", given->curve, "Write the course as a picture into this file (SVG)");
  c2m->add_option("--data", given->directory, "Work in a new directory below this one")
      ->capture_default_str();
  c2m->callback([&chosen, given] { chosen = [given] { return bench::bench_c2m(*given); }; });
}

}  // namespace

void add_bench_command(CLI::App& app, Chosen& chosen) {
  auto* bench = app.add_subcommand("bench", "Measure this machine; one figure a line: name value unit");
  bench->require_subcommand(1);
  add_start(*bench, chosen);
  add_service(*bench, chosen);
  add_api(*bench, chosen);
  add_events(*bench, chosen);
  add_place(*bench, chosen);
  add_agents(*bench, chosen);
  add_c2m(*bench, chosen);
}

}  // namespace troupe::tools
