#include "adapters/sqlite/schema.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/adapters/sqlite/temporary_folder.h"

namespace gnomon::adapters {
namespace {

constexpr Migration kOne[] = {{"CREATE TABLE a (x INTEGER) STRICT"}};
constexpr Migration kTwo[] = {{"CREATE TABLE a (x INTEGER) STRICT"},
                              {"ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = 'was ' || x;"}};
constexpr Migration kBroken[] = {{"CREATE TABLE a (x INTEGER) STRICT"},
                                 {"ALTER TABLE a ADD COLUMN y TEXT; UPDATE b SET y = 1;"}};

Database scratch() {
  auto database = Database::open(":memory:", {});
  EXPECT_TRUE(database);
  return std::move(*database);
}
std::int64_t version_of(Database& database) {
  return *database.number("PRAGMA user_version");
}

/// The rows of a query as text, one a line, columns separated by '|'.
std::string query(Database& database, const std::string& sql) {
  auto statement = database.prepare(sql);
  EXPECT_TRUE(statement) << statement.error().message;
  if (!statement) return "";
  std::string text;
  while (true) {
    const auto row = statement->step();
    EXPECT_TRUE(row) << row.error().message;
    if (!row || !*row) return text;
    if (!text.empty()) text += '\n';
    for (int column = 0; column < sqlite3_column_count(statement->handle()); ++column) {
      if (column > 0) text += '|';
      text += statement->text(column);
    }
  }
}

TEST(Schema, AnEmptyFileBecomesARecordOfTheNewestVersion) {
  Database database = scratch();
  ASSERT_TRUE(migrate(database, migrations()));
  EXPECT_EQ(version_of(database), schema_version());
  EXPECT_EQ(*database.number("PRAGMA application_id"), kApplicationId);
  EXPECT_TRUE(check_schema(database));
  ASSERT_TRUE(migrate(database, migrations())) << "a second time changes nothing";
  EXPECT_TRUE(check_schema(database));
}

TEST(Schema, AnOlderFileIsBroughtUpWithItsRows) {
  Database database = scratch();
  ASSERT_TRUE(migrate(database, kOne));
  ASSERT_TRUE(database.execute("INSERT INTO a VALUES (7)"));
  ASSERT_TRUE(migrate(database, kTwo));
  EXPECT_EQ(version_of(database), 2);
  EXPECT_EQ(query(database, "SELECT x, y FROM a"), "7|was 7");
}

TEST(Schema, AStepThatFailsLeavesTheOlderVersion) {
  Database database = scratch();
  ASSERT_TRUE(migrate(database, kOne));
  ASSERT_TRUE(database.execute("INSERT INTO a VALUES (7)"));
  EXPECT_FALSE(migrate(database, kBroken));
  EXPECT_EQ(version_of(database), 1);
  EXPECT_FALSE(database.in_transaction());
  EXPECT_EQ(query(database, "SELECT * FROM a"), "7");
}

TEST(Schema, ANewerFileIsRefused) {
  Database database = scratch();
  ASSERT_TRUE(migrate(database, kTwo));
  const auto done = migrate(database, kOne);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::kInvalid);
  EXPECT_NE(done.error().message.find("schema version 2"), std::string::npos)
      << done.error().message;
  EXPECT_EQ(version_of(database), 2);
}

TEST(Schema, AViewInThePlaceOfATableIsSeen) {
  Database database = scratch();
  ASSERT_TRUE(migrate(database, migrations()));
  ASSERT_TRUE(database.execute(
      "DROP VIEW attempts; DROP TABLE attempt; CREATE VIEW attempt AS WITH RECURSIVE t (n) AS "
      "(SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n AS workflow FROM t"));
  const auto done = check_schema(database);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::kInvalid);
}

TEST(Schema, UsersMayAddTablesOfTheirOwn) {
  Database database = scratch();
  ASSERT_TRUE(migrate(database, migrations()));
  ASSERT_TRUE(
      database.execute("CREATE TABLE notes (text); CREATE INDEX n ON node (finished_at); ANALYZE"));
  EXPECT_TRUE(check_schema(database));
}

