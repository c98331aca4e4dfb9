#pragma once

/// The base of every actor of ours: a typed, event-based CAF actor that turns an
/// exception into its own end, and nobody else's, says so in the log, and tells
/// who asked.

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
      answer_asker(why);
      return broken(why);
    });
  }

 protected:
  using Super = Player;

 private:
  /// CAF leaves a request whose handler throws without an answer.
  void answer_asker(const std::string& why) {
    const auto* current = this->current_mailbox_element();
    if (current == nullptr || !current->mid.is_request()) return;
    this->make_response_promise().deliver(broken(why));
  }
};

}  // namespace troupe
