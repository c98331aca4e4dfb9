/// Puts the parts together: ports held, a namespace taken, the record written,
/// the ports led into it. Undone in reverse when a step fails.

#include "runtime/network/networks.hpp"

#include "runtime/network/address_space.hpp"
#include "runtime/network/namespaces.hpp"
#include "runtime/network/nat.hpp"
#include "runtime/network/pool.hpp"
#include "runtime/network/ports.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

namespace troupe::runtime {
namespace {

std::vector<PortRoute> routes_of(const Network& network) {
  std::vector<PortRoute> routes;
  if (network.kind == NetworkKind::bridge) {
    for (const PortBinding& binding : network.ports) {
      routes.push_back({binding, network.address});
    }
  }
  return routes;
}

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
  });
}

}  // namespace

class Networks::State {
 public:
  State(const NetworkOptions& options, AddressPart part)
      : part_(std::move(part)), nat_(part_.bridge, part_.address, part_.subnet), workshop_(options, part_) {}

  Result<void> start(std::size_t ready);
  Result<AttachedNetwork> create(const std::string& sandbox, const NetworkSpec& spec,
                                 const std::string& owner);
  Result<void> remove(const std::string& sandbox);
  [[nodiscard]] std::vector<AttachedNetwork> list() const;
  Result<void> dismantle();

  [[nodiscard]] unsigned part() const { return part_.number; }
  NatTable& nat() { return nat_; }
  Pool& pool() { return *pool_; }

 private:
  using Key = std::pair<std::string, std::string>;  // Sandbox and name.
  struct Entry {
    NetworkRecord record;
    std::vector<Descriptor> sockets;
    bool complete = false;  // Else create() is at work on it.
  };

  Result<Entry> build(const std::string& sandbox, const NetworkSpec& spec, const std::string& owner);
  Result<void> publish(const NetworkRecord& record);
  void hold_again(Entry& entry);

  AddressPart part_;
  NatTable nat_;
  HostPorts ports_;
  Workshop workshop_;
  mutable std::mutex mutex_;
  std::map<Key, Entry> entries_;
  std::unique_ptr<Pool> pool_;  // Last: its thread uses the workshop.
};

Result<void> Networks::State::start(std::size_t ready) {
  auto records = workshop_.records().load();
  if (records.has_error()) {
    return records.error();
  }
  workshop_.remove_strays(*records);
  std::vector<NetworkRecord> unused;
  std::vector<PortRoute> routes;
  for (NetworkRecord& record : *records) {
    workshop_.keep(record);
    if (record.state != RecordState::used || !workshop_.is_intact(record)) {
      record.state = record.state == RecordState::used ? RecordState::unusable : record.state;
      unused.push_back(std::move(record));
      continue;
    }
    const auto led = routes_of(record.attached.network);
    routes.insert(routes.end(), led.begin(), led.end());
    const Key key(record.attached.sandbox, record.attached.network.name);
    Entry entry{std::move(record), {}, true};
    hold_again(entry);
    entries_.insert_or_assign(key, std::move(entry));
  }
  if (auto rebuilt = nat_.rebuild(routes); rebuilt.has_error()) {
    return rebuilt;
  }
  if (auto forwarding = set_kernel_option("net/ipv4/ip_forward", "1"); forwarding.has_error()) {
    return forwarding;
  }
  pool_ = std::make_unique<Pool>(workshop_, ready, std::move(unused));
  return {};
}

void Networks::State::hold_again(Entry& entry) {
  const Network& network = entry.record.attached.network;
  if (network.kind != NetworkKind::bridge) {
    return;
  }
  auto held = ports_.hold(entry.record.attached.sandbox, network.ports);
  if (held.has_value()) {
    entry.sockets = std::move(held->sockets);
  } else {
    // Packets are led to the container before they would meet the other program.
    spdlog::warn("networks cannot hold a port again: {}", held.error().message);
  }
}

Result<AttachedNetwork> Networks::State::create(const std::string& sandbox, const NetworkSpec& spec,
                                                const std::string& owner) {
  if (!is_name(sandbox) || !is_name(spec.name)) {
    return Failure{FailureKind::invalid,
                   "sandbox '" + sandbox + "' or network '" + spec.name + "' is not a name"};
  }
  const Key key(sandbox, spec.name);
  {
    const std::lock_guard lock(mutex_);
    if (!entries_.try_emplace(key).second) {
      return Failure{FailureKind::conflict,
                     "sandbox " + sandbox + " has a network " + spec.name + " already"};
    }
  }
  auto built = build(sandbox, spec, owner);
  const std::lock_guard lock(mutex_);
  if (built.has_error()) {
    entries_.erase(key);
    return built.error();
  }
  Entry& entry = entries_[key] = std::move(*built);
  return entry.record.attached;
}

