/// Any bytes as a frame of an agent: they are read or refused, and an answer to what was
/// read is a frame itself.
///
/// The first byte chooses the service: ACS (even) or TCS (odd), whose frames may stand
/// behind a block of headers.

#include "api/agent_gateway/acs_frames.hpp"
#include "api/agent_gateway/telemetry.hpp"

#include "tests/fuzz/targets.hpp"

namespace troupe::api::agent_gateway {
namespace {

using fuzz::require;

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

void troupe::fuzz::agent_frames(std::string_view input) {
  if (input.empty()) return;
  const std::string_view text = input.substr(1);
  if (static_cast<unsigned char>(input[0]) % 2 == 0) {
    troupe::api::agent_gateway::read_work(text);
  } else {
    troupe::api::agent_gateway::read_health(text);
  }
}
