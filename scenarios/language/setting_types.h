#pragma once

#include "scenarios/language/settings.h"
#include "scenarios/language/type.h"
#include "scenarios/language/workflow_test.h"

/// How everything but workflows and their workload is written.

namespace gnomon::scenarios {

const Type<RuntimeSettings>& runtime_type();
const Type<SourceSettings>& source_type();
const Type<SubscriberSettings>& subscriber_type();
const Type<RouteSettings>& route_type();
const Type<EngineSettings>& engine_type();
const Type<FaultRule>& fault_type();
const Type<WorkflowTest>& workflow_test_type();

}  // namespace gnomon::scenarios
