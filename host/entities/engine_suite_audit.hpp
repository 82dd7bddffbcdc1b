// What the audit trail promises: what is found, what is removed at its time, what is noted of reading.
#pragma once

#include <atomic>
#include <thread>

#include "host/entities/audit_reads.hpp"
#include "host/entities/engine_fixture.hpp"

namespace opsflux::entities {

class AuditSuite : public EngineSuite {
 protected:
  AuditSuite() { begin_trail(); }

  void sql(std::string_view text) {
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute(text));
      return {};
    }));
  }
  void write_rows(int count, const AuditEntry& entry = {"created", "shop.company", "x"}) {
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      for (int i = 0; i < count; ++i) TRY(audit_.write(transaction, admin_, entry));
      return {};
    }));
  }
  std::string seal() {
    auto sealed = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(audit_.seal(transaction));
      return {};
    });
    return sealed ? "ok" : sealed.error().code;
  }
  void trail(int count) {
    write_rows(count);
    ASSERT_EQ(seal(), "ok");
    ASSERT_EQ(told(), "intact");
  }
  // "intact", or "<reason> <place>".
  std::string told() { return told_by(audit_); }
  std::string told_by(const Audit& audit) {
    const auto verdict = must(audit.verify(*database_));
    return verdict.intact ? "intact" : verdict.reason + " " + std::to_string(verdict.broken_seq);
  }
  // As somebody does it who can write to the database and knows how rows are hashed.
  void rewrite_from(std::int64_t seq) {
    Audit forger(clock_, ids_);
    sql("DELETE FROM core_audit_mark WHERE name = 'head'");
    sql("UPDATE core_audit SET seq = NULL, hash = NULL WHERE seq >= " + std::to_string(seq));
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(forger.sign_anew(transaction, {}, "", true));
      TRY(forger.seal(transaction));
      return {};
    }));
  }
};

TEST_P(AuditSuite, FindsAnAlteredRowInEachOfItsColumns) {
  trail(5);
  for (const std::string column : {"actor_id", "actor_name", "via", "address", "action", "entity",
                                   "record_id", "session_id", "user_agent", "result", "reason"}) {
    const std::string was = value("SELECT " + column + " FROM core_audit WHERE seq = 3");
    sql("UPDATE core_audit SET " + column + " = 'other' WHERE seq = 3");
    EXPECT_EQ(told(), "altered 3") << column;
    sql("UPDATE core_audit SET " + column + " = " + (was.empty() ? "NULL" : "'" + was + "'") +
        " WHERE seq = 3");
    EXPECT_EQ(told(), "intact") << column;
  }
  sql("UPDATE core_audit SET changes = '[]' WHERE seq = 4");
  EXPECT_EQ(told(), "altered 4");
  sql("UPDATE core_audit SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 2");
  EXPECT_EQ(told(), "altered 2") << "the first one is named";
}

TEST_P(AuditSuite, FindsRemovedAndReorderedRows) {
  trail(6);
  sql("UPDATE core_audit SET seq = 100 WHERE seq = 2");
  sql("UPDATE core_audit SET seq = 2 WHERE seq = 4");
  sql("UPDATE core_audit SET seq = 4 WHERE seq = 100");
  EXPECT_EQ(told(), "reordered 2");
  sql("UPDATE core_audit SET seq = 100 WHERE seq = 2");
  sql("UPDATE core_audit SET seq = 2 WHERE seq = 4");
  sql("UPDATE core_audit SET seq = 4 WHERE seq = 100");
  EXPECT_EQ(told(), "intact");
  sql("DELETE FROM core_audit WHERE seq = 3");
  EXPECT_EQ(told(), "removed 3");
  sql("DELETE FROM core_audit WHERE seq = 1");
  EXPECT_EQ(told(), "removed 1");
}

