/// The shapes of this noun's messages, built once here so that operations stay cheap to compile.

#include "api/wire/placement.hpp"

#include "api/wire/codec/build_shape.hpp"

namespace troupe::api::wire {

template <>
const Shape& shape_of<ExplainPlacementRequest>() {
  return BuiltShape<ExplainPlacementRequest>::value;
}
template <>
const Shape& shape_of<ExplainPlacementResponse>() {
  return BuiltShape<ExplainPlacementResponse>::value;
}

}  // namespace troupe::api::wire
