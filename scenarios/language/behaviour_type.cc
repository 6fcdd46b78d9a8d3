#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/scalars.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {
namespace {

using sim::Behaviour;
using sim::Correlation;

using FailureRates = std::array<double, kErrorClassCount>;

Type<FailureRates> failures_type() {
  Object<FailureRates> object(
      "Failures", "How likely an attempt fails, by class of error; together at most 100%.");
  for (const auto& [name, error] : failure_classes()) {
    object.field(
        name,
        [error](FailureRates& rates, double rate) {
          rates[static_cast<std::size_t>(error)] = rate;
        },
        share(), std::string(meaning_of(error)));
  }
  object.check([](FailureRates& rates, const Value& value, Decoder& decoder) {
    double sum = 0;
    for (const double rate : rates) sum += rate;
    if (sum <= 1 + 1e-12) return true;
    decoder.error(value.place, "the failures are together more likely than 100%");
    return false;
  });
  return std::move(object).type();
}

Type<Behaviour> make_behaviour_type() {
  Object<Behaviour> object(
      "Behaviour",
      "How an action behaves when simulated. Production ignores it. A constant duration may stand "
      "by itself.");
  object.field("duration", &Behaviour::duration, time_distribution(), "Time on a worker.")
      .by_default("0");
  object.field("duration_from", &Behaviour::duration_expression,
               expression({"attempt", "input", "params", "u"}),
               "Instead of `duration`, in seconds: jq over {input, params, attempt, u}, as of "
               "`output`.");
  object.field("factor", &Behaviour::factor, factor_distribution(),
               "Multiplies the duration; drawn once for each entity of `correlation`.");
  object
      .field("correlation", &Behaviour::correlation,
             one_of<Correlation>({{"none", Correlation::kNone},
                                  {"workflow", Correlation::kWorkflow},
                                  {"node", Correlation::kNode},
                                  {"tenant", Correlation::kTenant}}),
             "What shares one factor, so that what is slow once is slow again.")
      .by_default("none");
  object.field("failures", &Behaviour::failure_rate, failures_type(),
               "How likely an attempt fails, by class.");
  object
      .field("failed_after", &Behaviour::failed_after, share(),
             "A failing attempt ends after this part of its duration.")
      .by_default("100%");
  object.field(
      "output",
      [](Behaviour& behaviour, Given given) {
        behaviour.output = std::move(given.constant);
        behaviour.output_expression = std::move(given.expression);
      },
      given({"attempt", "input", "params", "u"}),
      "What a success gives: a constant, or as a string jq over {input, params, attempt, u}; u is "
      "uniform.");
  object.field(
      "attempts", &Behaviour::endings, list_of(attempt_type(), 1, 1000),
      "Fixed endings of the first attempts, instead of what is drawn; the last one repeats.");
  object.at_most_one({"duration", "duration_from"});
  object.example(
      "{duration: {lognormal: {median: 2h, p95: 6h}}, failures: {transient: 2%}, output: {ok: "
      "true}}");
  Type<Behaviour> shorthand = as<Behaviour>(duration(), [](Duration time) {
    Behaviour behaviour;
    behaviour.duration = sim::Distribution::constant(static_cast<double>(time.count())).value();
    return behaviour;
  });
  return either(std::move(shorthand), std::move(object).type());
}

}  // namespace

Type<sim::Behaviour::Ending> attempt_type() {
  Object<Behaviour::Ending> object("Attempt", "How one attempt ends.");
  object
      .field("outcome", &Behaviour::Ending::outcome,
             one_of<Outcome>({{"succeeded", Outcome::kSucceeded}, {"failed", Outcome::kFailed}}),
             "How it ends.")
      .by_default("succeeded");
  object.field("error", &Behaviour::Ending::error, error_class_type(), "Why it failed.");
  object.field("duration", &Behaviour::Ending::duration, duration(),
               "How long it takes; absent: as drawn.");
  object.field("output", &Behaviour::Ending::result, json(),
               "What it gives; of a failure, a text that says why.");
  object.check([](Behaviour::Ending& ending, const Value& value, Decoder& decoder) {
    if (ending.error != ErrorClass::kNone) ending.outcome = Outcome::kFailed;
    if (ending.outcome != Outcome::kFailed) return true;
    if (ending.error == ErrorClass::kNone) ending.error = ErrorClass::kPermanent;
    if (const Value* why = value.find("output")) ending.result = Payload(why->text);
    if (value.find("outcome") == nullptr || value.find("outcome")->text == "failed") return true;
    decoder.error(value.find("error")->place, "an attempt with an error does not succeed");
    return false;
  });
  return std::move(object).type();
}

const Type<Behaviour>& behaviour_type() {
  static const Type<Behaviour> type = make_behaviour_type();
  return type;
}

}  // namespace gnomon::scenarios
