#pragma once

/// All messages that the wire knows, for tests that hold for each of them.

#include "api/wire/clusters.hpp"
#include "api/wire/container_instances.hpp"
#include "api/wire/task_definitions.hpp"
#include "api/wire/tasks.hpp"

#include <boost/mp11.hpp>

namespace troupe::api::wire {

template <class RequestType, class ResponseType>
struct Messages {
  using Request = RequestType;
  using Response = ResponseType;
  const char* operation;
};

inline constexpr std::tuple operations{
    Messages<CreateClusterRequest, CreateClusterResponse>{"CreateCluster"},
    Messages<DescribeClustersRequest, DescribeClustersResponse>{"DescribeClusters"},
    Messages<ListClustersRequest, ListClustersResponse>{"ListClusters"},
    Messages<DeleteClusterRequest, DeleteClusterResponse>{"DeleteCluster"},
    Messages<RegisterTaskDefinitionRequest, RegisterTaskDefinitionResponse>{"RegisterTaskDefinition"},
    Messages<DescribeTaskDefinitionRequest, DescribeTaskDefinitionResponse>{"DescribeTaskDefinition"},
    Messages<ListTaskDefinitionsRequest, ListTaskDefinitionsResponse>{"ListTaskDefinitions"},
    Messages<ListTaskDefinitionFamiliesRequest, ListTaskDefinitionFamiliesResponse>{
        "ListTaskDefinitionFamilies"},
    Messages<DeregisterTaskDefinitionRequest, DeregisterTaskDefinitionResponse>{"DeregisterTaskDefinition"},
    Messages<RunTaskRequest, RunTaskResponse>{"RunTask"},
    Messages<StartTaskRequest, StartTaskResponse>{"StartTask"},
    Messages<StopTaskRequest, StopTaskResponse>{"StopTask"},
    Messages<DescribeTasksRequest, DescribeTasksResponse>{"DescribeTasks"},
    Messages<ListTasksRequest, ListTasksResponse>{"ListTasks"},
    Messages<DescribeContainerInstancesRequest, DescribeContainerInstancesResponse>{
        "DescribeContainerInstances"},
    Messages<ListContainerInstancesRequest, ListContainerInstancesResponse>{"ListContainerInstances"},
};

/// Calls `visit(messages)` for each operation.
template <class Visitor>
void for_each_operation(Visitor visit) {
  boost::mp11::tuple_for_each(operations, visit);
}

}  // namespace troupe::api::wire
