#pragma once

/// An answer that is owed to somebody, and is given in any case.

#include "actors/player.hpp"

#include <memory>
#include <utility>

namespace troupe::control {

/// A response promise whose last copy, when it goes unanswered, tells the asker so.
/// CAF 0.17 says nothing then: who asked an actor that died meanwhile would wait for
/// ever.
template <class T>
class Owed {
 public:
  Owed() = default;
  explicit Owed(caf::typed_response_promise<T> promise) : debt_(std::make_shared<Debt>(std::move(promise))) {}

  /// The first answer counts.
  template <class Value>
  void deliver(Value&& value) const {
    debt_->promise.deliver(std::forward<Value>(value));
  }
  [[nodiscard]] bool pending() const { return debt_->promise.pending(); }

  /// What a handler returns that answers later.
  operator caf::result<T>() const { return debt_->promise; }

 private:
  struct Debt {
    explicit Debt(caf::typed_response_promise<T> owed) : promise(std::move(owed)) {}
    Debt(const Debt&) = delete;
    Debt& operator=(const Debt&) = delete;
    ~Debt() {
      if (promise.pending()) promise.deliver(broken("the actor that was asked ended"));
    }
    caf::typed_response_promise<T> promise;
  };

  std::shared_ptr<Debt> debt_;
};

}  // namespace troupe::control