TEST_P(AuditSuite, FindsThatTheNewestRowsWereCutOffAndNeverHidesIt) {
  trail(6);
  sql("DELETE FROM core_audit WHERE seq > 4");
  EXPECT_EQ(told(), "tail_removed 5");
  // What comes later does not take the places of what was cut off.
  write_rows(3);
  EXPECT_EQ(seal(), "ok");
  EXPECT_EQ(value("SELECT max(seq) FROM core_audit"), "9");
  EXPECT_EQ(told(), "removed 5");
  sql("DELETE FROM core_audit");
  EXPECT_EQ(told(), "tail_removed 1");
}

TEST_P(AuditSuite, FindsAChainThatWasWrittenAnewWithoutTheKey) {
  trail(6);
  sql("UPDATE core_audit SET actor_name = 'Eve' WHERE seq = 5");
  rewrite_from(5);
  EXPECT_EQ(told(), "head_wrong 0");
  write_rows(1);
  EXPECT_EQ(seal(), "audit.head_wrong") << "it is not vouched for";
  sql("DELETE FROM core_audit_mark");
  EXPECT_EQ(told(), "head_missing 0");
  EXPECT_EQ(seal(), "audit.head_missing");
  sql("DELETE FROM core_audit");
  EXPECT_EQ(told(), "head_missing 0") << "what is empty has not only begun";
  EXPECT_EQ(seal(), "audit.head_missing");
}

TEST_P(AuditSuite, FindsAChainThatWasWrittenAnewBelowTheTrueHead) {
  trail(4);
  sql("CREATE TABLE kept AS SELECT * FROM core_audit_mark");
  const auto put_the_head_back = [&] {
    sql("DELETE FROM core_audit_mark");
    sql("INSERT INTO core_audit_mark SELECT * FROM kept");
  };
  rewrite_from(5);
  write_rows(1);
  rewrite_from(5);
  put_the_head_back();
  EXPECT_EQ(told(), "appended 5");
  sql("UPDATE core_audit SET actor_name = 'Eve' WHERE seq = 2");
  rewrite_from(2);
  put_the_head_back();
  EXPECT_EQ(told(), "rewritten 4");
  sql("UPDATE core_audit_mark SET removed = 1");
  EXPECT_EQ(told(), "head_wrong 0");
}

TEST_P(AuditSuite, OfAnotherInstancesKeyIsNotVouchedForUntilSignedAnew) {
  trail(3);
  Audit other(clock_, ids_);
  other.sign_with(std::string(32, 'o'));
  EXPECT_EQ(told_by(other), "head_wrong 0");
  done(database_->write_now(
      [&](store::Transaction& transaction) { return other.sign_anew(transaction, admin_, "head_wrong"); }));
  EXPECT_EQ(told_by(other), "intact");
  EXPECT_EQ(value("SELECT action FROM core_audit WHERE seq IS NULL"), "audit.signed_anew");
}

TEST_P(AuditSuite, KeepsTheHashesOfRowsFromBeforeThereWereMoreColumns) {
  write_rows(2);
  sql("UPDATE core_audit SET result = NULL");  // as they were written then
  ASSERT_EQ(seal(), "ok");
  EXPECT_EQ(told(), "intact");
  sql("UPDATE core_audit SET result = 'done' WHERE seq = 1");
  EXPECT_EQ(told(), "altered 1");
}

TEST_P(AuditSuite, ReadsALongChainInPieces) {
  constexpr int kRows = 4'500;
  write_rows(kRows);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(seal(), "ok");
  const auto verdict = must(audit_.verify(*database_));
  EXPECT_TRUE(verdict.intact);
  EXPECT_EQ(verdict.sealed, kRows);
  EXPECT_EQ(verdict.unsealed, 0);
  sql("UPDATE core_audit SET actor_name = 'Eve' WHERE seq = 4001");
  EXPECT_EQ(told(), "altered 4001");
  sql("DELETE FROM core_audit WHERE seq = 2000 OR seq = 2001");
  EXPECT_EQ(told(), "removed 2000");
}

// ---- retention ----

inline constexpr UtcNs kAuditDay = 86'400'000'000'000;

