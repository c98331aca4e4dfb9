#pragma once

/// All messages that the wire knows, for tests that hold for each of them.

#include "api/wire/agents.hpp"
#include "api/wire/attributes.hpp"
#include "api/wire/capacity_providers.hpp"
#include "api/wire/clusters.hpp"
#include "api/wire/container_instances.hpp"
#include "api/wire/service_deployments.hpp"
#include "api/wire/services.hpp"
#include "api/wire/task_definitions.hpp"
#include "api/wire/task_protection.hpp"
#include "api/wire/task_sets.hpp"
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
    Messages<CreateServiceRequest, CreateServiceResponse>{"CreateService"},
    Messages<UpdateServiceRequest, UpdateServiceResponse>{"UpdateService"},
    Messages<DeleteServiceRequest, DeleteServiceResponse>{"DeleteService"},
    Messages<DescribeServicesRequest, DescribeServicesResponse>{"DescribeServices"},
    Messages<ListServicesRequest, ListServicesResponse>{"ListServices"},
    Messages<ListServicesByNamespaceRequest, ListServicesByNamespaceResponse>{"ListServicesByNamespace"},
    Messages<DescribeServiceDeploymentsRequest, DescribeServiceDeploymentsResponse>{
        "DescribeServiceDeployments"},
    Messages<ListServiceDeploymentsRequest, ListServiceDeploymentsResponse>{"ListServiceDeployments"},
    Messages<StopServiceDeploymentRequest, StopServiceDeploymentResponse>{"StopServiceDeployment"},
    Messages<ContinueServiceDeploymentRequest, ContinueServiceDeploymentResponse>{
        "ContinueServiceDeployment"},
    Messages<DescribeServiceRevisionsRequest, DescribeServiceRevisionsResponse>{"DescribeServiceRevisions"},
    Messages<CreateTaskSetRequest, CreateTaskSetResponse>{"CreateTaskSet"},
    Messages<UpdateTaskSetRequest, UpdateTaskSetResponse>{"UpdateTaskSet"},
    Messages<DeleteTaskSetRequest, DeleteTaskSetResponse>{"DeleteTaskSet"},
    Messages<DescribeTaskSetsRequest, DescribeTaskSetsResponse>{"DescribeTaskSets"},
    Messages<UpdateServicePrimaryTaskSetRequest, UpdateServicePrimaryTaskSetResponse>{
        "UpdateServicePrimaryTaskSet"},
    Messages<UpdateContainerInstancesStateRequest, UpdateContainerInstancesStateResponse>{
        "UpdateContainerInstancesState"},
    Messages<DeregisterContainerInstanceRequest, DeregisterContainerInstanceResponse>{
        "DeregisterContainerInstance"},
    Messages<RegisterContainerInstanceRequest, RegisterContainerInstanceResponse>{
        "RegisterContainerInstance"},
    Messages<DiscoverPollEndpointRequest, DiscoverPollEndpointResponse>{"DiscoverPollEndpoint"},
    Messages<SubmitTaskStateChangeRequest, SubmitTaskStateChangeResponse>{"SubmitTaskStateChange"},
    Messages<SubmitContainerStateChangeRequest, SubmitContainerStateChangeResponse>{
        "SubmitContainerStateChange"},
    Messages<SubmitAttachmentStateChangesRequest, SubmitAttachmentStateChangesResponse>{
        "SubmitAttachmentStateChanges"},
    Messages<UpdateContainerAgentRequest, UpdateContainerAgentResponse>{"UpdateContainerAgent"},
    Messages<PutAttributesRequest, PutAttributesResponse>{"PutAttributes"},
    Messages<DeleteAttributesRequest, DeleteAttributesResponse>{"DeleteAttributes"},
    Messages<ListAttributesRequest, ListAttributesResponse>{"ListAttributes"},
    Messages<UpdateTaskProtectionRequest, UpdateTaskProtectionResponse>{"UpdateTaskProtection"},
    Messages<GetTaskProtectionRequest, GetTaskProtectionResponse>{"GetTaskProtection"},
    Messages<CreateCapacityProviderRequest, CreateCapacityProviderResponse>{"CreateCapacityProvider"},
    Messages<UpdateCapacityProviderRequest, UpdateCapacityProviderResponse>{"UpdateCapacityProvider"},
    Messages<DeleteCapacityProviderRequest, DeleteCapacityProviderResponse>{"DeleteCapacityProvider"},
    Messages<DescribeCapacityProvidersRequest, DescribeCapacityProvidersResponse>{
        "DescribeCapacityProviders"},
    Messages<PutClusterCapacityProvidersRequest, PutClusterCapacityProvidersResponse>{
        "PutClusterCapacityProviders"},
};

/// Calls `visit(messages)` for each operation.
template <class Visitor>
void for_each_operation(Visitor visit) {
  boost::mp11::tuple_for_each(operations, visit);
}

}  // namespace troupe::api::wire
