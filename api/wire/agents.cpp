/// The shapes of what agents send through the API.

#include "api/wire/agents.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<RegisterContainerInstanceRequest>() {
  return BuiltShape<RegisterContainerInstanceRequest>::value;
}
template <>
const Shape& shape_of<RegisterContainerInstanceResponse>() {
  return BuiltShape<RegisterContainerInstanceResponse>::value;
}
template <>
const Shape& shape_of<DiscoverPollEndpointRequest>() {
  return BuiltShape<DiscoverPollEndpointRequest>::value;
}
template <>
const Shape& shape_of<DiscoverPollEndpointResponse>() {
  return BuiltShape<DiscoverPollEndpointResponse>::value;
}
template <>
const Shape& shape_of<SubmitTaskStateChangeRequest>() {
  return BuiltShape<SubmitTaskStateChangeRequest>::value;
}
template <>
const Shape& shape_of<SubmitTaskStateChangeResponse>() {
  return BuiltShape<SubmitTaskStateChangeResponse>::value;
}
template <>
const Shape& shape_of<SubmitContainerStateChangeRequest>() {
  return BuiltShape<SubmitContainerStateChangeRequest>::value;
}
template <>
const Shape& shape_of<SubmitContainerStateChangeResponse>() {
  return BuiltShape<SubmitContainerStateChangeResponse>::value;
}
template <>
const Shape& shape_of<SubmitAttachmentStateChangesRequest>() {
  return BuiltShape<SubmitAttachmentStateChangesRequest>::value;
}
template <>
const Shape& shape_of<SubmitAttachmentStateChangesResponse>() {
  return BuiltShape<SubmitAttachmentStateChangesResponse>::value;
}
template <>
const Shape& shape_of<UpdateContainerAgentRequest>() {
  return BuiltShape<UpdateContainerAgentRequest>::value;
}
template <>
const Shape& shape_of<UpdateContainerAgentResponse>() {
  return BuiltShape<UpdateContainerAgentResponse>::value;
}
template <>
const Shape& shape_of<IdentityDocument>() {
  return BuiltShape<IdentityDocument>::value;
}

}  // namespace troupe::api::wire
