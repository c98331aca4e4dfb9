#pragma once

/// One connection's frames of telemetry: whose they are, and what they say.
///
/// Each frame is signed for itself, as a GET of the session's own address with the frame
/// as its body, so nobody between can put words into an agent's mouth.

#include "actors/core/principal.hpp"
#include "api/agent_gateway/tcs_session.hpp"
#include "api/http/message.hpp"

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

namespace troupe::api::agent_gateway {

/// Who signed a request, as far as they may call `operation`: "Poll" is ACS's,
/// "StartTelemetrySession" TCS's. Errors are AWS's own. Called on io threads.
using Admit = std::function<http::Result<core::Principal>(const http::Request&, std::string_view operation)>;

/// By which policies know the sessions.
inline constexpr std::string_view work_operation = "Poll";
inline constexpr std::string_view telemetry_operation = "StartTelemetrySession";

/// Belongs to one connection; called on its thread.
class TelemetryReader {
 public:
  /// @param caller  Who opened the session with `upgrade`: frames of others are refused.
  TelemetryReader(core::Realm realm, Admit admit, const http::Request& upgrade, core::Principal caller,
                  std::string instance_arn);

  [[nodiscard]] std::variant<TelemetryArrived, FrameRefused> read(std::string_view text);

 private:
  [[nodiscard]] http::Request signed_request(std::string_view headers, std::string_view body) const;
  bool came_before(std::string_view headers);

  core::Realm realm_;
  Admit admit_;
  std::string target_;
  std::string peer_;
  core::Principal caller_;
  std::string instance_arn_;
  std::deque<std::string> seen_;  ///< Headers of the last frames.
};

}  // namespace troupe::api::agent_gateway
