/// CNI's plugins, run as programs: CNI_* variables, the configuration on standard
/// input, result or error as JSON on standard output. Masquerading and ports are
/// not left to plugins: they would run iptables a dozen times for each container.

#include "runtime/network/attacher.hpp"

#include "runtime/process/process.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace troupe::runtime {
namespace {

namespace json = boost::json;

constexpr const char* interface_name = "eth0";

std::string configuration_of(const BridgeNetwork& network, const std::string& lease_directory) {
  // A list of lists of ranges. `array{array{…}}` is a copy to some compilers (CWG 2137).
  json::array ranges;
  ranges.emplace_back(json::array{json::object{{"subnet", network.subnet}}});
  return json::serialize(
      json::object{{"cniVersion", "1.0.0"},
                   {"name", network.bridge},
                   {"type", "bridge"},
                   {"bridge", network.bridge},
                   {"isGateway", true},
                   {"ipMasq", false},
                   {"hairpinMode", true},
                   {"mtu", uplink_mtu()},
                   {"ipam", json::object{{"type", "host-local"},
                                         {"dataDir", lease_directory},
                                         {"ranges", std::move(ranges)},
                                         {"routes", json::array{json::object{{"dst", "0.0.0.0/0"}}}}}}});
}

std::string text_at(const json::value& value, const char* pointer) {
  boost::system::error_code missing;
  const json::value* found = value.find_pointer(pointer, missing);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

// A plugin that fails says why as JSON: {"code": …, "msg": …, "details": …}.
Failure plugin_failure(const std::string& command, const Finished& finished) {
  boost::system::error_code broken;
  const json::value said = json::parse(finished.out, broken);
  std::string reason = broken ? finished.err : text_at(said, "/msg");
  const std::string details = broken ? "" : text_at(said, "/details");
  reason += details.empty() ? "" : ": " + details;
  const bool used_up = reason.find("no IP addresses available") != std::string::npos;
  return {used_up ? FailureKind::no_space : FailureKind::failed,
          "network plugin bridge failed at " + command + ": " +
              (reason.empty() ? "exit code " + std::to_string(finished.exit_code) : reason)};
}

class PluginAttacher final : public Attacher {
 public:
  PluginAttacher(std::string plugin_directory, const std::string& lease_directory, BridgeNetwork network)
      : plugin_directory_(std::move(plugin_directory)),
        configuration_(configuration_of(network, lease_directory)),
        network_(std::move(network)) {}

  Result<Attachment> attach(const std::string& id, const std::string& namespace_path) override;
  Result<void> detach(const std::string& id, const std::string& namespace_path,
                      const std::string& address) override;
  // Its lease is a file.
  void keep(const std::string& /*address*/) override {}
  const BridgeNetwork& network() const override { return network_; }

 private:
  Result<std::string> call(const char* command, const std::string& id,
                           const std::string& namespace_path) const;

  std::string plugin_directory_;
  std::string configuration_;
  BridgeNetwork network_;
};

Result<Attachment> PluginAttacher::attach(const std::string& id, const std::string& namespace_path) {
  auto answer = call("ADD", id, namespace_path);
  if (answer.has_error()) {
    return answer.error();
  }
  boost::system::error_code broken;
  const json::value result = json::parse(*answer, broken);
  Attachment attachment;
  attachment.address = broken ? "" : text_at(result, "/ips/0/address");
  attachment.address.erase(std::min(attachment.address.find('/'), attachment.address.size()));
  if (attachment.address.empty()) {
    return Failure{FailureKind::failed, "network plugin bridge gave no address"};
  }
  attachment.gateway = text_at(result, "/ips/0/gateway");
  boost::system::error_code missing;
  if (const json::value* interfaces = result.find_pointer("/interfaces", missing);
      interfaces != nullptr && interfaces->is_array()) {
    for (const json::value& each : interfaces->get_array()) {
      if (text_at(each, "/name") == interface_name) {
        attachment.mac = text_at(each, "/mac");
      }
    }
  }
  return attachment;
}

Result<void> PluginAttacher::detach(const std::string& id, const std::string& namespace_path,
                                    const std::string& /*address*/) {
  auto answer = call("DEL", id, namespace_path);
  if (answer.has_error()) {
    return answer.error();
  }
  return {};
}

Result<std::string> PluginAttacher::call(const char* command, const std::string& id,
                                         const std::string& namespace_path) const {
  const std::string plugin = plugin_directory_ + "/bridge";
  if (::access(plugin.c_str(), X_OK) != 0) {
    return Failure{FailureKind::not_found,
                   plugin + " is missing (Debian package containernetworking-plugins)"};
  }
  Command program;
  program.argv = {plugin};
  program.environment = {{"CNI_COMMAND", command},        {"CNI_CONTAINERID", id},
                         {"CNI_NETNS", namespace_path},   {"CNI_IFNAME", interface_name},
                         {"CNI_PATH", plugin_directory_}, {"GOMAXPROCS", "1"}};
  program.input = configuration_;
  auto finished = run(program);
  if (finished.has_error()) {
    return finished.error();
  }
  if (finished->exit_code != 0) {
    return plugin_failure(command, *finished);
  }
  return std::move(finished->out);
}

}  // namespace

std::unique_ptr<Attacher> make_plugin_attacher(std::string plugin_directory, std::string lease_directory,
                                               BridgeNetwork network) {
  return std::make_unique<PluginAttacher>(std::move(plugin_directory), lease_directory, std::move(network));
}

}  // namespace troupe::runtime
