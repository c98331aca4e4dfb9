#pragma once

/// Which users of the host the user namespace of a sandbox gets. Pure.

#include "runtime/result.hpp"

#include <cstdint>
#include <set>

namespace troupe::runtime::oci {

/// The first of kIdsOfSandbox ids that begin none of the `taken` ranges. Each data
/// directory of a host has ranges of its own, by the part of the address space that
/// is its own (0…15). no_space when all 1,536 are taken.
///
/// All lie between 2^28 and 2^31 - 2^28: above the users of the host, its directory
/// services and the ranges that shadow gives out (/etc/subuid), and below the ids that
/// old programs take for negative.
Result<std::uint32_t> choose_ids(unsigned part, const std::set<std::uint32_t>& taken);

}  // namespace troupe::runtime::oci
