/// The process's logger.

#include "config/logging.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdio>

namespace troupe::config {
namespace {

/// Control characters of user-chosen text must not reach a terminal.
class PrintableSink : public spdlog::sinks::stderr_color_sink_mt {
 public:
  void log(const spdlog::details::log_msg& message) override {
    std::string text;
    text.reserve(message.payload.size());
    for (const char c : message.payload) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x20 && byte != 0x7f) {
        text.push_back(c);
      } else {
        char escaped[5];
        std::snprintf(escaped, sizeof escaped, "\\x%02x", byte);
        text += escaped;
      }
    }
    auto printable = message;
    printable.payload = text;
    spdlog::sinks::stderr_color_sink_mt::log(printable);
  }
};

}  // namespace

void start_logging(const std::string& level) {
  auto logger = std::make_shared<spdlog::logger>("troupe", std::make_shared<PrintableSink>());
  logger->set_level(spdlog::level::from_str(level));
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%-5l%$ %v");
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
}

}  // namespace troupe::config
