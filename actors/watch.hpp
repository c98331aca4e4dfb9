#pragma once

/// Watches over actors that nothing can go on without.

#include <caf/actor_cast.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/actor_system.hpp>
#include <caf/exit_reason.hpp>

#include <functional>
#include <string>
#include <utility>

namespace troupe {

/// Calls `tell`, on any thread, when `handle` ends otherwise than it was told to:
/// "the NAME died: why".
template <class Handle>
void watch_over(caf::actor_system& system, const Handle& handle, std::string name,
                std::function<void(const std::string&)> tell) {
  const auto actor = caf::actor_cast<caf::strong_actor_ptr>(handle);
  actor->get()->attach_functor(
      [&system, name = std::move(name), tell = std::move(tell)](const caf::error& why) {
        if (why && why != caf::exit_reason::user_shutdown) {
          tell("the " + name + " died: " + system.render(why));
        }
      });
}

}  // namespace troupe
