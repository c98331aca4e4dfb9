/// The shapes of ACS's messages.

#include "api/wire/acs.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<acs::PayloadMessage>() {
  return BuiltShape<acs::PayloadMessage>::value;
}
template <>
const Shape& shape_of<acs::TaskManifestMessage>() {
  return BuiltShape<acs::TaskManifestMessage>::value;
}
template <>
const Shape& shape_of<acs::TaskStopVerificationMessage>() {
  return BuiltShape<acs::TaskStopVerificationMessage>::value;
}
template <>
const Shape& shape_of<acs::TaskStopVerificationAck>() {
  return BuiltShape<acs::TaskStopVerificationAck>::value;
}
template <>
const Shape& shape_of<acs::IAMRoleCredentialsMessage>() {
  return BuiltShape<acs::IAMRoleCredentialsMessage>::value;
}
template <>
const Shape& shape_of<acs::IAMRoleCredentialsAckRequest>() {
  return BuiltShape<acs::IAMRoleCredentialsAckRequest>::value;
}
template <>
const Shape& shape_of<acs::AttachTaskNetworkInterfacesMessage>() {
  return BuiltShape<acs::AttachTaskNetworkInterfacesMessage>::value;
}
template <>
const Shape& shape_of<acs::AttachInstanceNetworkInterfacesMessage>() {
  return BuiltShape<acs::AttachInstanceNetworkInterfacesMessage>::value;
}
template <>
const Shape& shape_of<acs::ConfirmAttachmentMessage>() {
  return BuiltShape<acs::ConfirmAttachmentMessage>::value;
}
template <>
const Shape& shape_of<acs::HeartbeatMessage>() {
  return BuiltShape<acs::HeartbeatMessage>::value;
}
template <>
const Shape& shape_of<acs::HeartbeatAckRequest>() {
  return BuiltShape<acs::HeartbeatAckRequest>::value;
}
template <>
const Shape& shape_of<acs::AckRequest>() {
  return BuiltShape<acs::AckRequest>::value;
}
template <>
const Shape& shape_of<acs::NackRequest>() {
  return BuiltShape<acs::NackRequest>::value;
}
template <>
const Shape& shape_of<acs::ErrorMessage>() {
  return BuiltShape<acs::ErrorMessage>::value;
}

}  // namespace troupe::api::wire
