/// The shapes of TCS's messages.

#include "api/wire/tcs.hpp"

#include "api/wire/codec/build_shape.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<tcs::PublishMetricsRequest>() {
  return BuiltShape<tcs::PublishMetricsRequest>::value;
}
template <>
const Shape& shape_of<tcs::PublishHealthRequest>() {
  return BuiltShape<tcs::PublishHealthRequest>::value;
}
template <>
const Shape& shape_of<tcs::PublishInstanceStatusRequest>() {
  return BuiltShape<tcs::PublishInstanceStatusRequest>::value;
}
template <>
const Shape& shape_of<tcs::AckPublishMetric>() {
  return BuiltShape<tcs::AckPublishMetric>::value;
}
template <>
const Shape& shape_of<tcs::AckPublishHealth>() {
  return BuiltShape<tcs::AckPublishHealth>::value;
}
template <>
const Shape& shape_of<tcs::AckPublishInstanceStatus>() {
  return BuiltShape<tcs::AckPublishInstanceStatus>::value;
}
template <>
const Shape& shape_of<tcs::ErrorMessage>() {
  return BuiltShape<tcs::ErrorMessage>::value;
}

}  // namespace troupe::api::wire
