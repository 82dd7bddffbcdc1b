// What the audit service promises, on either database. Included by audit_trail_test.cpp (SQLite) and
// audit_trail_db_test.cpp (PostgreSQL).
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/base/json.hpp"
#include "host/base/text.hpp"
#include "host/services/audit/alerts.hpp"
#include "host/services/audit/audit_trail.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::audit_service {

class HandClock final : public Clock {
 public:
  UtcNs now() const override { return time; }
  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
  void pass(std::chrono::seconds seconds) { time += std::chrono::nanoseconds(seconds).count(); }
  UtcNs time = *parse_utc("2026-11-21T07:00:00Z");
};

class TrailSuite : public ::testing::TestWithParam<bool> {
 protected:
  TrailSuite()
      : folder_(std::filesystem::temp_directory_path() / ("opsflux-audit-" + to_hex(random_bytes(6)))) {
    std::filesystem::create_directories(folder_);
    store::DatabaseOptions options;
    options.url = "sqlite:" + (folder_ / "beside.db").string();
    if (GetParam()) {
      const char* url = std::getenv("OPSFLUX_TEST_POSTGRESQL");
      if (url == nullptr)
        throw std::runtime_error("These tests need PostgreSQL: run tools/with-postgres <command>.");
      options.url = url;
    }
    beside_ = must(store::Database::open(options));
    scratch_.emplace(must(store::ScratchDatabase::create(*beside_, folder_)));
    database_ = must(store::Database::open(scratch_->options()));
    const auto host = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
    for (const auto& [owner, folder] : {std::pair{"entities", host / "entities/migrations"},
                                        std::pair{"identity", host / "services/identity/migrations"}})
      must(store::MigrationRunner(*database_, clock_)
               .up({owner, false}, must(store::MigrationSet::from_folder(folder, database_->dialect()))));
    audit_.sign_with(std::string(32, 'k'));
    done(database_->write_now(
        [&](store::Transaction& transaction) { return audit_.sign_anew(transaction, {}, "", true); }));
    trail_.emplace(*database_, audit_, clock_, folder_);
    ada_.user_id = "ada";
    ada_.name = "Ada";
    ada_.address = "10.0.0.1";
    bob_.user_id = "bob";
    bob_.name = "Bob";
    bob_.address = "10.0.0.2";
  }
  ~TrailSuite() override {
    database_.reset();
    scratch_.reset();
    beside_.reset();
    std::filesystem::remove_all(folder_);
  }

  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
    return std::move(*result);
  }
  static void done(const Result<void>& result) {
    if (!result) throw std::runtime_error(describe(result.error()));
  }

  // One row, a second after the one before.
  void note(const Caller& caller, const entities::AuditEntry& entry) {
    clock_.pass(std::chrono::seconds(1));
    done(database_->write_now(
        [&](store::Transaction& transaction) { return audit_.write(transaction, caller, entry); }));
  }
  void changed(const Caller& caller, const std::string& record, const std::string& before,
               const std::string& after) {
    note(caller, {"updated", "shop.company", record,
                  to_text(Json::array({{{"field", "name"}, {"before", before}, {"after", after}}}))});
  }
  void seal() {
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(audit_.seal(transaction));
      return {};
    }));
  }
  Json list(const AuditQuery& query) { return Json::parse(must(trail_->list(query))); }
  // The records of the rows found, newest first.
  std::vector<std::string> records(const AuditQuery& query) {
    std::vector<std::string> out;
    const Json found = list(query);
    for (const Json& row : found["data"])
      out.push_back(row["record_id"].is_null() ? "-" : row["record_id"].get<std::string>());
    return out;
  }
  std::string refusal(const AuditQuery& query) {
    auto result = trail_->list(query);
    return result ? "ok" : result.error().code + " at " + result.error().field;
  }
  std::string exported(const AuditQuery& query, const TrailExport& options, std::uint64_t rows) {
    auto made = must(trail_->export_rows(ada_, query, options));
    EXPECT_EQ(made.rows, rows);
    std::string text(made.size, '\0');
    EXPECT_EQ(::pread(made.file.get(), text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
    return text;
  }

  const std::filesystem::path folder_;
  HandClock clock_;
  IdSource ids_{clock_};
  entities::Audit audit_{clock_, ids_};
  std::unique_ptr<store::Database> beside_, database_;
  std::optional<store::ScratchDatabase> scratch_;
  std::optional<AuditTrail> trail_;
  Caller ada_, bob_;
};

using Strings = std::vector<std::string>;

TEST_P(TrailSuite, ShowsWhoDidWhatWhenFromWhereAndWithWhatResult) {
  done(database_->write_now([&](store::Transaction& transaction) {
    return transaction.script(
        "INSERT INTO identity_user (id, version, created_at, updated_at, email, name, role, language, theme, "
        "density, active) VALUES ('ada', 1, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', "
        "'ada@example.org', 'Ada Lovelace', 'administrator', 'fr', 'auto', 'compact', true)");
  }));
  ada_.session_id = "s1";
  ada_.user_agent = "Firefox";
  changed(ada_, "c1", "Old", "New");
  note(bob_, {"login.failed", "session", "", "", "identity.wrong_credentials"});
  seal();
  const Json rows = list({})["data"];
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0]["result"], "refused");
  EXPECT_EQ(rows[0]["reason"], "identity.wrong_credentials");
  EXPECT_EQ(rows[0]["actor"], Json({{"id", "bob"}, {"name", "Bob"}})) << "nobody knows him: his name of then";
  const Json& row = rows[1];
  EXPECT_EQ(row["actor"], Json({{"id", "ada"}, {"name", "Ada Lovelace"}}));
  EXPECT_EQ(row["at"], "2026-11-21T07:00:01.000000Z");
  EXPECT_EQ(row["address"], "10.0.0.1");
  EXPECT_EQ(row["session_id"], "s1");
  EXPECT_EQ(row["user_agent"], "Firefox");
  EXPECT_EQ(row["changes"], Json::parse(R"([{"field": "name", "before": "Old", "after": "New"}])"));
  EXPECT_EQ(row["result"], "done");
  EXPECT_EQ(row["seq"], 1);
  const Json one = Json::parse(must(trail_->read(rows[0]["id"].get<std::string>())));
  EXPECT_EQ(one["seq"], 2);
  EXPECT_EQ(one["previous_hash"], row["hash"]);
  EXPECT_EQ(trail_->read("nowhere").error().code, "audit.no_row");
}

