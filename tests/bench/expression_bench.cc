// What an expression costs: compiling it, and evaluating it over what a node sees. `libjq` is the
// same program and input on libjq's own machine, in the same run. Most of an evaluation is reading
// the input.

#include <benchmark/benchmark.h>

#include <string>

extern "C" {
#include <jq.h>
}

#include "engine/expressions/expression.h"
#include "engine/expressions/json.h"

namespace gnomon::bench {
namespace {

constexpr const char* kPrograms[] = {
    ".nodes.fetch.output.rows > .input.limit",
    "{rows: .nodes.fetch.output.rows, ok: (.nodes.fetch.outcome == \"succeeded\")}",
    "[.nodes[] | select(.outcome == \"succeeded\") | .output.rows] | add",
};
constexpr std::string_view kInput =
    R"({"input":{"limit":100},"nodes":{"fetch":{"error":null,"outcome":"succeeded","output":)"
    R"({"files":["a","b"],"rows":120}}},"workflow":{"id":12,"name":"etl","run":1}})";

void compile(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Expression::compile(kPrograms[state.range(0)]));
}
BENCHMARK(compile)->DenseRange(0, 2);

void evaluate(benchmark::State& state) {
  const Expression expression = Expression::compile(kPrograms[state.range(0)]).value();
  const Payload input(kInput);
  for (auto _ : state) benchmark::DoNotOptimize(expression.evaluate(input));
}
BENCHMARK(evaluate)->DenseRange(0, 2);

void libjq(benchmark::State& state) {
  jq_state* jq = jq_init();
  jq_compile(jq, kPrograms[state.range(0)]);
  for (auto _ : state) {
    jq_start(jq, jv_parse_sized(kInput.data(), static_cast<int>(kInput.size())), 0);
    jv text = jv_dump_string(jq_next(jq), JV_PRINT_SORTED);
    benchmark::DoNotOptimize(jv_string_value(text));
    jv_free(text);
  }
  jq_teardown(&jq);
}
BENCHMARK(libjq)->DenseRange(0, 2);

void canonical(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(canonical_json(kInput));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * kInput.size()));
}
BENCHMARK(canonical);

}  // namespace
}  // namespace gnomon::bench
