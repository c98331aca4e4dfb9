/// Starting and ending agents in namespaces.

#include "tools/agent_machines.hpp"

#include "runtime/images/skopeo.hpp"
#include "runtime/process/child.hpp"
#include "runtime/process/process.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

namespace troupe::tools {
namespace {

using runtime::Descriptor;
using runtime::Failure;
using runtime::FailureKind;
using runtime::Machine;
using runtime::Result;

constexpr const char* bridge = "troupe-hosts";
constexpr const char* host_program = "/proc/self/exe";
constexpr const char* registry_login = "TROUPE_REGISTRY_LOGIN";
constexpr int first_host = 2;
constexpr int last_host = 251;
constexpr int farewell_ms = 10'000;

Result<std::string> ip(std::vector<std::string> arguments) {
  runtime::Command command;
  command.argv = {"ip"};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  return runtime::run_checked(command);
}

/// Eight digits of the name: interfaces have at most 15 characters.
std::string cable_of(const Machine& machine) {
  return "tm-" + machine.name.substr(machine.name.size() - 8);
}

std::string namespace_of(const Machine& machine) {
  return "troupe-" + machine.name;
}

/// Waits until the process is gone, or the time is over.
bool has_ended(int pid, int patience) {
  const Descriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  pollfd gone{process.get(), POLLIN, 0};
  const bool ended = !process.valid() || poll(&gone, 1, patience) > 0;
  waitpid(pid, nullptr, WNOHANG);  // Only if it is our child.
  return ended;
}

/// Between exec and its first instruction a process has no arguments yet: who started it may be told
/// so, and it may take long until it goes on. One that has ended has none any more.
bool is_alive(int pid) {
  const auto facts = runtime::read_file("/proc/" + std::to_string(pid) + "/stat");
  if (!facts) return false;
  const auto name_end = facts->rfind(") ");
  const char state = name_end == std::string::npos ? 'X' : (*facts)[name_end + 2];
  return state != 'Z' && state != 'X';
}

/// How this process reaches registries is how its machines do: proxies, certificates, logins.
void add_registries(std::vector<std::string>& variables) {
  for (const auto& [name, value] : runtime::registry_environment()) {
    variables.push_back(std::string{name}.append("=").append(value));
  }
  if (const char* login = std::getenv(registry_login); login != nullptr) {
    variables.push_back(std::string{registry_login} + "=" + login);
  }
}

}  // namespace

std::string AgentMachines::bridge_address(const std::string& prefix) {
  return prefix + ".1";
}

Result<void> AgentMachines::make_bridge(const std::string& prefix) {
  if (!ip({"link", "show", bridge})) {
    for (const auto& step : std::vector<std::vector<std::string>>{
             {"link", "add", bridge, "type", "bridge"},
             {"address", "add", bridge_address(prefix) + "/24", "dev", bridge},
             {"link", "set", bridge, "up"}}) {
      if (const auto done = ip(step); !done) return done.error();
    }
  }
  return {};
}

std::optional<runtime::MachineGroup> AgentMachines::find_group(const std::string& name) const {
  for (const auto& group : options_.groups) {
    if (group.name == name) return runtime::MachineGroup{group.size_min, group.size_max};
  }
  return std::nullopt;
}

Result<Machine> AgentMachines::start(const runtime::MachineOrder& order) {
  if (!find_group(order.group)) return Failure{FailureKind::not_found, "there is no group " + order.group};
  std::set<std::string> taken;
  for (const auto& kept : all()) taken.insert(kept.address);
  int host = first_host;
  while (taken.contains(options_.prefix + "." + std::to_string(host))) ++host;
  if (host > last_host) return Failure{FailureKind::unavailable, "the machines' network is full"};
  std::ostringstream digits;
  digits << std::hex << (options_.chance() >> 32U | 0x8000'0000U);
  Kept kept{{order.group + "-" + digits.str(), order.group, order.cluster},
            options_.prefix + "." + std::to_string(host),
            -1};
  const auto token = options_.token(order.cluster);
  if (!token) return token.error();
  const auto home = home_of(kept.machine.name);
  if (const auto made = runtime::make_directories(home + "/data"); !made) return made.error();
  const auto write = [&] {
    return runtime::write_file_atomically(home + "/machine", kept.machine.group + "\n" +
                                                                 kept.machine.cluster + "\n" + kept.address +
                                                                 "\n" + std::to_string(kept.pid) + "\n");
  };
  // Known before it exists: what a crash leaves is found and taken down.
  if (const auto written = write(); !written) return written.error();
  const auto plugged = plug_in(kept);
  const auto pid = plugged ? launch(kept, order, *token) : Result<int>{plugged.error()};
  if (!pid) {
    take_down(kept);
    return pid.error();
  }
  kept.pid = *pid;
  if (const auto written = write(); !written) return written.error();
  return kept.machine;
}

Result<void> AgentMachines::plug_in(const Kept& kept) const {
  const auto space = namespace_of(kept.machine);
  const auto cable = cable_of(kept.machine);
  for (const auto& step : std::vector<std::vector<std::string>>{
           {"netns", "add", space},
           {"link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space},
           {"link", "set", cable, "master", bridge, "up"},
           {"-n", space, "link", "set", "lo", "up"},
           {"-n", space, "address", "add", kept.address + "/24", "dev", "eth0"},
           {"-n", space, "link", "set", "eth0", "up"},
           {"-n", space, "route", "add", "default", "via", bridge_address(options_.prefix)}}) {
    if (const auto done = ip(step); !done) return done.error();
  }
  return {};
}

std::vector<std::string> AgentMachines::arguments_of(const Kept& kept,
                                                     const runtime::MachineOrder& order) const {
  std::vector<std::string> arguments{
      "troupe",   "agent",
      "--server", "http://" + bridge_address(options_.prefix) + ":" + std::to_string(options_.port),
      "--data",   home_of(kept.machine.name) + "/data"};
  std::string attributes = std::string{runtime::machine_attribute} + "=" + kept.machine.name;
  for (const auto& [name, value] : order.attributes) attributes += "," + name + "=" + value;
  for (const auto& group : options_.groups) {
    if (group.name != order.group) continue;
    for (const auto& attribute : group.attributes) attributes += "," + attribute;
    arguments.insert(arguments.end(), {"--runtime", group.runtime});
    if (!group.zone.empty()) arguments.insert(arguments.end(), {"--availability-zone", group.zone});
  }
  arguments.insert(arguments.end(), {"--attributes", attributes});
  return arguments;
}

/// The token is in its environment: whoever lists processes sees arguments.
Result<int> AgentMachines::launch(const Kept& kept, const runtime::MachineOrder& order,
                                  const std::string& token) const {
  auto arguments = arguments_of(kept, order);
  std::vector<std::string> variables{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                     "TROUPE_JOIN_TOKEN=" + token};
  add_registries(variables);
  const auto pointers = [](std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  };
  const auto argv = pointers(arguments);
  const auto environment = pointers(variables);
  const auto log_path = home_of(kept.machine.name) + "/agent.log";
  const Descriptor log(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const Descriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const auto space_path = "/run/netns/" + namespace_of(kept.machine);
  const Descriptor space(::open(space_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!log.valid() || !nothing.valid() || !space.valid()) {
    return runtime::errno_failure("cannot open what machine " + kept.machine.name + " needs", errno);
  }
  runtime::detail::Blueprint plan;
  plan.program = host_program;
  plan.argv = argv.data();
  plan.environment = environment.data();
  plan.network_namespace = space.get();
  plan.private_mounts = true;
  plan.descriptors = {{0, nothing.get()}, {1, nothing.get()}, {2, log.get()}};
  plan.moved.resize(plan.descriptors.size());
  const auto child = runtime::detail::launch(plan);
  if (child.pid < 0) return runtime::errno_failure("cannot start an agent", errno);
  const Descriptor process(child.pidfd);
  if (plan.failed_step != nullptr) {
    waitpid(child.pid, nullptr, 0);
    return runtime::errno_failure(std::string{"cannot "} + plan.failed_step, plan.failed_errno);
  }
  return child.pid;
}

Result<void> AgentMachines::end(const std::string& machine) {
  const auto kept = read(machine);
  if (!kept) return {};
  take_down(*kept);
  return {};
}

/// Containers first: their processes would keep the namespaces.
void AgentMachines::take_down(const Kept& kept) const {
  if (runs(kept)) {
    kill(kept.pid, SIGTERM);
    if (!has_ended(kept.pid, farewell_ms)) {
      kill(kept.pid, SIGKILL);
      has_ended(kept.pid, farewell_ms);
    }
  }
  const auto home = home_of(kept.machine.name);
  runtime::Command clean;
  clean.argv = {host_program, "clean", "--data", home + "/data"};
  clean.network_namespace = "/run/netns/" + namespace_of(kept.machine);
  if (const auto done = runtime::run_checked(clean); !done) {
    spdlog::warn("machine {} leaves something behind: {}", kept.machine.name, done.error().message);
  }
  (void)ip({"netns", "delete", namespace_of(kept.machine)});
  if (const auto removed = runtime::remove_tree(home); !removed) {
    spdlog::warn("machine {} leaves {}: {}", kept.machine.name, home, removed.error().message);
  }
}

std::vector<Machine> AgentMachines::list() {
  std::vector<Machine> found;
  for (const auto& kept : all()) {
    if (runs(kept)) {
      found.push_back(kept.machine);
      continue;
    }
    spdlog::warn("machine {} has ended by itself", kept.machine.name);
    take_down(kept);
  }
  return found;
}

std::string AgentMachines::home_of(const std::string& machine) const {
  return options_.directory + "/" + machine;
}

std::vector<AgentMachines::Kept> AgentMachines::all() const {
  std::vector<Kept> found;
  std::error_code problem;
  for (const auto& entry : std::filesystem::directory_iterator{options_.directory, problem}) {
    if (auto kept = read(entry.path().filename())) found.push_back(*std::move(kept));
  }
  return found;
}

std::optional<AgentMachines::Kept> AgentMachines::read(const std::string& machine) const {
  const auto text = runtime::read_file(home_of(machine) + "/machine");
  if (!text) return std::nullopt;
  std::istringstream lines{*text};
  Kept kept;
  kept.machine.name = machine;
  lines >> kept.machine.group >> kept.machine.cluster >> kept.address >> kept.pid;
  return kept;
}

/// A number that another process has now does not have its data directory among its arguments.
bool AgentMachines::runs(const Kept& kept) const {
  if (kept.pid <= 0) return false;
  waitpid(kept.pid, nullptr, WNOHANG);
  const auto arguments = runtime::read_file("/proc/" + std::to_string(kept.pid) + "/cmdline");
  if (!arguments) return false;
  if (arguments->empty()) return is_alive(kept.pid);
  return arguments->find(home_of(kept.machine.name) + "/data") != std::string::npos;
}

}  // namespace troupe::tools
