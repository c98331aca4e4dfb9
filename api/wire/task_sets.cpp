/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/task_sets.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<CreateTaskSetRequest>() {
  return BuiltShape<CreateTaskSetRequest>::value;
}
template <>
const Shape& shape_of<CreateTaskSetResponse>() {
  return BuiltShape<CreateTaskSetResponse>::value;
}
template <>
const Shape& shape_of<UpdateTaskSetRequest>() {
  return BuiltShape<UpdateTaskSetRequest>::value;
}
template <>
const Shape& shape_of<UpdateTaskSetResponse>() {
  return BuiltShape<UpdateTaskSetResponse>::value;
}
template <>
const Shape& shape_of<DeleteTaskSetRequest>() {
  return BuiltShape<DeleteTaskSetRequest>::value;
}
template <>
const Shape& shape_of<DeleteTaskSetResponse>() {
  return BuiltShape<DeleteTaskSetResponse>::value;
}
template <>
const Shape& shape_of<DescribeTaskSetsRequest>() {
  return BuiltShape<DescribeTaskSetsRequest>::value;
}
template <>
const Shape& shape_of<DescribeTaskSetsResponse>() {
  return BuiltShape<DescribeTaskSetsResponse>::value;
}
template <>
const Shape& shape_of<UpdateServicePrimaryTaskSetRequest>() {
  return BuiltShape<UpdateServicePrimaryTaskSetRequest>::value;
}
template <>
const Shape& shape_of<UpdateServicePrimaryTaskSetResponse>() {
  return BuiltShape<UpdateServicePrimaryTaskSetResponse>::value;
}

}  // namespace troupe::api::wire
