#pragma once

/// The base of every actor of ours: a typed, event-based CAF actor that turns an
/// exception into its own end, and nobody else's, and says so in the log.

#include "actors/interfaces.hpp"

#include <spdlog/spdlog.h>
#include <caf/all.hpp>

#include <exception>
#include <string>

namespace troupe {

/// Why an actor ended that should not have.
inline caf::error broken(const std::string& why) {
  return caf::make_error(caf::sec::runtime_error, why);
}

template <class Interface>
class Player : public Interface::base {
 public:
  explicit Player(caf::actor_config& config) : Interface::base(config) {
    this->set_exception_handler([this](std::exception_ptr& thrown) -> caf::error {
      std::string why = "unknown exception";
      try {
        std::rethrow_exception(thrown);
      } catch (const std::exception& e) {
        why = e.what();
      } catch (...) {
        // Not one of ours; the text above says so.
      }
      spdlog::error("{} {} ends: {}", this->name(), this->id(), why);
      return broken(why);
    });
  }

 protected:
  using Super = Player;
};

}  // namespace troupe
