/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/container_instances.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<DescribeContainerInstancesRequest>() {
  return BuiltShape<DescribeContainerInstancesRequest>::value;
}
template <>
const Shape& shape_of<DescribeContainerInstancesResponse>() {
  return BuiltShape<DescribeContainerInstancesResponse>::value;
}
template <>
const Shape& shape_of<ListContainerInstancesRequest>() {
  return BuiltShape<ListContainerInstancesRequest>::value;
}
template <>
const Shape& shape_of<ListContainerInstancesResponse>() {
  return BuiltShape<ListContainerInstancesResponse>::value;
}
template <>
const Shape& shape_of<UpdateContainerInstancesStateRequest>() {
  return BuiltShape<UpdateContainerInstancesStateRequest>::value;
}
template <>
const Shape& shape_of<UpdateContainerInstancesStateResponse>() {
  return BuiltShape<UpdateContainerInstancesStateResponse>::value;
}
template <>
const Shape& shape_of<DeregisterContainerInstanceRequest>() {
  return BuiltShape<DeregisterContainerInstanceRequest>::value;
}
template <>
const Shape& shape_of<DeregisterContainerInstanceResponse>() {
  return BuiltShape<DeregisterContainerInstanceResponse>::value;
}

}  // namespace troupe::api::wire
