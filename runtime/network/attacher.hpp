#pragma once

/// How a namespace gets its interface and address on a bridge: directly over
/// netlink, or through CNI's plugins.
///
/// Thread rule: any thread.

#include "runtime/network/address_space.hpp"
#include "runtime/result.hpp"

#include <memory>
#include <string>

namespace troupe::runtime {

/// What a namespace got.
struct Attachment {
  std::string address;  ///< IPv4
  std::string gateway;
  std::string mac;
};

class Attacher {
 public:
  Attacher() = default;
  Attacher(const Attacher&) = delete;
  Attacher& operator=(const Attacher&) = delete;
  virtual ~Attacher() = default;

  /// Interface eth0, an address, a default route by the bridge, which is made
  /// when it is missing. no_space: no address is free. After a failure detach().
  virtual Result<Attachment> attach(const std::string& id, const std::string& namespace_path) = 0;

  /// Gives back what attach() got for this namespace, which is about to be
  /// removed. May be repeated, and works without the namespace.
  virtual Result<void> detach(const std::string& id, const std::string& namespace_path,
                              const std::string& address) = 0;

  /// Tells of an address that an earlier process gave out.
  virtual void keep(const std::string& address) = 0;

  [[nodiscard]] virtual const BridgeNetwork& network() const = 0;
};

/// In-process, over rtnetlink; about a millisecond.
std::unique_ptr<Attacher> make_netlink_attacher(BridgeNetwork network);

/// Through the programs `bridge` and `host-local` of `plugin_directory`; leases
/// are files below `lease_directory`. Source: CNI specification 1.0.0,
/// "Execution protocol".
std::unique_ptr<Attacher> make_plugin_attacher(std::string plugin_directory, std::string lease_directory,
                                               BridgeNetwork network);

}  // namespace troupe::runtime
