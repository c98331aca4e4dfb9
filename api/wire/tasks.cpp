/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/tasks.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<RunTaskRequest>() {
  return BuiltShape<RunTaskRequest>::value;
}
template <>
const Shape& shape_of<RunTaskResponse>() {
  return BuiltShape<RunTaskResponse>::value;
}
template <>
const Shape& shape_of<StartTaskRequest>() {
  return BuiltShape<StartTaskRequest>::value;
}
template <>
const Shape& shape_of<StartTaskResponse>() {
  return BuiltShape<StartTaskResponse>::value;
}
template <>
const Shape& shape_of<StopTaskRequest>() {
  return BuiltShape<StopTaskRequest>::value;
}
template <>
const Shape& shape_of<StopTaskResponse>() {
  return BuiltShape<StopTaskResponse>::value;
}
template <>
const Shape& shape_of<DescribeTasksRequest>() {
  return BuiltShape<DescribeTasksRequest>::value;
}
template <>
const Shape& shape_of<DescribeTasksResponse>() {
  return BuiltShape<DescribeTasksResponse>::value;
}
template <>
const Shape& shape_of<ListTasksRequest>() {
  return BuiltShape<ListTasksRequest>::value;
}
template <>
const Shape& shape_of<ListTasksResponse>() {
  return BuiltShape<ListTasksResponse>::value;
}

}  // namespace troupe::api::wire
