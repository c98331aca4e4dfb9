/// Any bytes as the body of any message: they are read or refused, and what was read is
/// written as JSON that reads back the same, in at least one step.
///
/// The first byte chooses the message: a request (even) or an answer (odd) of an operation.

#include "tests/wire/messages.hpp"

#include <cstdint>
#include <cstdlib>

namespace troupe::api::wire {
namespace {

/// Stops the fuzzer with the input that broke the promise.
void require(bool promise) {
  if (!promise) std::abort();
}

template <class T>
void read_and_write(std::string_view body) {
  const core::Result<T> first = decode<T>(body);
  if (!first) {
    require(!first.error().message.empty());
    return;
  }
  const std::string written = encode(*first);
  const core::Result<T> second = decode<T>(written);
  require(second.has_value());
  require(encode(*second) == written);
  (void)encode(*first, Form::event);
}

void run(std::uint8_t choice, std::string_view body) {
  constexpr std::size_t count = std::tuple_size_v<decltype(operations)>;
  boost::mp11::mp_with_index<count>((choice / 2) % count, [&](auto index) {
    using Pair = std::remove_cvref_t<std::tuple_element_t<index, decltype(operations)>>;
    if (choice % 2 == 0) {
      read_and_write<typename Pair::Request>(body);
    } else {
      read_and_write<typename Pair::Response>(body);
    }
  });
}

}  // namespace
}  // namespace troupe::api::wire

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view body{reinterpret_cast<const char*>(data) + 1, size - 1};
  troupe::api::wire::run(data[0], body);
  return 0;
}
