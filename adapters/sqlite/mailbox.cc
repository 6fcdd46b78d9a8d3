#include "adapters/sqlite/mailbox.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "adapters/sqlite/read_rows.h"
#include "adapters/sqlite/schema.h"

namespace gnomon::adapters {
namespace {

// EXTRA, because the record of a run that nobody runs has no write-ahead log, and the end of a
// rollback journal is durable only with it. The log belongs to the store: a sender copies no pages
// back.
constexpr const char* kSettings = R"sql(
PRAGMA synchronous = EXTRA;
PRAGMA wal_autocheckpoint = 0;
PRAGMA trusted_schema = OFF;
)sql";
constexpr int kBusyTimeoutMs = 10'000;

std::int64_t key_of(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

Expected<void> check_sizes(const CommandRow& row) {
  const auto check = [](const char* what, std::size_t bytes, std::size_t limit) -> Expected<void> {
    if (bytes <= limit) return {};
    return invalid(fmt::format("the {} has {} bytes; the limit is {}", what, bytes, limit));
  };
  auto done = check("name", row.name.size(), Mailbox::kMaxNameBytes);
  if (done) done = check("key", row.key.size(), Mailbox::kMaxNameBytes);
  if (done) done = check("tenant", row.tenant.size(), Mailbox::kMaxNameBytes);
  if (done) done = check("labels", row.labels.text().size(), Mailbox::kMaxLabelsBytes);
  if (done) done = check("payload", row.payload.text().size(), Mailbox::kMaxPayloadBytes);
  return done;
}

}  // namespace

Expected<Mailbox> Mailbox::open(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return invalid(fmt::format("{}: {}", path, error ? error.message() : "not a file"));
  }
  Mailbox mailbox;
  mailbox.path_ = path;
  auto database = Database::open(
      path, {.access = Database::Access::kReadWrite, .vfs = {}, .busy_timeout_ms = kBusyTimeoutMs});
  if (!database) return std::unexpected(database.error());
  mailbox.database_ = std::move(*database);
  if (auto done = mailbox.prepare(); !done) {
    return fail(done.error().kind, fmt::format("{}: {}", path, done.error().message));
  }
  return mailbox;
}

Expected<void> Mailbox::prepare() {
  auto done = check_schema(database_);
  if (!done) return done;
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*version < schema_version()) done = migrate(database_, migrations());
  if (done) done = database_.execute(kSettings);
  if (!done) return done;
  const std::string names = column_names<CommandRow>();
  const std::pair<Statement*, std::string> statements[] = {
      {&begin_, "BEGIN IMMEDIATE"},
      {&commit_, "COMMIT"},
      {&data_version_, "PRAGMA data_version"},
      {&find_, fmt::format("SELECT {} FROM command WHERE number = ?", names)},
      {&unanswered_, fmt::format("SELECT {} FROM command INDEXED BY command_open "
                                 "WHERE answered_at IS NULL AND number > ? ORDER BY number LIMIT ?",
                                 names)},
      {&insert_,
       "INSERT INTO command (kind, workflow, name, payload, key, tenant, labels, priority, "
       "sent_at) "
       "VALUES (?1, nullif(?2, 0), ?3, nullif(?4, ''), ?5, ?6, nullif(?7, ''), ?8, ?9) "
       "RETURNING number"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = database_.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return {};
}

Expected<std::uint64_t> Mailbox::send(const CommandRow& row) {
  if (auto checked = check_sizes(row); !checked) return std::unexpected(checked.error());
  Expected<std::uint64_t> number;
  if (auto begun = begin_.run(); !begun) {
    number = std::unexpected(begun.error());
  } else if (database_.has_moved()) {
    // Asked under the lock, which whoever removes a record takes first.
    number = fail(ErrorKind::kDidNotHappen,
                  fmt::format("{} was replaced by another run's record meanwhile", path_));
  } else {
    number = insert(row);
  }
  if (number) {
    if (auto done = commit_.run(Stage::kCommit); !done) number = std::unexpected(done.error());
  }
  if (!number) database_.rollback();
  return number;
}

Expected<std::uint64_t> Mailbox::insert(const CommandRow& row) {
  const auto open = database_.number(
      fmt::format("SELECT count(*) FROM (SELECT 1 FROM command INDEXED BY command_open "
                  "WHERE answered_at IS NULL LIMIT {})",
                  kMaxOpen));
  if (!open) return std::unexpected(open.error());
  if (*open == kMaxOpen) {
    return invalid(fmt::format("{} holds {} commands that nobody has answered yet", path_, *open));
  }
  const auto inserted = insert_.bind(0, to_string(row.kind))
                            .bind(1, key_of(value_of(row.workflow)))
                            .bind(2, std::string_view{row.name})
                            .bind(3, row.payload.text())
                            .bind(4, std::string_view{row.key})
                            .bind(5, std::string_view{row.tenant})
                            .bind(6, row.labels.text())
                            .bind(7, std::int64_t{row.priority})
                            .bind(8, to_ns(row.sent_at))
                            .step();
  if (!inserted) return std::unexpected(inserted.error());
  const auto number = static_cast<std::uint64_t>(insert_.integer(0));
  insert_.reset();
  return number;
}

Expected<bool> Mailbox::remove_unless_waiting(const std::string& path) {
  auto mailbox = open(path);
  if (!mailbox) return std::unexpected(mailbox.error());
  auto done = mailbox->database_.execute("BEGIN EXCLUSIVE");
  if (!done) return std::unexpected(done.error());
  const auto waiting = mailbox->unanswered(0, 1);
  if (!waiting) return std::unexpected(waiting.error());
  if (!waiting->empty()) return false;
  const std::string file = without_links(path);
  std::error_code error;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(file + suffix, error);
    if (error) return invalid(fmt::format("cannot remove {}: {}", path, error.message()));
  }
  return true;
}

Expected<std::optional<CommandRow>> Mailbox::find(std::uint64_t number) {
  auto rows = all_rows<CommandRow>(find_.bind(0, key_of(number)));
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return std::nullopt;
  return std::move(rows->front());
}

Expected<bool> Mailbox::changed() {
  const auto row = data_version_.step();
  if (!row) return std::unexpected(row.error());
  const std::int64_t version = data_version_.integer(0);
  data_version_.reset();
  return std::exchange(seen_, version) != version;
}

Expected<std::vector<CommandRow>> Mailbox::unanswered(std::uint64_t after, std::size_t limit) {
  return all_rows<CommandRow>(
      unanswered_.bind(0, key_of(after)).bind(1, static_cast<std::int64_t>(limit)));
}

}  // namespace gnomon::adapters
