#pragma once

#include "scenarios/language/type.h"
#include "sim/workload/arrivals.h"
#include "sim/workload/behaviour.h"
#include "sim/workload/distribution.h"

/// How the simulated workload is written: distributions, behaviours of actions, arrivals, traffic.

namespace gnomon::scenarios {

/// `5m`, or {exponential: 30s}, {lognormal: {median: 2h, p95: 6h}}, {empirical: {file: x.csv,
/// column: seconds}} ...
const Type<sim::Distribution>& time_distribution();
/// The same over plain numbers: `1.5`, {uniform: [1, 2]}.
const Type<sim::Distribution>& factor_distribution();
const Type<sim::Behaviour>& behaviour_type();
/// How one attempt ends: {error: transient, duration: 5s}.
Type<sim::Behaviour::Ending> attempt_type();
const Type<sim::ArrivalProcess>& arrivals_type();
const Type<sim::Traffic>& traffic_type();

}  // namespace gnomon::scenarios