// A key of an event meant nothing then, so that several could have the same one.
TEST(Schema, EventsThatWerePublishedUnderOneKeyBeforeItMeantAnythingStayWithoutIt) {
  Database database = scratch();
  ASSERT_TRUE(migrate(database, migrations().first(3)));
  ASSERT_TRUE(
      database.execute("INSERT INTO command (kind, key) VALUES ('publish', 'k'), "
                       "('publish', 'k'), ('start', 'k')"));
  const auto done = migrate(database, migrations());
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(query(database, "SELECT kind, key FROM command ORDER BY number"),
            "publish|\npublish|\nstart|k");
  EXPECT_TRUE(check_schema(database));
}

class RecordViews : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(migrate(database, migrations())); }
  void run(const std::string& sql) {
    const auto done = database.execute(sql);
    ASSERT_TRUE(done) << done.error().message;
  }
  Database database = scratch();
};

TEST_F(RecordViews, EventsAreSpelledOut) {
  // Shard 2; sequence 10 and 11.
  run("INSERT INTO event_batch VALUES (2 << 48 | 10, 11, 1000, 1005, "
      "'[[0,10,7,3,1,2,1,0,\"out of memory\"],[5,18,null,null,0,0,0,99]]')");
  EXPECT_EQ(query(database, "SELECT * FROM events"),
            "2|10|1000|node_end|562949953421319|3|1|failed|transient|0|out of memory\n"
            "2|11|1005|schedule_fired||||||99|");
  EXPECT_EQ(query(database, "SELECT workflow - (2 << 48) FROM events WHERE kind = 'node_end'"),
            "7");
}

TEST_F(RecordViews, DefinitionsAreNodesAndEdges) {
  run(R"(INSERT INTO definition VALUES (0, 1, 'one', '1',
      '{"nodes": {"z": {}, "b": {"after": ["z"]}, "a": {"after": ["z", "b"]}, "c": {"after": "a"}}}', 1))");
  run(R"(INSERT INTO definition VALUES (0, 2, 'other', '1', '{"nodes": {"x": {}, "y": {"after": "x"}}}', 1))");
  run("INSERT INTO definition VALUES (0, 3, 'none', '1', NULL, 0)");
  EXPECT_EQ(query(database, "SELECT definition, node, name FROM definition_node"),
            "1|0|z\n1|1|b\n1|2|a\n1|3|c\n2|0|x\n2|1|y");
  EXPECT_EQ(query(database, "SELECT definition, from_name, to_name FROM definition_edge"),
            "1|z|b\n1|z|a\n1|b|a\n1|a|c\n2|x|y");
}

TEST_F(RecordViews, NodesHaveNamesAndAttemptsAreComplete) {
  run(R"(INSERT INTO definition VALUES (0, 1, 'train', '1', '{"nodes": {"fetch": {}, "fit": {"after": "fetch"}}}', 1))");
  run("INSERT INTO workflow VALUES (5, 1, 'ads', '', NULL, NULL, NULL, 0, 1, 'FINISHED', 0, "
      "'failed', 'permanent', 0, "
      "NULL, NULL, 'fit failed', 1000000000, 3500000000, NULL)");
  run("INSERT INTO node VALUES (5, 1, 'FINISHED', 'failed', 'permanent', 2, 0, 1000000000, "
      "1000000000, 2000000000, "
      "2000000000, 1000000000, 1250000000, 1750000000, NULL, NULL, 'bad data')");
  run("INSERT INTO attempt VALUES (5, 1, 1, 'failed', 'transient', 1, 2, 3, 'lost')");
  EXPECT_EQ(
      query(
          database,
          "SELECT name, state, outcome, queue_seconds, work_seconds, seconds, finished FROM nodes"),
      "fit|FINISHED|failed|0.25|0.5|1.0|1970-01-01T00:00:02.000Z");
  EXPECT_EQ(query(database,
                  "SELECT attempt, outcome, error_class, reason FROM attempts ORDER BY attempt"),
            "1|failed|transient|lost\n2|failed|permanent|bad data");
  EXPECT_EQ(
      query(database, "SELECT name, state, outcome, created, finished, seconds FROM workflows"),
      "train|FINISHED|failed|1970-01-01T00:00:01.000Z|1970-01-01T00:00:03.500Z|2.5");
}

}  // namespace
}  // namespace gnomon::adapters
