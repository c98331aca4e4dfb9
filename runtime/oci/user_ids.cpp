#include "runtime/oci/user_ids.hpp"

#include "runtime/oci/bundle.hpp"

namespace troupe::runtime::oci {
namespace {

constexpr std::uint32_t kFirstId = 0x1000'0000;
constexpr std::uint32_t kEnd = 0x7000'0000;
constexpr std::uint32_t kParts = 16;
constexpr std::uint32_t kRanges = (kEnd - kFirstId) / kParts / kIdsOfSandbox;
static_assert(kRanges == 1536);

}  // namespace

Result<std::uint32_t> choose_ids(unsigned part, const std::set<std::uint32_t>& taken) {
  const std::uint32_t begin = kFirstId + part % kParts * kRanges * kIdsOfSandbox;
  for (std::uint32_t range = 0; range < kRanges; ++range) {
    const std::uint32_t first = begin + range * kIdsOfSandbox;
    if (!taken.contains(first)) {
      return first;
    }
  }
  return Failure{FailureKind::no_space, "all ranges of user ids are taken"};
}

}  // namespace troupe::runtime::oci
