/// The limits of a container's cgroup, and which devices it may use.

#include "runtime/oci/bundle.hpp"
#include "runtime/oci/cgroups.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>

namespace troupe::runtime::oci {
namespace {

namespace json = boost::json;

constexpr std::uint64_t kQuotaLeastUs = 1'000;  // The kernel refuses less.

json::object device_rule(bool allow, char type, std::int64_t major, std::int64_t minor,
                         const std::string& access) {
  json::object rule{{"allow", allow}, {"access", access}};
  if (type != 'a') {
    rule["type"] = std::string(1, type);
  }
  if (major >= 0) {
    rule["major"] = major;
  }
  if (minor >= 0) {
    rule["minor"] = minor;
  }
  return rule;
}

/// Docker's: nothing, but any node may be made, and the harmless ones used.
json::array device_rules(const Bundle& bundle) {
  if (bundle.spec->privileged) {
    return {device_rule(true, 'a', -1, -1, "rwm")};
  }
  json::array rules{device_rule(false, 'a', -1, -1, "rwm"), device_rule(true, 'c', -1, -1, "m"),
                    device_rule(true, 'b', -1, -1, "m"),    device_rule(true, 'c', 1, 3, "rwm"),
                    device_rule(true, 'c', 1, 5, "rwm"),    device_rule(true, 'c', 1, 7, "rwm"),
                    device_rule(true, 'c', 1, 8, "rwm"),    device_rule(true, 'c', 1, 9, "rwm"),
                    device_rule(true, 'c', 5, 0, "rwm"),    device_rule(true, 'c', 5, 2, "rwm"),
                    device_rule(true, 'c', 136, -1, "rwm")};
  for (const DeviceNode& device : bundle.devices) {
    rules.emplace_back(device_rule(true, device.type, device.major, device.minor, device.permissions));
  }
  return rules;
}

json::object cpu(const ResourceLimits& limits) {
  json::object cpu;
  if (limits.cpu_shares) {
    cpu["shares"] = std::clamp<std::uint64_t>(*limits.cpu_shares, 2, 262'144);
  }
  if (limits.cpu_cores) {
    const auto quota =
        static_cast<std::uint64_t>(std::llround(*limits.cpu_cores * static_cast<double>(cpu_period_us)));
    cpu["period"] = cpu_period_us;
    cpu["quota"] = std::max(quota, kQuotaLeastUs);
  }
  return cpu;
}

json::object memory(const ResourceLimits& limits, const CgroupAbilities& cgroup) {
  json::object memory;
  if (limits.memory_bytes) {
    memory["limit"] = *limits.memory_bytes;
    // OCI's swap is memory and swap together. Docker's default is as much swap
    // as memory; without a wish the kernel's own default holds here.
    if (limits.swap_bytes && cgroup.swap_limit) {
      memory["swap"] = *limits.memory_bytes + *limits.swap_bytes;
    }
  }
  if (limits.memory_reservation_bytes) {
    memory["reservation"] = *limits.memory_reservation_bytes;
  }
  if (limits.swappiness && cgroup.swappiness) {
    memory["swappiness"] = std::min<std::uint64_t>(*limits.swappiness, 100);
  }
  return memory;
}

}  // namespace

json::object make_resources(const Bundle& bundle) {
  const ResourceLimits& limits = bundle.spec->limits;
  json::object resources{{"devices", device_rules(bundle)},
                         {"pids", json::object{{"limit", limits.processes.value_or(kDefaultProcesses)}}}};
  if (json::object made = cpu(limits); !made.empty()) {
    resources["cpu"] = std::move(made);
  }
  if (json::object made = memory(limits, bundle.cgroup); !made.empty()) {
    resources["memory"] = std::move(made);
  }
  return resources;
}

}  // namespace troupe::runtime::oci
