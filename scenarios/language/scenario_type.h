#pragma once

#include "scenarios/language/scenario.h"
#include "scenarios/language/type.h"

namespace gnomon::scenarios {

/// The root of the table.
const Type<Scenario>& scenario_type();

/// The JSON Schema as a value, for those who walk through it.
Value schema_value();

/// What can be told only when everything has been read: names that are used and not declared,
/// workflows that run themselves, tests of nodes that are not there. `root` is what `scenario` was
/// read from.
void check_scenario(const Scenario& scenario, const Value& root, Decoder& decoder);

/// The part of it that holds thresholds against the table of metrics and against what the scenario
/// declares: names, aggregates, units.
void check_thresholds(const Value& root, Decoder& decoder);

/// The part of it that tells what is well formed and would do nothing, or could never run: faults
/// that can hurt nothing, tasks that need more units than there are, two sinks on one file, tenants
/// whose bills would be taken for others'.
void check_sense(const Scenario& scenario, const Value& root, Decoder& decoder);

}  // namespace gnomon::scenarios
