/// Plans as texts.

#include "tests/agent_client/plan_text.hpp"

#include <algorithm>
#include <sstream>

namespace troupe::testing {
namespace {

class Text {
 public:
  template <class T>
  Text& operator()(const char* name, const T& value) {
    out_ << name << '=';
    write(value);
    out_ << '\n';
    return *this;
  }
  [[nodiscard]] std::string str() const { return out_.str(); }

 private:
  void write(const std::string& value) { out_ << value; }
  template <class T>
  requires std::is_arithmetic_v<T>
  void write(T value) { out_ << +value; }
  template <class T>
  requires std::is_enum_v<T>
  void write(T value) { out_ << static_cast<int>(value); }
  template <class Rep, class Period>
  void write(std::chrono::duration<Rep, Period> value) {
    out_ << value.count();
  }
  template <class T>
  void write(const std::optional<T>& value) {
    value ? write(*value) : write(std::string{"-"});
  }
  template <class T>
  void write(const std::vector<T>& values) {
    for (const auto& value : values) {
      write(value);
      out_ << ' ';
    }
  }
  void write(const std::map<std::string, std::string>& values) {
    for (const auto& [key, value] : values) out_ << key << ':' << value << ' ';
  }
  void write(const runtime::PortBinding& port) {
    out_ << port.container_port << '>' << port.host_port << '/' << static_cast<int>(port.protocol);
  }
  void write(const runtime::NetworkSpec& network) {
    out_ << network.name << static_cast<int>(network.kind) << network.hostname << '[';
    write(network.ports);
    out_ << ']';
  }
  void write(const runtime::ResourceLimits& limits) {
    write(limits.cpu_shares);
    write(std::string{" "});
    for (const auto& limit : {limits.memory_bytes, limits.memory_reservation_bytes, limits.swap_bytes,
                              limits.swappiness, limits.processes}) {
      write(limit);
      write(std::string{" "});
    }
    write(limits.cpu_cores);
  }
  void write(const runtime::Mount& mount) {
    out_ << mount.source << mount.named_volume << mount.target << mount.read_only;
  }
  void write(const runtime::VolumesFrom& from) { out_ << from.container << from.read_only; }
  void write(const runtime::Tmpfs& tmpfs) {
    out_ << tmpfs.target << ',' << tmpfs.size_bytes << ',';
    write(tmpfs.options);
  }
  void write(const runtime::Rlimit& limit) { out_ << limit.name << limit.soft << '/' << limit.hard; }
  void write(const runtime::Device& device) {
    out_ << device.host_path << ',' << device.container_path << ',' << device.permissions;
  }
  void write(const runtime::HostEntry& entry) { out_ << entry.hostname << '@' << entry.address; }
  void write(const node::Dependency& wanted) {
    out_ << wanted.container << '?' << static_cast<int>(wanted.condition);
  }

  std::ostringstream out_;
};

template <class T, class Less>
std::vector<T> sorted(std::vector<T> values, Less less) {
  std::sort(values.begin(), values.end(), less);
  return values;
}

void write_spec(Text& text, const runtime::ContainerSpec& spec) {
  text("id", spec.id)("sandbox", spec.sandbox)("network", spec.network)("image", spec.image);
  text("entrypoint", spec.entrypoint)("command", spec.command);
  text("environment", sorted(spec.environment, std::less<>{}))("workdir", spec.working_directory);
  text("user", spec.user)("hostname", spec.hostname)("mounts", spec.mounts)("from", spec.volumes_from);
  text("tmpfs", sorted(spec.tmpfs, [](const auto& a, const auto& b) { return a.target < b.target; }));
  text("rlimits", spec.rlimits)("add", spec.add_capabilities)("drop", spec.drop_capabilities);
  text("devices", spec.devices)("sysctls", spec.sysctls)("labels", spec.labels);
  text("dns", spec.dns.servers)("searches", spec.dns.searches)("hosts", spec.extra_hosts);
  text("limits", spec.limits)("log", spec.log.max_size_bytes)("files", spec.log.max_files);
  text("shm", spec.shm_size_bytes)("pid", spec.pid)("ipc", spec.ipc)("privileged", spec.privileged);
  text("read_only", spec.read_only_root)("no_new", spec.no_new_privileges)("init", spec.init_process);
  text("interactive", spec.interactive)("terminal", spec.terminal);
}

}  // namespace

std::string plan_text(const node::TaskPlan& plan) {
  Text text;
  text("sandbox", plan.sandbox.id)("networks", plan.sandbox.networks)("volumes", plan.sandbox.volumes);
  text("share_pid", plan.sandbox.share_pid_namespace)("share_ipc", plan.sandbox.share_ipc_namespace);
  text("limits", plan.sandbox.limits)("labels", plan.sandbox.labels);
  for (const auto& container : plan.containers) {
    text("container", container.name)("image", container.image)("essential", container.essential);
    if (container.health) {
      const auto& health = *container.health;
      text("health", health.command)("interval", health.interval)("timeout", health.timeout);
      text("retries", health.retries)("start_period", health.start_period);
    }
    if (container.restart) {
      text("ignored", container.restart->ignored_exit_codes)("period", container.restart->attempt_period);
    }
    text("after", container.dependencies)("sources", container.volume_sources)("ports", container.ports);
    text("start_timeout", container.start_timeout)("stop_timeout", container.stop_timeout);
    write_spec(text, container.spec);
  }
  return text.str();
}

}  // namespace troupe::testing
