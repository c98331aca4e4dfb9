/// Any bytes as the body of a message: they are read or refused, and what was read is
/// written as JSON that reads back the same, in at least one step. One codec reads them
/// all; the messages here have between them every kind of member that it knows.
///
/// The first byte chooses the message: a request (even) or an answer (odd) of an operation.

#include "api/wire/clusters.hpp"
#include "api/wire/container_instances.hpp"
#include "api/wire/services.hpp"
#include "api/wire/task_definitions.hpp"
#include "api/wire/tasks.hpp"

#include "tests/fuzz/targets.hpp"

#include <boost/mp11.hpp>

#include <cstdint>
#include <tuple>

namespace troupe::api::wire {
namespace {

template <class Request, class Response>
struct Messages;

/// The seeds name them by their place.
using Fuzzed = std::tuple<Messages<CreateClusterRequest, CreateClusterResponse>,
                          Messages<RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse>,
                          Messages<RunTaskRequest, RunTaskResponse>,
                          Messages<DescribeTasksRequest, DescribeTasksResponse>,
                          Messages<ListTasksRequest, ListTasksResponse>,
                          Messages<DescribeContainerInstancesRequest, DescribeContainerInstancesResponse>,
                          Messages<CreateServiceRequest, CreateServiceResponse>>;

using fuzz::require;

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
  constexpr std::size_t count = std::tuple_size_v<Fuzzed>;
  boost::mp11::mp_with_index<count>((choice / 2) % count, [&](auto index) {
    using Pair = std::tuple_element_t<index, Fuzzed>;
    if (choice % 2 == 0) {
      read_and_write<boost::mp11::mp_first<Pair>>(body);
    } else {
      read_and_write<boost::mp11::mp_second<Pair>>(body);
    }
  });
}

}  // namespace
}  // namespace troupe::api::wire

void troupe::fuzz::json(std::string_view input) {
  if (!input.empty()) troupe::api::wire::run(static_cast<std::uint8_t>(input[0]), input.substr(1));
}
