/// Any bytes as a frame of an agent: they are read or refused, and an answer to what was
/// read is a frame itself.
///
/// The first byte chooses the service: ACS (even) or TCS (odd), whose frames may stand
/// behind a block of headers.

#include "api/agent_gateway/acs_frames.hpp"
#include "api/agent_gateway/telemetry.hpp"

#include <cstdint>
#include <cstdlib>

namespace troupe::api::agent_gateway {
namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

void read_work(std::string_view text) {
  const auto frame = read_acs_frame(text);
  if (!frame) require(frame.error().code == core::ErrorCode::serialization && !frame.error().message.empty());
}

void read_health(std::string_view text) {
  const core::Realm realm;
  const auto split = wire::split_headers(text);
  require(split.headers.size() + split.body.size() <= text.size());
  // Whose instance it is comes from the frame itself, so that the rest is looked at too.
  const auto at = split.body.find("\"containerInstance\":\"");
  std::string arn;
  if (at != std::string_view::npos) {
    const auto rest = split.body.substr(at + 21);
    arn = rest.substr(0, rest.find('"'));
  }
  const auto telemetry = read_telemetry(realm, arn, split.body);
  if (!telemetry) return require(!telemetry.error().message.empty());
  const auto ack = telemetry_ack(*telemetry);
  require(std::holds_alternative<UnknownTelemetry>(*telemetry) == ack.empty());
  if (!ack.empty()) require(wire::read_frame(ack).has_value());
  require(wire::read_frame(telemetry_error("BadRequestException", std::string{split.body})).has_value());
}

}  // namespace
}  // namespace troupe::api::agent_gateway

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  if (data[0] % 2 == 0) {
    troupe::api::agent_gateway::read_work(text);
  } else {
    troupe::api::agent_gateway::read_health(text);
  }
  return 0;
}
