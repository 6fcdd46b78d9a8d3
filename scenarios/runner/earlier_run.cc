#include "scenarios/runner/earlier_run.h"

#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/record_reader.h"

namespace gnomon::scenarios {
namespace {

/// None if there is no file, or nothing in it yet.
Expected<std::optional<adapters::RunFacts>> read_facts(const std::string& record) {
  if (!std::filesystem::exists(record) || adapters::RecordReader::is_blank(record))
    return std::nullopt;
  auto reader = adapters::RecordReader::open(record);
  if (!reader) return std::unexpected(reader.error());
  auto facts = reader->facts();
  if (!facts) return std::unexpected(facts.error());
  return std::move(*facts);
}

bool is_real(const adapters::RunFacts& facts) {
  return facts.world == "real" && facts.started_at != kUnset;
}

Error command_waits(const std::string& record) {
  return {ErrorKind::kInvalid,
          fmt::format("{} holds commands that nobody has answered: go on with its run (gnomon run "
                      "FILE --world real -o {}), or choose another record with -o",
                      record, record)};
}

}  // namespace

Expected<EarlierRun> take_up(const Scenario& scenario, const std::string& record) {
  auto read = read_facts(record);
  if (!read) return std::unexpected(read.error());
  EarlierRun earlier;
  if (!*read) return earlier;
  const adapters::RunFacts& facts = **read;
  earlier.seed = facts.seed.value_or(scenario.seed);
  earlier.began = facts.started_at;
  earlier.ended = facts.ended_at != kUnset || facts.ended_before != kUnset;
  earlier.unfinished = is_real(facts) && facts.ended_at == kUnset;
  if (!earlier.unfinished) {
    const auto removed = adapters::Mailbox::remove_unless_waiting(record);
    if (!removed) return std::unexpected(removed.error());
    if (!*removed && !is_real(facts)) return std::unexpected(command_waits(record));
    earlier.unfinished = !*removed;
  }
  if (earlier.unfinished && facts.scenario != scenario.name) {
    return invalid(fmt::format(
        "{} holds the unfinished run of another scenario, '{}': finish that one first, or choose "
        "another record with -o",
        record, facts.scenario));
  }
  return earlier;
}

Expected<void> check_replaceable(const std::string& record) {
  const auto facts = read_facts(record);
  if (!facts) return std::unexpected(facts.error());
  if (!*facts) return {};
  if (is_real(**facts) && (*facts)->ended_at == kUnset) {
    return invalid(fmt::format(
        "{} holds the unfinished run of '{}' in the real world, which a simulated one would "
        "replace: finish that one first (gnomon run FILE --world real -o {}), or choose another "
        "record with -o",
        record, (*facts)->scenario, record));
  }
  auto mailbox = adapters::Mailbox::open(record);
  if (!mailbox) return std::unexpected(mailbox.error());
  const auto waiting = mailbox->unanswered(0, 1);
  if (!waiting) return std::unexpected(waiting.error());
  if (!waiting->empty()) return std::unexpected(command_waits(record));
  return {};
}

}  // namespace gnomon::scenarios
