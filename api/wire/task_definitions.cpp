/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/task_definitions.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<RegisterTaskDefinitionRequest>() {
  return BuiltShape<RegisterTaskDefinitionRequest>::value;
}
template <>
const Shape& shape_of<RegisterTaskDefinitionResponse>() {
  return BuiltShape<RegisterTaskDefinitionResponse>::value;
}
template <>
const Shape& shape_of<DescribeTaskDefinitionRequest>() {
  return BuiltShape<DescribeTaskDefinitionRequest>::value;
}
template <>
const Shape& shape_of<DescribeTaskDefinitionResponse>() {
  return BuiltShape<DescribeTaskDefinitionResponse>::value;
}
template <>
const Shape& shape_of<ListTaskDefinitionsRequest>() {
  return BuiltShape<ListTaskDefinitionsRequest>::value;
}
template <>
const Shape& shape_of<ListTaskDefinitionsResponse>() {
  return BuiltShape<ListTaskDefinitionsResponse>::value;
}
template <>
const Shape& shape_of<ListTaskDefinitionFamiliesRequest>() {
  return BuiltShape<ListTaskDefinitionFamiliesRequest>::value;
}
template <>
const Shape& shape_of<ListTaskDefinitionFamiliesResponse>() {
  return BuiltShape<ListTaskDefinitionFamiliesResponse>::value;
}
template <>
const Shape& shape_of<DeregisterTaskDefinitionRequest>() {
  return BuiltShape<DeregisterTaskDefinitionRequest>::value;
}
template <>
const Shape& shape_of<DeregisterTaskDefinitionResponse>() {
  return BuiltShape<DeregisterTaskDefinitionResponse>::value;
}

}  // namespace troupe::api::wire
