/// Signatures and replays of telemetry.

#include "api/agent_gateway/telemetry_reader.hpp"

#include "api/wire/codec/frame.hpp"

#include <algorithm>

namespace troupe::api::agent_gateway {

TelemetryReader::TelemetryReader(core::Realm realm, Admit admit, const http::Request& upgrade,
                                 core::Principal caller, std::string instance_arn)
    : realm_(std::move(realm)),
      admit_(std::move(admit)),
      target_(upgrade.target),
      peer_(upgrade.peer),
      caller_(std::move(caller)),
      instance_arn_(std::move(instance_arn)) {}

std::variant<TelemetryArrived, FrameRefused> TelemetryReader::read(std::string_view text) {
  const auto frame = wire::split_headers(text);
  const auto sender = admit_(signed_request(frame.headers, frame.body), telemetry_operation);
  if (!sender) return FrameRefused{"BadRequestException", sender.error().message};
  if (*sender != caller_) return FrameRefused{"BadRequestException", "The frame is signed by another key."};
  auto telemetry = read_telemetry(realm_, instance_arn_, frame.body);
  if (!telemetry) return FrameRefused{"BadRequestException", telemetry.error().message};
  return TelemetryArrived{*std::move(telemetry), came_before(frame.headers)};
}

http::Request TelemetryReader::signed_request(std::string_view headers, std::string_view body) const {
  http::Request request;
  request.method = "GET";
  request.target = target_;
  request.peer = peer_;
  request.body = body;
  while (!headers.empty()) {
    const auto line = headers.substr(0, headers.find("\r\n"));
    headers.remove_prefix(std::min(headers.size(), line.size() + 2));
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    auto value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    request.headers.push_back({std::string{line.substr(0, colon)}, std::string{value}});
  }
  return request;
}

/// Signed headers are never the same twice, unless somebody repeats a frame.
bool TelemetryReader::came_before(std::string_view headers) {
  constexpr std::size_t remembered_max = 64;
  if (headers.empty()) return false;
  if (std::find(seen_.begin(), seen_.end(), headers) != seen_.end()) return true;
  seen_.emplace_back(headers);
  if (seen_.size() > remembered_max) seen_.pop_front();
  return false;
}

}  // namespace troupe::api::agent_gateway