TEST_P(AuditSuite, RemovesWhatIsOldAndStillVerifiesFromItsAnchor) {
  trail(5);
  clock_.now_ += 400 * kAuditDay;
  trail(4);
  const auto prune = [&](UtcNs before, int limit) {
    std::int64_t count = -1;
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY_ASSIGN(removed, audit_.prune(transaction, before, limit));
      count = removed;
      return {};
    }));
    return count;
  };
  EXPECT_EQ(prune(clock_.now_ - 401 * kAuditDay, 100), 0);
  EXPECT_EQ(prune(clock_.now_ - 300 * kAuditDay, 3), 3) << "in batches";
  EXPECT_EQ(told(), "intact");
  EXPECT_EQ(prune(clock_.now_ - 300 * kAuditDay, 3), 2) << "nothing younger";
  EXPECT_EQ(prune(clock_.now_ - 300 * kAuditDay, 3), 0);
  const auto verdict = must(audit_.verify(*database_));
  EXPECT_TRUE(verdict.intact);
  EXPECT_EQ(verdict.sealed, 4);
  EXPECT_EQ(verdict.removed, 5);
  EXPECT_EQ(verdict.unsealed, 2) << "each removal is noted";
  EXPECT_EQ(seal(), "ok");
  EXPECT_EQ(told(), "intact");
  // An anchor that somebody moved, to remove more than was due.
  sql("DELETE FROM core_audit WHERE seq = 6");
  EXPECT_EQ(told(), "removed 6");
  sql("UPDATE core_audit_mark SET seq = 6 WHERE name = 'anchor'");
  EXPECT_EQ(told(), "anchor_wrong 0");
}

TEST_P(AuditSuite, RemovesNothingWhoseChainDoesNotHold) {
  trail(5);
  sql("UPDATE core_audit SET actor_name = 'Eve' WHERE seq = 2");
  clock_.now_ += 400 * kAuditDay;
  auto pruned = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(audit_.prune(transaction, clock_.now_));
    return {};
  });
  EXPECT_EQ(pruned ? "ok" : pruned.error().code, "audit.chain_broken");
  EXPECT_EQ(value("SELECT count(*) FROM core_audit"), "5");
}

TEST_P(AuditSuite, RemovesNothingBehindAYoungerRow) {
  trail(2);
  clock_.now_ += 10 * kAuditDay;
  trail(1);
  clock_.now_ -= 20 * kAuditDay;  // the clock was set back
  trail(2);
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY_ASSIGN(removed, audit_.prune(transaction, clock_.now_ + 15 * kAuditDay));
    EXPECT_EQ(removed, 2) << "the younger third one keeps those behind it";
    TRY_ASSIGN(more, audit_.prune(transaction, clock_.now_ + 25 * kAuditDay));
    EXPECT_EQ(more, 3);
    return {};
  }));
  EXPECT_EQ(told(), "intact");
}

TEST_P(AuditSuite, KeepsRowsForAsManyYearsAsItIsTold) {
  clock_.now_ = *parse_utc("2020-02-29T12:00:00Z");
  trail(3);
  clock_.now_ = *parse_utc("2020-03-02T12:00:00Z");
  trail(1);
  const auto removed_at = [&](std::string_view now, std::int64_t years) {
    clock_.now_ = *parse_utc(now);
    write_rows(1);
    EXPECT_EQ(seal(), "ok");
    const auto removed = must(audit_.prune_older_than(*database_, years));
    EXPECT_EQ(told(), "intact");
    return removed;
  };
  EXPECT_EQ(removed_at("2027-02-28T12:00:00Z", 7), 0);
  EXPECT_EQ(removed_at("2027-03-01T12:00:01Z", 0), 0) << "for ever";
  EXPECT_EQ(removed_at("2027-03-01T12:00:01Z", 8), 0);
  EXPECT_EQ(removed_at("2027-03-01T12:00:01Z", 7), 3);
  EXPECT_EQ(removed_at("2027-03-01T12:00:02Z", 7), 0);
  // A clock that runs ahead: the newest row knows better.
  clock_.now_ = *parse_utc("2099-01-01T00:00:00Z");
  EXPECT_EQ(must(audit_.prune_older_than(*database_, 7)), 0);
}