TEST_P(TrailSuite, FindsByTimePersonActionRecordAddressAndWhatWasChanged) {
  changed(ada_, "c1", "Total Énergie", "Perenco");
  changed(bob_, "c2", "50% off", "x");
  note(ada_, {"deleted", "shop.company", "c3"});
  note(bob_, {"login.failed", "session", "s", "", "identity.wrong_credentials"});
  const auto by = [&](const std::string& filter) { return records({filter}); };
  EXPECT_EQ(by("actor_id == \"ada\""), (Strings{"c3", "c1"}));
  EXPECT_EQ(by("actor.contains(\"Bo\")"), (Strings{"s", "c2"}));
  EXPECT_EQ(by("action == \"deleted\""), Strings{"c3"});
  EXPECT_EQ(by("entity == \"shop.company\" && record_id == \"c2\""), Strings{"c2"});
  EXPECT_EQ(by("address == \"10.0.0.2\" && result == \"refused\""), Strings{"s"});
  EXPECT_EQ(by("at >= timestamp(\"2026-11-21T07:00:03Z\")"), (Strings{"s", "c3"}));
  EXPECT_EQ(by("at > now() - duration(\"1s\")"), Strings{"s"});
  EXPECT_EQ(by("changes.contains(\"Perenco\")"), Strings{"c1"});
  EXPECT_EQ(records({"", "perenco ada"}), Strings{"c1"}) << "every word, somewhere";
  EXPECT_EQ(records({"", "50%"}), Strings{"c2"}) << "no wildcard";
  EXPECT_EQ(records({"action == \"updated\"", "bob"}), Strings{"c2"});
  EXPECT_EQ(list({"action == \"updated\""})["meta"]["total"], 2);
  EXPECT_EQ(refusal({"colour == \"red\""}), "entity.filter_unknown_field at filter");
  EXPECT_EQ(refusal({"result == \"maybe\""}), "entity.filter_value at filter");
  EXPECT_EQ(refusal({"at =="}), "entity.filter_syntax at filter");
  EXPECT_EQ(refusal({"'; DROP TABLE core_audit; --"}), "entity.filter_syntax at filter");
  EXPECT_EQ(refusal({"", std::string(201, 'x')}), "entity.query_too_long at q");
}

TEST_P(TrailSuite, PagesAreStableWhileRowsCome) {
  for (int i = 1; i <= 7; ++i) note(ada_, {"created", "shop.company", "c" + std::to_string(i)});
  AuditQuery query;
  query.page_size = 3;
  Json page = list(query);
  EXPECT_EQ(page["meta"]["total"], 7);
  Strings seen = records(query);
  for (int i = 8; !page["meta"]["next_cursor"].is_null(); ++i) {
    note(ada_, {"created", "shop.company", "c" + std::to_string(i)});
    query.cursor = page["meta"]["next_cursor"];
    page = list(query);
    for (const auto& record : records(query)) seen.push_back(record);
  }
  EXPECT_EQ(seen, (Strings{"c7", "c6", "c5", "c4", "c3", "c2", "c1"}));
  query.cursor = "x";
  EXPECT_EQ(refusal(query), "entity.bad_cursor at cursor");
  query.cursor = to_base64url("2026-11-21T07:00:00Z|' OR 1");
  EXPECT_EQ(refusal(query), "entity.bad_cursor at cursor");
  query.cursor = "";
  query.count = false;
  EXPECT_FALSE(list(query)["meta"].contains("total"));
}

