/// InterruptTask: Troupe's own.

#include "api/wire/interruption.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/rendering.hpp"

namespace troupe::api::operations::interruption {
namespace {

core::Result<Question> read_interrupt(const Call& /*call*/, const wire::InterruptTaskRequest& in) {
  return ask_cluster(in.cluster, core::InterruptTask{in.task.value_or("")});
}

wire::InterruptTaskResponse write_interrupted(const Call& call, const wire::InterruptTaskRequest& /*in*/,
                                              const core::TaskReply& reply) {
  return {rendering::task(call.realm(), *reply.task, {})};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("InterruptTask", read_interrupt, write_interrupted)};
}

}  // namespace troupe::api::operations::interruption