// Whoever verifies neither stops the removal of old rows nor takes it for a break.
TEST_P(AuditSuite, VerifiesWhileRowsComeAndGo) {
  write_rows(900);
  ASSERT_EQ(seal(), "ok");
  clock_.now_ += 400 * kAuditDay;
  const UtcNs before = clock_.now_ - 300 * kAuditDay;
  std::atomic<bool> ended = false;
  std::thread housekeeper([&] {
    for (int i = 0; i < 30; ++i) {
      done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
        TRY(audit_.prune(transaction, before, 30));
        TRY(audit_.seal(transaction));
        return {};
      }));
    }
    ended = true;
  });
  int rounds = 0;
  std::string worst = "intact";
  for (; !ended; ++rounds)
    if (const std::string now = told(); now != "intact") worst = now;
  housekeeper.join();
  EXPECT_EQ(worst, "intact");
  EXPECT_GT(rounds, 0);
  EXPECT_EQ(must(audit_.verify(*database_)).removed, 900);
}

// ---- reads ----

TEST_P(AuditSuite, NotesReadsWithoutWaitingAndWritesThemWithinASecond) {
  AuditReads& reads = audit_.reads();
  done(audit_.note_read(user_, {AuditRead::Kind::kRecord, "shop.company", "c1"}));
  done(audit_.note_read(user_, {AuditRead::Kind::kList, "shop.company", "", "score > 3", 25, "2"}));
  EXPECT_EQ(value("SELECT count(*) FROM core_audit"), "0");
  reads.start(*database_);
  for (int i = 0; i < 100 && reads.waiting() > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(value("SELECT count(*) FROM core_audit WHERE action = 'read' AND record_id = 'c1'"), "1");
  EXPECT_EQ(value("SELECT actor_id FROM core_audit WHERE action = 'read.list'"), "user");
  const Json changes =
      Json::parse(value("SELECT CAST(changes AS text) FROM core_audit WHERE action = 'read.list'"));
  EXPECT_EQ(changes[0]["after"], "score > 3");
  EXPECT_EQ(changes[1]["after"], 25);
  EXPECT_EQ(changes[2]["after"], "2");
  done(audit_.note_read(user_, {AuditRead::Kind::kExport, "shop.company", "", "", 1000}));
  reads.stop();
  EXPECT_EQ(value("SELECT count(*) FROM core_audit"), "3") << "what waits at the end is written";
  EXPECT_EQ(seal(), "ok");
  EXPECT_EQ(told(), "intact");
}

TEST_P(AuditSuite, ReadsAreNoActivityOfTheRecord) {
  const auto made = must(create({{"name", "A"}}));
  done(audit_.note_read(user_, {AuditRead::Kind::kRecord, "shop.company", made.id}));
  done(audit_.reads().flush(*database_));
  EXPECT_EQ(value("SELECT count(*) FROM core_audit"), "2");
  std::string out;
  done(engine_->activity(catalog_, *company_, admin_, made.id, out));
  EXPECT_EQ(Json::parse(out)["data"].size(), 1u);
}

TEST_P(AuditSuite, HoldsReadersBackRatherThanForgettingReads) {
  AuditReads reads(10);
  reads.set_patience(std::chrono::milliseconds(50));
  const auto row = [&] {
    return AuditRow{ids_.next(), "2026-11-21T00:00:00.000000Z", user_, {"read", "e", "r"}};
  };
  for (int i = 0; i < 10; ++i) done(reads.add(row()));
  const auto refused = reads.add(row());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "audit.reads_waiting");
  done(reads.flush(*database_));
  EXPECT_EQ(value("SELECT count(*) FROM core_audit"), "10");
  // With a writer, readers that are faster than it wait for their turn, and nothing is lost.
  reads.set_patience(std::chrono::seconds(20));
  reads.start(*database_);
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      for (int n = 0; n < 50; ++n) done(reads.add(row()));
    });
  for (auto& reader : readers) reader.join();
  reads.stop();
  EXPECT_EQ(value("SELECT count(*) FROM core_audit"), "210");
}

}  // namespace opsflux::entities