// Rows of one moment keep one order, and none is given twice.
TEST_P(TrailSuite, PagesThroughRowsOfTheSameMoment) {
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    for (int i = 0; i < 10; ++i)
      TRY(audit_.write(transaction, ada_, {"created", "shop.company", std::to_string(i)}));
    return {};
  }));
  AuditQuery query;
  query.page_size = 4;
  Strings seen;
  for (;;) {
    const Json page = list(query);
    for (const Json& row : page["data"]) seen.push_back(row["record_id"]);
    if (page["meta"]["next_cursor"].is_null()) break;
    query.cursor = page["meta"]["next_cursor"];
  }
  EXPECT_EQ(seen, (Strings{"9", "8", "7", "6", "5", "4", "3", "2", "1", "0"}));
}

TEST_P(TrailSuite, ExportsWhatIsFilteredAndNotesIt) {
  changed(ada_, "c1", "=cmd()", "b;\"c\"");
  changed(bob_, "c2", "x", "y");
  note(bob_, {"updated", "shop.company", "=2+3"});
  const AuditQuery ada{"actor_id == \"ada\""}, bob{"actor_id == \"bob\""};
  const std::string csv = exported(ada, {}, 1);
  EXPECT_TRUE(csv.starts_with("\xEF\xBB\xBFseq,at,actor_id,actor,")) << csv;
  EXPECT_NE(csv.find(",c1,done,"), std::string::npos) << csv;
  EXPECT_NE(csv.find(",ada,Ada,Ada,"), std::string::npos) << csv;
  EXPECT_NE(exported(bob, {entities::ExportFormat::kCsv, ';'}, 2).find("\'=2+3"), std::string::npos);
  const Json json = Json::parse(exported(bob, {entities::ExportFormat::kJson}, 2));
  EXPECT_EQ(json[1]["record_id"], "c2");
  const std::string lines = exported({"", "c2"}, {entities::ExportFormat::kNdjson}, 1);
  EXPECT_EQ(Json::parse(lines)["changes"][0]["after"], "y");
  const Json noted = list({"action == \"exported\""})["data"];
  ASSERT_EQ(noted.size(), 4u);
  EXPECT_EQ(noted[3]["entity"], "audit");
  EXPECT_EQ(noted[3]["changes"][0], Json::parse(R"({"field": "rows", "before": null, "after": 1})"));
  EXPECT_EQ(noted[3]["changes"][1]["after"], ada.filter);
  TrailExport cancelled;
  cancelled.cancelled = [] { return true; };
  EXPECT_EQ(trail_->export_rows(ada_, {}, cancelled).error().code, "entity.export_cancelled");
}

TEST_P(TrailSuite, SumsByDayActionPersonAndEntity) {
  changed(ada_, "c1", "a", "b");
  changed(ada_, "c2", "a", "b");
  clock_.pass(std::chrono::hours(24));
  note(bob_, {"login.failed", "session", "", "", "identity.wrong_credentials"});
  const Json all = Json::parse(must(trail_->summary({})));
  EXPECT_EQ(all["total"], 2) << "what happens this second is not over";
  clock_.pass(std::chrono::seconds(1));
  const Json sums = Json::parse(must(trail_->summary({})));
  EXPECT_EQ(sums["total"], 3);
  EXPECT_EQ(sums["refused"], 1);
  EXPECT_EQ(sums["days"], Json::parse(R"([{"day": "2026-11-21", "count": 2, "refused": 0},
                                          {"day": "2026-11-22", "count": 1, "refused": 1}])"));
  EXPECT_EQ(sums["actions"][0], Json({{"action", "updated"}, {"count", 2}}));
  EXPECT_EQ(sums["people"][0], Json({{"id", "ada"}, {"name", "Ada"}, {"count", 2}}));
  EXPECT_EQ(sums["entities"][1], Json({{"entity", "session"}, {"count", 1}}));
  EXPECT_EQ(Json::parse(must(trail_->summary({"2026-11-22", "2026-11-22"})))["total"], 1);
  EXPECT_EQ(Json::parse(must(trail_->summary({"", "", "actor_id == \"ada\""})))["total"], 2);
  EXPECT_EQ(trail_->summary({"yesterday"}).error().code, "entity.bad_parameter");
  EXPECT_EQ(trail_->summary({"2026-11-22", "2026-11-20"}).error().field, "from");
}

// ---- alerts ----

