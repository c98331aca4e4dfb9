/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/usage.hpp"

#include "api/wire/codec/build_shape.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<ReadUsageRequest>() {
  return BuiltShape<ReadUsageRequest>::value;
}
template <>
const Shape& shape_of<ReadUsageResponse>() {
  return BuiltShape<ReadUsageResponse>::value;
}

}  // namespace troupe::api::wire
