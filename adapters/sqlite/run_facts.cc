#include "adapters/sqlite/run_facts.h"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "adapters/sqlite/schema.h"

namespace gnomon::adapters {
namespace {

/// Before the name of a route, in the name of the fact why it passed over an event.
constexpr std::string_view kPassedOver = "passed_over/";

Expected<void> write_fact(Statement& put, const char* name, const std::string& value) {
  if (value.empty()) return {};
  return put.bind(0, std::string_view{name}).bind(1, std::string_view{value}).run();
}

std::string instant_text(Instant at) {
  return at == kUnset ? "" : fmt::format("{}", to_ns(at));
}

Expected<void> write_overrides(Database& database, const std::vector<std::string>& overrides) {
  auto done = database.execute("REPLACE INTO meta (name, value) VALUES ('overrides', '[]')");
  if (!done) return done;
  auto append = database.prepare(
      "UPDATE meta SET value = json_insert(value, '$[#]', ?) WHERE name = 'overrides'");
  if (!append) return std::unexpected(append.error());
  for (const std::string& each : overrides) {
    if (done = append->bind(0, std::string_view{each}).run(); !done) return done;
  }
  return {};
}

Expected<std::vector<std::string>> read_overrides(Database& database) {
  std::vector<std::string> overrides;
  auto each = database.prepare(
      "SELECT each.value FROM meta, json_each(meta.value) AS each WHERE meta.name = 'overrides'");
  if (!each) return std::unexpected(each.error());
  while (true) {
    const auto row = each->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return overrides;
    overrides.emplace_back(each->text(0));
  }
}

Expected<void> write_facts(Database& database, const RunFacts& facts) {
  auto put = database.prepare("REPLACE INTO meta (name, value) VALUES (?, ?)");
  if (!put) return std::unexpected(put.error());
  const std::pair<const char*, std::string> values[] = {
      {"gnomon", facts.gnomon},
      {"world", facts.world},
      {"scenario", facts.scenario},
      {"scenario_text", facts.scenario_text},
      {"seed", facts.seed ? fmt::format("{}", *facts.seed) : ""},
      {"digest", facts.digest},
      {"started_at", instant_text(facts.started_at)},
      {"ended_at", instant_text(facts.ended_at)},
      {"ended_before", instant_text(facts.ended_before)},
      {"interrupted", facts.interrupted ? "1" : ""}};
  for (const auto& [name, value] : values) {
    if (auto done = write_fact(*put, name, value); !done) return done;
  }
  for (const auto& [route, reason] : facts.passed_over) {
    const std::string name = fmt::format("{}{}", kPassedOver, route);
    if (auto done = write_fact(*put, name.c_str(), reason); !done) return done;
  }
  if (facts.overrides) {
    if (auto done = write_overrides(database, *facts.overrides); !done) return done;
  }
  auto runtime =
      database.prepare("REPLACE INTO runtime (number, name, slots, workers) VALUES (?, ?, ?, ?)");
  if (!runtime) return std::unexpected(runtime.error());
  for (const RuntimeFacts& row : facts.runtimes) {
    runtime->bind(0, std::int64_t{row.number}).bind(1, std::string_view{row.name});
    runtime->bind_null(2).bind_null(3);
    if (row.slots) runtime->bind(2, static_cast<std::int64_t>(*row.slots));
    if (row.workers) runtime->bind(3, std::int64_t{*row.workers});
    if (auto done = runtime->run(); !done) return done;
  }
  return {};
}

template <typename Int>
bool parse(const std::string& text, Int& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Expected<void> write_summary(Database& database, const RunSummary& summary) {
  if (auto done = write_facts(database, summary.facts); !done) return done;
  auto metric =
      database.prepare("REPLACE INTO metric (name, label, statistic, value) VALUES (?, ?, ?, ?)");
  if (!metric) return std::unexpected(metric.error());
  for (const MetricRow& row : summary.metrics) {
    metric->bind(0, std::string_view{row.name}).bind(1, std::string_view{row.label});
    auto done = metric->bind(2, std::string_view{row.statistic}).bind(3, row.value).run();
    if (!done) return done;
  }
  auto point = database.prepare("REPLACE INTO series (name, label, at, value) VALUES (?, ?, ?, ?)");
  if (!point) return std::unexpected(point.error());
  for (const SeriesRow& row : summary.series) {
    point->bind(0, std::string_view{row.name}).bind(1, std::string_view{row.label});
    auto done = point->bind(2, to_ns(row.at)).bind(3, row.value).run();
    if (!done) return done;
  }
  return {};
}

namespace {

/// Does `work` in a transaction of a connection of its own.
template <typename Work>
Expected<void> write_to(const std::string& path, Work work) {
  auto database =
      Database::open(path, {.access = Database::Access::kReadWrite, .busy_timeout_ms = 10'000});
  if (!database) return std::unexpected(database.error());
  auto done = check_schema(*database);
  if (done) done = database->execute("BEGIN IMMEDIATE");
  if (done) done = work(*database);
  if (done) done = database->execute("COMMIT");
  if (!done) return fail(done.error().kind, fmt::format("{}: {}", path, done.error().message));
  return {};
}

}  // namespace

Expected<void> add_summary(const std::string& path, const RunSummary& summary) {
  return write_to(path, [&](Database& database) { return write_summary(database, summary); });
}

Expected<void> reopen_run(const std::string& path, const RunSummary& summary) {
  return write_to(path, [&](Database& database) {
    const auto done = database.execute(
        "REPLACE INTO meta SELECT 'ended_before', value FROM meta WHERE name = 'ended_at'; "
        "DELETE FROM meta WHERE name = 'ended_at'");
    return done ? write_summary(database, summary) : done;
  });
}

Expected<RunFacts> read_facts(Database& database) {
  std::map<std::string, std::string> values;
  auto meta = database.prepare("SELECT name, value FROM meta");
  if (!meta) return std::unexpected(meta.error());
  while (true) {
    const auto row = meta->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    values.emplace(meta->text(0), meta->text(1));
  }
  RunFacts facts;
  facts.gnomon = values["gnomon"];
  facts.world = values["world"];
  facts.scenario = values["scenario"];
  facts.scenario_text = values["scenario_text"];
  facts.digest = values["digest"];
  facts.interrupted = values.contains("interrupted");
  for (auto each = values.lower_bound(std::string{kPassedOver});
       each != values.end() && each->first.starts_with(kPassedOver); ++each) {
    facts.passed_over.emplace(each->first.substr(kPassedOver.size()), each->second);
  }
  if (values.contains("overrides")) {
    auto overrides = read_overrides(database);
    if (!overrides) return std::unexpected(overrides.error());
    facts.overrides = std::move(*overrides);
  }
  std::uint64_t seed = 0;
  if (parse(values["seed"], seed)) facts.seed = seed;
  for (const auto& [name, instant] :
       {std::pair{"started_at", &facts.started_at}, std::pair{"ended_at", &facts.ended_at},
        std::pair{"ended_before", &facts.ended_before}}) {
    std::int64_t ns = 0;
    if (parse(values[name], ns)) *instant = from_ns(ns);
  }
  const auto version = database.number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  const char* workers = *version >= kFirstWithWorkers ? "workers" : "NULL";
  auto runtimes = database.prepare(
      fmt::format("SELECT number, name, slots, {} FROM runtime ORDER BY number", workers));
  if (!runtimes) return std::unexpected(runtimes.error());
  while (true) {
    const auto row = runtimes->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return facts;
    RuntimeFacts& runtime = facts.runtimes.emplace_back();
    runtime.number = static_cast<std::uint32_t>(runtimes->integer(0));
    runtime.name = runtimes->text(1);
    if (!runtimes->is_null(2)) runtime.slots = static_cast<std::uint64_t>(runtimes->integer(2));
    if (!runtimes->is_null(3)) runtime.workers = static_cast<std::uint32_t>(runtimes->integer(3));
  }
}

}  // namespace gnomon::adapters