class AlertSuite : public TrailSuite {
 protected:
  // Seals, judges, and tells the alerts since the last time as "rule subject count".
  Strings judge() {
    seal();
    payloads_.clear();
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      payloads_.clear();
      TRY(alerts_.evaluate(transaction));
      return {};
    }));
    Strings out;
    for (const Json& told : payloads_)
      out.push_back(told["rule"].get<std::string>() + " " + told["subject"].get<std::string>() + " " +
                    told["count"].dump());
    std::sort(out.begin(), out.end());
    return out;
  }
  void fail_log_ins(const std::string& account, const std::string& address, int times) {
    Caller caller;
    caller.name = account;
    caller.address = address;
    for (int i = 0; i < times; ++i)
      note(caller, {"login.failed", "session", "", "", "identity.wrong_credentials"});
  }

  AlertLimits limits_{.window_minutes = 10, .failed_log_ins = 10, .deletions = 5, .exported_records = 100};
  std::vector<Json> payloads_;
  Alerts alerts_{audit_, [this] { return limits_; },
                 [this](store::Transaction&, std::string_view payload) -> Result<void> {
                   payloads_.push_back(Json::parse(payload));
                   return {};
                 }};
};

TEST_P(AlertSuite, SpeaksOfFailedLogInsOfOneAccountOrOneAddress) {
  EXPECT_EQ(judge(), Strings());
  fail_log_ins("ada@example.org", "10.0.0.7", 9);
  EXPECT_EQ(judge(), Strings());
  fail_log_ins("ada@example.org", "10.0.0.8", 1);
  EXPECT_EQ(judge(), Strings{"failed_log_ins_account ada@example.org 10"});
  fail_log_ins("ada@example.org", "10.0.0.8", 3);
  EXPECT_EQ(judge(), Strings()) << "once in the window";
  fail_log_ins("bob@example.org", "10.0.0.7", 1);
  EXPECT_EQ(judge(), Strings{"failed_log_ins_address 10.0.0.7 10"});
  const Json row = list({"action == \"audit.alert\" && record_id == \"10.0.0.7\""})["data"][0];
  EXPECT_EQ(row["entity"], "alert.failed_log_ins_address");
  EXPECT_EQ(row["changes"][0]["after"], 10);
  clock_.pass(std::chrono::minutes(11));
  fail_log_ins("ada@example.org", "10.0.0.8", 9);
  EXPECT_EQ(judge(), Strings()) << "those of before no longer count";
  fail_log_ins("ada@example.org", "10.0.0.8", 1);
  EXPECT_EQ(judge().size(), 2u) << "and the account and the address are told anew";
}

TEST_P(AlertSuite, SpeaksOfMassDeletionsAndLargeExports) {
  EXPECT_EQ(judge(), Strings());
  for (int i = 0; i < 4; ++i) note(ada_, {"deleted", "shop.company", "c"});
  note(bob_, {"deleted", "shop.company", "c"});
  EXPECT_EQ(judge(), Strings());
  note(ada_, {"deleted", "shop.contact", "k"});
  EXPECT_EQ(judge(), Strings{"deletions ada 5"});
  note(bob_, {"exported", "shop.company", "", R"([{"field":"rows","before":null,"after":99}])"});
  EXPECT_EQ(judge(), Strings());
  note(bob_, {"exported", "shop.company", "", R"([{"field":"rows","before":null,"after":100}])"});
  note(bob_, {"exported", "shop.company", "", R"([{"field":"rows","before":null,"after":5000}])"});
  ASSERT_EQ(judge().size(), 2u) << "each one by itself";
  EXPECT_EQ(payloads_[1]["count"], 100);
  EXPECT_EQ(payloads_[1]["name"], "Bob");
  limits_.exported_records = 0;
  note(bob_, {"exported", "shop.company", "", R"([{"field":"rows","before":null,"after":5000}])"});
  EXPECT_EQ(judge(), Strings()) << "0: never";
}

TEST_P(AlertSuite, DoesNotSpeakOfWhatWasThereBeforeIt) {
  fail_log_ins("ada@example.org", "10.0.0.7", 20);
  EXPECT_EQ(judge(), Strings());
}

TEST_P(AlertSuite, WhatCannotBeToldIsJudgedAgain) {
  EXPECT_EQ(judge(), Strings());
  fail_log_ins("ada@example.org", "10.0.0.7", 10);
  seal();
  Alerts failing(
      audit_, [this] { return limits_; },
      [](store::Transaction&, std::string_view) -> Result<void> {
        return fail(Error::unavailable("test.refused", "No."));
      });
  EXPECT_FALSE(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(failing.evaluate(transaction));
    return {};
  }));
  EXPECT_EQ(judge().size(), 2u);
}

}  // namespace opsflux::audit_service
