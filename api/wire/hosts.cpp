/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/hosts.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<DescribeHostsRequest>() {
  return BuiltShape<DescribeHostsRequest>::value;
}
template <>
const Shape& shape_of<DescribeHostsResponse>() {
  return BuiltShape<DescribeHostsResponse>::value;
}
template <>
const Shape& shape_of<DeregisterHostRequest>() {
  return BuiltShape<DeregisterHostRequest>::value;
}
template <>
const Shape& shape_of<DeregisterHostResponse>() {
  return BuiltShape<DeregisterHostResponse>::value;
}

}  // namespace troupe::api::wire