Result<Networks::State::Entry> Networks::State::build(const std::string& sandbox, const NetworkSpec& spec,
                                                      const std::string& owner) {
  HeldPorts held{spec.ports, {}};
  if (spec.kind == NetworkKind::host) {
    for (PortBinding& binding : held.bindings) {
      binding.host_port = binding.container_port;
    }
  }
  if (spec.kind == NetworkKind::host || spec.kind == NetworkKind::bridge) {
    auto result = ports_.hold(sandbox, held.bindings);
    if (result.has_error()) {
      return result.error();
    }
    held = std::move(*result);
  }
  if (spec.kind == NetworkKind::host) {
    held.sockets.clear();  // They are the container's to take.
  }
  auto taken = owner.empty() ? pool_->take(spec.kind) : workshop_.make(spec.kind, owner);
  if (taken.has_error()) {
    return taken.error();
  }
  Entry entry{std::move(*taken), std::move(held.sockets), true};
  entry.record.state = RecordState::used;
  entry.record.attached.sandbox = sandbox;
  entry.record.attached.network.name = spec.name;
  entry.record.attached.network.ports = std::move(held.bindings);
  if (auto published = publish(entry.record); published.has_error()) {
    pool_->discard(std::move(entry.record));
    return published.error();
  }
  return entry;
}

Result<void> Networks::State::publish(const NetworkRecord& record) {
  if (auto saved = workshop_.records().save(record); saved.has_error()) {
    return saved;
  }
  const auto routes = routes_of(record.attached.network);
  if (routes.empty()) {
    return {};
  }
  auto led = nat_.add(routes);
  if (led.has_value()) {
    forget_udp_flows(record.attached.network.ports);
  }
  return led;
}

Result<void> Networks::State::remove(const std::string& sandbox) {
  std::vector<Entry> removed;
  {
    const std::lock_guard lock(mutex_);
    std::vector<PortRoute> routes;
    const auto first = entries_.lower_bound({sandbox, ""});
    auto last = first;
    for (; last != entries_.end() && last->first.first == sandbox; ++last) {
      if (!last->second.complete) {
        return Failure{FailureKind::conflict, "sandbox " + sandbox + " is still being made"};
      }
      const auto led = routes_of(last->second.record.attached.network);
      routes.insert(routes.end(), led.begin(), led.end());
    }
    if (auto unled = nat_.remove(routes); unled.has_error()) {
      return unled;
    }
    for (auto entry = first; entry != last; entry = entries_.erase(entry)) {
      removed.push_back(std::move(entry->second));
    }
  }
  for (Entry& entry : removed) {
    entry.sockets.clear();
    forget_udp_flows(entry.record.attached.network.ports);
    entry.record.state = RecordState::unusable;
    // A full disk may refuse this; then only a crash right now makes it matter,
    // and reconcile() finds the sandbox dead.
    (void)workshop_.records().save(entry.record);
    pool_->discard(std::move(entry.record));
  }
  return {};
}

std::vector<AttachedNetwork> Networks::State::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<AttachedNetwork> all;
  for (const auto& [key, entry] : entries_) {
    if (entry.complete) {
      all.push_back(entry.record.attached);
    }
  }
  return all;
}

Result<void> Networks::State::dismantle() {
  for (const AttachedNetwork& each : list()) {
    if (auto removed = remove(each.sandbox); removed.has_error()) {
      return removed;
    }
  }
  if (auto drained = pool_->drain(); drained.has_error()) {
    return drained;
  }
  workshop_.close_firewall();
  for (const BridgeNetwork& network : {part_.bridge, part_.address}) {
    if (auto gone = remove_bridge(network.bridge); gone.has_error()) {
      return gone;
    }
  }
  return nat_.drop();
}

Networks::Networks(std::unique_ptr<State> state) : state_(std::move(state)) {}
Networks::~Networks() = default;

Result<std::unique_ptr<Networks>> Networks::open(const NetworkOptions& options) {
  if (::geteuid() != 0) {
    return Failure{FailureKind::denied, "networks of containers need root"};
  }
  for (const char* part : {"/namespaces", "/records", "/leases"}) {
    if (auto made = make_directories(options.data_directory + part); made.has_error()) {
      return made.error();
    }
  }
  auto part = claim_addresses(options.address_space, options.interface_prefix, options.data_directory);
  if (part.has_error()) {
    return part.error();
  }
  auto state = std::make_unique<State>(options, std::move(*part));
  if (auto started = state->start(options.ready); started.has_error()) {
    return started.error();
  }
  return std::unique_ptr<Networks>(new Networks(std::move(state)));
}

Result<AttachedNetwork> Networks::create(const std::string& sandbox, const NetworkSpec& spec,
                                         const std::string& owner) {
  return state_->create(sandbox, spec, owner);
}

unsigned Networks::part() const {
  return state_->part();
}

Result<void> Networks::remove(const std::string& sandbox) {
  return state_->remove(sandbox);
}

std::vector<AttachedNetwork> Networks::list() const {
  return state_->list();
}

Result<void> Networks::reconcile(const std::set<std::string>& live) {
  for (const AttachedNetwork& each : list()) {
    if (!live.contains(each.sandbox)) {
      if (auto removed = remove(each.sandbox); removed.has_error()) {
        return removed;
      }
    }
  }
  return {};
}

Result<void> Networks::serve_metadata(std::uint16_t port) {
  return state_->nat().set_metadata_port(port);
}

bool Networks::settle(std::chrono::milliseconds deadline) const {
  return state_->pool().settle(deadline);
}

Result<void> Networks::dismantle() {
  return state_->dismantle();
}

}  // namespace troupe::runtime
