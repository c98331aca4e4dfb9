/// The error envelope.

#include "api/wire/error.hpp"

#include "api/wire/codec/escape.hpp"

namespace troupe::api::wire {

std::string error_body(std::string_view exception, std::string_view message) {
  std::string body = R"({"__type":)";
  write_string(exception, body);
  body += R"(,"message":)";
  write_string(message, body);
  body += '}';
  return body;
}

ErrorAnswer error_answer(const core::Error& error) {
  return {error.code == core::ErrorCode::server ? 500U : 400U,
          error_body(core::exception_name(error.code), error.message)};
}

ErrorAnswer body_too_large(std::size_t limit) {
  return {413, error_body("RequestEntityTooLargeException",
                          "The request body cannot be larger than " + std::to_string(limit) + " bytes.")};
}

}  // namespace troupe::api::wire
