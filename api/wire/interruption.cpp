/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/interruption.hpp"

#include "api/wire/codec/build_shape.hpp"
#include "api/wire/required.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<InterruptTaskRequest>() {
  return BuiltShape<InterruptTaskRequest>::value;
}
template <>
const Shape& shape_of<InterruptTaskResponse>() {
  return BuiltShape<InterruptTaskResponse>::value;
}

}  // namespace troupe::api::wire
