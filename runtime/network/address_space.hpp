#pragma once

/// Which part of the address space this data directory uses, so that several
/// daemons of one host, and the host's own routes, never get in each other's way.

#include "runtime/process/files.hpp"
#include "runtime/result.hpp"

#include <cstdint>
#include <string>

namespace troupe::runtime {

/// A bridge of the host and the addresses behind it.
struct BridgeNetwork {
  std::string bridge;   ///< Interface name.
  std::string subnet;   ///< CIDR
  std::string gateway;  ///< First address of the subnet, the host's.
};

/// The part of the address space that is ours while `lock` is held.
struct AddressPart {
  unsigned number = 0;  ///< 0…15
  BridgeNetwork bridge;
  BridgeNetwork address;
  std::string subnet;  ///< Both together.
  Descriptor lock;
};

/// Claims the part that `data_directory` had before, else the first free one.
/// A part stays claimed without a process as long as its directory has
/// namespaces. Source of the host's routes: /proc/net/route.
Result<AddressPart> claim_addresses(const std::string& address_space, const std::string& interface_prefix,
                                    const std::string& data_directory);

/// An IPv4 address, in host order, as people write it.
std::string dotted(std::uint32_t address);

/// The MTU of the interface the host's default route uses; 1500 when there is none.
std::uint32_t uplink_mtu();

}  // namespace troupe::runtime
