#include "adapters/sqlite/mailbox.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "adapters/sqlite/read_rows.h"
#include "adapters/sqlite/run_lock.h"
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

/// Like rename(2), but fails with EEXIST if there is a file of that name.
int rename_without_replacing(const char* from, const char* to) {
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return -1;
  // A file system that cannot; a link does not replace either.
  return link(from, to) == 0 ? unlink(from) : -1;
}

/// Gives the file the first name of "run.1.db", "run.2.db", ... that is free.
Expected<std::string> set_aside(const std::filesystem::path& file) {
  constexpr int kMostNames = 10'000;
  for (int i = 1; i <= kMostNames; ++i) {
    const std::filesystem::path name =
        file.parent_path() /
        fmt::format("{}.{}{}", file.stem().string(), i, file.extension().string());
    if (rename_without_replacing(file.c_str(), name.c_str()) == 0) return name.string();
    if (errno != EEXIST) {
      return invalid(fmt::format("cannot set {} aside as {}: {}", file.string(), name.string(),
                                 std::generic_category().message(errno)));
    }
  }
  return invalid(fmt::format("there are {} records beside {}: move some of them elsewhere",
                             kMostNames, file.string()));
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
  done = bring_up();
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
      {&published_,
       "SELECT number FROM command INDEXED BY command_published "
       "WHERE kind = 'publish' AND key <> '' AND error = '' AND key = ?"},
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

Expected<void> Mailbox::bring_up() {
  const auto version = database_.number("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*version == schema_version()) return {};
  // Whoever runs it reads and writes the tables as they are: nobody may until this is done.
  if (RunLock::holder(path_) == getpid()) return migrate(database_, migrations());
  const auto lock = RunLock::take(path_);
  if (const auto holder = RunLock::holder(path_); !lock && holder) {
    return invalid(fmt::format(
        "process {} runs it, by a gnomon that knows schema version {} at most; this gnomon writes "
        "version {}: send with that gnomon, or end the run and go on with it by this one",
        *holder, *version, schema_version()));
  }
  if (!lock) return std::unexpected(lock.error());
  return migrate(database_, migrations());
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
    number = published(row);
    if (number && *number == 0) number = insert(row);
  }
  if (number) {
    if (auto done = commit_.run(Stage::kCommit); !done) number = std::unexpected(done.error());
  }
  if (!number) database_.rollback();
  return number;
}

Expected<std::uint64_t> Mailbox::published(const CommandRow& row) {
  if (row.kind != CommandKind::kPublish || row.key.empty()) return 0;
  const auto found = published_.bind(0, std::string_view{row.key}).step();
  if (!found) return std::unexpected(found.error());
  const auto number = *found ? static_cast<std::uint64_t>(published_.integer(0)) : 0;
  published_.reset();
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

Expected<Mailbox::Fate> Mailbox::make_way(const std::string& path) {
  auto mailbox = open(path);
  if (!mailbox) return std::unexpected(mailbox.error());
  Database& database = mailbox->database_;
  const auto real =
      database.number("SELECT count(*) FROM meta WHERE name = 'world' AND value = 'real'");
  if (!real) return std::unexpected(real.error());
  // All of it is in one file then, which can be renamed.
  auto done = *real == 0 ? Expected<void>{} : database.execute("PRAGMA journal_mode = DELETE");
  if (done) done = database.execute("BEGIN EXCLUSIVE");
  if (!done) {
    return fail(done.error().kind,
                fmt::format("{} is open elsewhere: {}", path, done.error().message));
  }
  const auto waiting = mailbox->unanswered(0, 1);
  if (!waiting) return std::unexpected(waiting.error());
  if (!waiting->empty()) return Fate{.stays = true, .kept_as = {}};
  const std::string file = without_links(path);
  if (*real != 0) {
    auto name = set_aside(file);
    if (!name) return std::unexpected(name.error());
    return Fate{.stays = false, .kept_as = std::move(*name)};
  }
  std::error_code error;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(file + suffix, error);
    if (error) return invalid(fmt::format("cannot remove {}: {}", path, error.message()));
  }
  return Fate{};
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
