/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/task_protection.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<UpdateTaskProtectionRequest>() {
  return BuiltShape<UpdateTaskProtectionRequest>::value;
}
template <>
const Shape& shape_of<UpdateTaskProtectionResponse>() {
  return BuiltShape<UpdateTaskProtectionResponse>::value;
}
template <>
const Shape& shape_of<GetTaskProtectionRequest>() {
  return BuiltShape<GetTaskProtectionRequest>::value;
}
template <>
const Shape& shape_of<GetTaskProtectionResponse>() {
  return BuiltShape<GetTaskProtectionResponse>::value;
}

}  // namespace troupe::api::wire
