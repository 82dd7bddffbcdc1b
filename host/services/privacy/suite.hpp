// What the privacy service promises, on either database. Included by privacy_test.cpp (SQLite) and
// privacy_db_test.cpp (PostgreSQL).
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "host/base/files.hpp"
#include "host/base/text.hpp"
#include "host/package/zip_reader.hpp"
#include "host/services/privacy/privacy.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::privacy {

class HandClock final : public Clock {
 public:
  UtcNs now() const override { return time.load(); }
  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
  void pass(std::chrono::hours hours) { time += std::chrono::nanoseconds(hours).count(); }
  std::atomic<UtcNs> time = *parse_utc("2026-11-21T07:00:00Z");
};

class NoListener final : public entities::ChangeListener {
 public:
  Result<void> in_transaction(store::Transaction&, const entities::RecordChange&) override { return {}; }
  void committed(std::string_view, std::string_view, std::string_view) override {}
};

// An employee is a person; a customer is somebody else, whom a person looks after.
constexpr const char* kEmployee = R"({"entity": "employee", "plural": "employees", "table": "hr_employee",
  "title": "name", "search": ["name"],
  "fields": [
    {"name": "name", "type": "text", "required": true, "personal": "personal"},
    {"name": "mail", "type": "email", "personal": "personal"},
    {"name": "account", "type": "reference", "to": "identity.user", "personal": "personal"},
    {"name": "phone", "type": "phone", "personal": "personal"},
    {"name": "born", "type": "date", "required": true, "personal": "sensitive"},
    {"name": "post", "type": "text"},
    {"name": "salary", "type": "integer", "view": ["hr"]}],
  "rights": {"user": ["view", "create", "edit"]},
  "views": {"list": {"columns": ["name"], "sort": "name"}}})";
constexpr const char* kCustomer = R"({"entity": "customer", "plural": "customers", "table": "hr_customer",
  "title": "name", "owner": "keeper",
  "fields": [
    {"name": "name", "type": "text", "required": true, "personal": "personal"},
    {"name": "keeper", "type": "user"}],
  "rights": {"user": ["view", "create", "edit"]},
  "views": {"list": {"columns": ["name"], "sort": "name"}}})";
constexpr const char* kColumns =
    "(id text PRIMARY KEY, version bigint NOT NULL, created_at timestamptz NOT NULL, created_by text, "
    "updated_at timestamptz NOT NULL, updated_by text, deleted_at timestamptz, ";

class PrivacySuite : public ::testing::TestWithParam<bool> {
 protected:
  PrivacySuite()
      : folder_(std::filesystem::temp_directory_path() / ("opsflux-privacy-" + to_hex(random_bytes(6)))) {
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
                                        std::pair{"identity", host / "services/identity/migrations"},
                                        std::pair{"privacy", host / "services/privacy/migrations"}})
      must(store::MigrationRunner(*database_, clock_)
               .up({owner, false}, must(store::MigrationSet::from_folder(folder, database_->dialect()))));
    sql("CREATE TABLE hr_employee " + std::string(kColumns) +
        "name text, mail text, account text, phone text, born date, post text, salary bigint)");
    sql("CREATE TABLE hr_customer " + std::string(kColumns) + "name text, keeper text)");
    engine_.emplace(*database_, clock_, ids_, audit_, listener_, folder_);
    auto catalog = std::make_shared<entities::Catalog>();
    const auto user = must(read_file(host / "services/identity/entities/user.json"));
    catalog->add(must(entities::Definition::parse("identity", "entities/user.json", Json::parse(user))));
    catalog->add(must(entities::Definition::parse("hr", "entities/employee.json", Json::parse(kEmployee))));
    catalog->add(must(entities::Definition::parse("hr", "entities/customer.json", Json::parse(kCustomer))));
    catalog->set_people("identity.user");
    catalog->link();
    catalog_ = std::move(catalog);
    ada_ = add_person("Ada Lovelace", "ada@example.org");
    bob_ = add_person("Bob", "bob@example.org");
    start();
  }
  ~PrivacySuite() override {
    privacy_.reset();
    engine_.reset();
    database_.reset();
    scratch_.reset();
    beside_.reset();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    privacy_.reset();
    Parts parts{*database_,
                audit_,
                clock_,
                ids_,
                *engine_,
                [this] { return catalog_; },
                {{"sessions", "identity_session", "user_id", {"kind", "address"}},
                 {"consents", "privacy_consent", "user_id", {"kind", "version", "given"}, false},
                 {"credentials", "identity_credential", "user_id"}},
                folder_ / "exports"};
    parts.erased = [this](store::Transaction&, std::string_view user) -> Result<void> {
      erased_.emplace_back(user);
      return die_late_ ? fail(Error::internal("test.killed", "x")) : Result<void>();
    };
    privacy_ = must(Privacy::open(std::move(parts)));
  }

  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
    return std::move(*result);
  }
  static void done(const Result<void>& result) {
    if (!result) throw std::runtime_error(describe(result.error()));
  }
  template <class T>
  static std::string code(const Result<T>& result) {
    return result ? "" : result.error().code;
  }
  void sql(const std::string& text) {
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      TRY(transaction.execute(text));
      return {};
    }));
  }
  // Columns joined by "|", rows by ";", NULL as "~".
  std::string rows(const std::string& text) {
    std::string out;
    done(database_->read([&](store::Session& session) {
      return session.query(text, {}, [&](const store::Row& row) {
        out += out.empty() ? "" : ";";
        for (int i = 0; i < row.columns(); ++i)
          out += (i ? "|" : "") + (row.is_null(i) ? std::string("~") : row.string(i));
        return true;
      });
    }));
    return out;
  }
  Caller add_person(const std::string& name, const std::string& email) {
    Caller out;
    out.user_id = ids_.next();
    out.session_id = "s";
    out.name = name;
    out.email = email;
    out.role = "user";
    out.language = "fr";
    const std::string now = format_utc(clock_.now());
    sql("INSERT INTO identity_user (id, version, created_at, updated_at, email, name, role, language, theme, "
        "density, active) VALUES ('" +
        out.user_id + "', 1, '" + now + "', '" + now + "', '" + email + "', '" + name +
        "', 'user', 'fr', 'auto', 'compact', TRUE)");
    sql("INSERT INTO identity_credential (user_id, password_hash, changed_at) VALUES ('" + out.user_id +
        "', 'hash-of-" + name + "', '" + now + "')");
    return out;
  }
  std::string add(const std::string& entity, const Caller& by, const Json& values) {
    std::string id;
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      entities::WriteContext write{transaction, *catalog_, by};
      TRY_ASSIGN(made, engine_->create(write, *catalog_->find(entity), values));
      id = made.id;
      return {};
    }));
    return id;
  }
  Document publish(const std::string& kind, bool required, const std::string& effective = "") {
    Json body = {
        {"kind", kind},
        {"required", required},
        {"texts",
         {{"fr", {{"title", "Charte"}, {"body", "…"}}}, {"en", {{"title", "Charter"}, {"body", "…"}}}}}};
    if (!effective.empty()) body["effective_at"] = effective;
    return must(privacy_->consents().publish(bob_, body));
  }
  Result<void> answer(const Caller& caller, const std::string& kind, int version, bool given) {
    return privacy_->consents().answer(caller, {{"kind", kind}, {"version", version}, {"given", given}});
  }
  Request copy_of(const Caller& caller) {
    const Request asked = must(privacy_->ask_export(caller));
    privacy_->wait();
    for (const Request& one : must(privacy_->requests_of(caller.user_id)))
      if (one.id == asked.id) return one;
    return {};
  }
  std::map<std::string, std::string> unpacked(const Request& request) {
    std::map<std::string, std::string> out;
    const std::string bytes = must(read_file(must(privacy_->file_of(ada_, request.id))));
    const auto archive = must(package::ZipArchive::open(package::ByteSource::of_bytes(bytes)));
    for (const auto& entry : archive.entries()) out[entry.name] = must(archive.read(entry));
    return out;
  }

  const std::filesystem::path folder_;
  HandClock clock_;
  IdSource ids_{clock_};
  entities::Audit audit_{clock_, ids_};
  NoListener listener_;
  std::unique_ptr<store::Database> beside_, database_;
  std::optional<store::ScratchDatabase> scratch_;
  std::optional<entities::Engine> engine_;
  std::shared_ptr<const entities::Catalog> catalog_;
  std::unique_ptr<Privacy> privacy_;
  Caller ada_, bob_;
  std::vector<std::string> erased_;
  bool die_late_ = false;
};

TEST_P(PrivacySuite, AsksForRequiredDocumentsFromTheTimeTheyAreInForce) {
  Consents& consents = privacy_->consents();
  EXPECT_FALSE(consents.owes(ada_.user_id));
  publish("news", false);
  EXPECT_FALSE(consents.owes(ada_.user_id)) << "nobody has to";
  publish("charter", true);
  EXPECT_TRUE(consents.owes(ada_.user_id));
  EXPECT_EQ(code(answer(ada_, "charter", 2, true)), "privacy.old_version");
  EXPECT_EQ(code(answer(ada_, "other", 1, true)), "privacy.no_document");
  ASSERT_TRUE(answer(ada_, "charter", 1, false));
  EXPECT_TRUE(consents.owes(ada_.user_id)) << "a refusal is no consent";
  ASSERT_TRUE(answer(ada_, "charter", 1, true));
  EXPECT_FALSE(consents.owes(ada_.user_id));
  EXPECT_TRUE(consents.owes(bob_.user_id));
  publish("charter", true, "2026-11-22T07:00:00Z");
  EXPECT_FALSE(consents.owes(ada_.user_id)) << "not in force yet";
  EXPECT_EQ(must(consents.documents_for(ada_))[0]["version"], 1);
  clock_.pass(std::chrono::hours(25));
  EXPECT_TRUE(consents.owes(ada_.user_id));
  EXPECT_EQ(must(consents.documents_for(ada_))[0]["version"], 2);
  EXPECT_EQ(must(consents.documents_for(ada_))[0]["title"], "Charte");
  start();
  EXPECT_TRUE(privacy_->consents().owes(ada_.user_id));
  ASSERT_TRUE(answer(ada_, "charter", 2, true));
  start();
  EXPECT_FALSE(privacy_->consents().owes(ada_.user_id)) << "after a restart as well";
  EXPECT_EQ(rows("SELECT version, given FROM privacy_consent ORDER BY id"), "1|0;1|1;2|1")
      << "answers are added";
}

TEST_P(PrivacySuite, RefusesDocumentsThatNobodyCouldRead) {
  const auto refused = [&](Json body) {
    const auto made = privacy_->consents().publish(bob_, body);
    return made ? "taken" : made.error().code + " at " + made.error().field;
  };
  const Json text = {{"title", "a"}, {"body", "b"}};
  EXPECT_EQ(refused({{"kind", "A"}, {"required", true}, {"texts", {{"fr", text}}}}),
            "privacy.bad_document at kind");
  EXPECT_EQ(refused({{"kind", "a"}, {"required", 1}, {"texts", {{"fr", text}}}}),
            "privacy.bad_document at required");
  EXPECT_EQ(refused({{"kind", "a"}, {"required", true}}), "privacy.bad_document at texts");
  EXPECT_EQ(refused({{"kind", "a"}, {"required", true}, {"texts", {{"de", text}}}}),
            "privacy.bad_document at texts.de");
  EXPECT_EQ(
      refused({{"kind", "a"}, {"required", true}, {"texts", {{"fr", {{"title", " "}, {"body", "b"}}}}}}),
      "privacy.bad_document at texts.fr.title");
  EXPECT_EQ(refused({{"kind", "a"}, {"required", true}, {"texts", {{"fr", text}}}, {"more", 1}}),
            "privacy.bad_document at more");
  EXPECT_EQ(refused({{"kind", "a"}, {"required", true}, {"texts", {{"fr", text}}}, {"effective_at", "soon"}}),
            "privacy.bad_document at effective_at");
  EXPECT_EQ(refused(Json::array()), "privacy.bad_document at ");
}

TEST_P(PrivacySuite, GivesACopyOfEverythingOncePerDayAndKeepsItAWeek) {
  sql("INSERT INTO identity_session (id, user_id, kind, family_hash, secret_hash, access_hash, "
      "access_expires_at, "
      "created_at, last_used_at, expires_at, address) SELECT 's1', id, 'token', 'secret-1', 'secret-2', "
      "'secret-3', "
      "created_at, created_at, created_at, created_at, '10.0.0.7' FROM identity_user WHERE email = "
      "'ada@example.org'");
  add("hr.customer", ada_, {{"name", "Made by her"}});
  add("hr.customer", bob_, {{"name", "Kept by her"}, {"keeper", ada_.user_id}});
  add("hr.customer", bob_, {{"name", "None of hers"}});
  const std::string gone = add("hr.customer", ada_, {{"name", "Removed"}});
  sql("UPDATE hr_customer SET deleted_at = created_at WHERE id = '" + gone + "'");
  Caller hr;
  hr.system = true;
  add("hr.employee", hr,
      {{"name", "Ada L."}, {"account", ada_.user_id}, {"born", "1815-12-10"}, {"salary", 9}});
  const Request request = copy_of(ada_);
  ASSERT_EQ(request.state, "done") << request.report;
  const auto files = unpacked(request);
  const auto text = [&](const std::string& name) {
    const auto found = files.find(name);
    return found == files.end() ? std::string("missing") : found->second;
  };
  EXPECT_NE(text("profile.json").find("ada@example.org"), std::string::npos) << text("profile.json");
  EXPECT_NE(text("profile.csv").find("Ada Lovelace"), std::string::npos);
  EXPECT_NE(text("sessions.json").find("10.0.0.7"), std::string::npos);
  EXPECT_NE(text("records/hr/customers.csv").find("Made by her"), std::string::npos);
  EXPECT_NE(text("records/hr/customers.csv").find("Kept by her"), std::string::npos);
  EXPECT_NE(text("records/hr/customers-deleted.json").find("Removed"), std::string::npos);
  EXPECT_NE(text("records/hr/employees.json").find("1815-12-10"), std::string::npos);
  EXPECT_EQ(text("records/hr/employees.json").find("salary"), std::string::npos) << "she may not see it";
  EXPECT_NE(text("activity.csv").find("privacy.export_asked"), std::string::npos);
  for (const auto& [name, content] : files)
    for (const char* never : {"secret-", "hash-of", "None of hers", "bob@"})
      EXPECT_EQ(content.find(never), std::string::npos) << name << " has " << never;

  EXPECT_EQ(code(privacy_->ask_export(ada_)), "privacy.export_too_soon");
  EXPECT_TRUE(privacy_->ask_export(bob_)) << "of each person";
  privacy_->wait();
  EXPECT_EQ(code(privacy_->file_of(bob_, request.id)), "privacy.no_request");
  clock_.pass(std::chrono::hours(25));
  EXPECT_TRUE(privacy_->ask_export(ada_));
  privacy_->wait();
  clock_.pass(std::chrono::hours(24 * 6));
  done(privacy_->sweep());
  EXPECT_EQ(code(privacy_->file_of(ada_, request.id)), "privacy.no_request");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "exports" / (request.id + ".zip")));
  EXPECT_EQ(rows("SELECT count(*) FROM privacy_request WHERE state = 'done'"), "1")
      << "the second one is kept on";
}

TEST_P(PrivacySuite, MakesACopyThatAStopCutOff) {
  sql("INSERT INTO privacy_request (id, user_id, kind, state, asked_at, asked_by) SELECT 'r1', id, 'export', "
      "'waiting', created_at, id FROM identity_user WHERE email = 'ada@example.org'");
  start();
  done(privacy_->resume());
  privacy_->wait();
  EXPECT_EQ(rows("SELECT state FROM privacy_request"), "done");
  EXPECT_TRUE(privacy_->file_of(ada_, "r1"));
}

TEST_P(PrivacySuite, ClosesAnAccountForNinetyDaysAndOpensItAgain) {
  EXPECT_EQ(code(privacy_->ask_erasure(ada_, ada_.user_id, "ada")), "privacy.not_confirmed");
  EXPECT_EQ(code(privacy_->ask_erasure(bob_, "nobody", "x")), "identity.user_missing");
  const Request asked = must(privacy_->ask_erasure(ada_, ada_.user_id, " ADA@example.org"));
  EXPECT_EQ(asked.due_at, "2027-02-19T07:00:00.000000Z");
  EXPECT_EQ(rows("SELECT count(*) FROM identity_user WHERE active"), "1");
  EXPECT_EQ(rows("SELECT status FROM identity_user WHERE NOT active"), "archived");
  EXPECT_EQ(code(privacy_->ask_erasure(bob_, ada_.user_id, "ada@example.org")), "privacy.erasure_asked");
  clock_.pass(std::chrono::hours(24 * 89));
  done(privacy_->sweep());
  EXPECT_EQ(rows("SELECT name FROM identity_user WHERE NOT active"), "Ada Lovelace");
  done(privacy_->undo_erasure(bob_, asked.id));
  EXPECT_EQ(rows("SELECT count(*) FROM identity_user WHERE active"), "2");
  EXPECT_EQ(code(privacy_->undo_erasure(bob_, asked.id)), "privacy.erasure_over");
  clock_.pass(std::chrono::hours(48));
  done(privacy_->sweep());
  EXPECT_EQ(rows("SELECT count(*) FROM identity_user WHERE active"), "2");
  sql("UPDATE identity_user SET deleted_at = created_at WHERE email = 'ada@example.org'");
  EXPECT_TRUE(privacy_->ask_erasure(bob_, ada_.user_id, "ada@example.org"))
      << "again, also when it was deleted since";
  clock_.pass(std::chrono::hours(24 * 90));
  done(privacy_->sweep());
  EXPECT_EQ(rows("SELECT count(*) FROM identity_user WHERE name LIKE 'Ada%'"), "0");
}

TEST_P(PrivacySuite, MakesAPersonAnonymousAndKeepsTheWorkEvenWhenItIsCutOff) {
  Caller hr;
  hr.system = true;
  const std::string by_account = add("hr.employee", hr,
                                     {{"name", "Ada L."},
                                      {"account", ada_.user_id},
                                      {"phone", "+33123456789"},
                                      {"born", "1815-12-10"},
                                      {"post", "Analyst"}});
  const std::string by_mail =
      add("hr.employee", hr, {{"name", "A. L."}, {"mail", "ADA@example.org"}, {"born", "1815-12-10"}});
  sql("UPDATE hr_employee SET deleted_at = created_at WHERE id = '" + by_mail + "'");
  add("hr.employee", hr, {{"name", "Bob"}, {"mail", "bob@example.org"}, {"born", "1815-11-02"}});
  add("hr.customer", ada_, {{"name", "Customer Inc."}, {"keeper", ada_.user_id}});
  publish("charter", true);
  ASSERT_TRUE(answer(ada_, "charter", 1, true));
  const Request copy = copy_of(ada_);
  const Request asked = must(privacy_->ask_erasure(ada_, ada_.user_id, "ada@example.org"));
  const std::string trail =
      rows("SELECT count(*) FROM core_audit WHERE CAST(changes AS text) LIKE '%Ada L.%'");
  clock_.pass(std::chrono::hours(24 * 90));
  die_late_ = true;
  done(privacy_->sweep());
  EXPECT_EQ(rows("SELECT state FROM privacy_request WHERE kind = 'erasure'"), "running");
  EXPECT_EQ(rows("SELECT count(*) FROM identity_user WHERE name = 'Ada Lovelace'"), "1")
      << "the last step was undone";
  EXPECT_EQ(code(privacy_->undo_erasure(bob_, asked.id)), "privacy.erasure_over");
  die_late_ = false;
  start();
  done(privacy_->sweep());
  EXPECT_EQ(rows("SELECT state FROM privacy_request WHERE kind = 'erasure'"), "done");
  EXPECT_EQ(erased_.back(), ada_.user_id);

  EXPECT_EQ(
      rows("SELECT name, email, active FROM identity_user WHERE id = '" + ada_.user_id + "'"),
      "Personne effacée " + sha256_hex(ada_.user_id).substr(0, 4) + "|erased-" + ada_.user_id + "@invalid|0");
  EXPECT_EQ(rows("SELECT count(*) FROM identity_credential"), "1");
  EXPECT_EQ(rows("SELECT mail, account, phone, post FROM hr_employee WHERE id = '" + by_account + "'"),
            "~|~|~|Analyst");
  EXPECT_EQ(rows("SELECT mail FROM hr_employee WHERE id = '" + by_mail + "'"), "~") << "deleted ones too";
  EXPECT_EQ(rows("SELECT name FROM hr_employee WHERE mail IS NOT NULL"), "Bob");
  EXPECT_EQ(rows("SELECT name, created_by, keeper FROM hr_customer"),
            "Customer Inc.|" + ada_.user_id + "|" + ada_.user_id)
      << "business stays, by nobody in particular";
  EXPECT_EQ(rows("SELECT count(*) FROM privacy_consent"), "1");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "exports" / (copy.id + ".zip")));
  for (const char* table : {"identity_user", "hr_employee", "hr_customer"})
    EXPECT_EQ(rows("SELECT count(*) FROM " + std::string(table) + " WHERE name LIKE '%Ada%'"), "0") << table;
  EXPECT_EQ(rows("SELECT count(*) FROM core_audit WHERE CAST(changes AS text) LIKE '%Ada L.%'"), trail)
      << "the erasure writes down nothing of what it erases";
  const auto report = must(parse_json(rows("SELECT report FROM privacy_request WHERE kind = 'erasure'")));
  EXPECT_EQ(report["kept"].size(), kept_after_erasure().size());
  EXPECT_EQ(report["records"]["identity.user"], 1) << "the account itself";
  done(privacy_->sweep());
  EXPECT_EQ(code(privacy_->ask_erasure(bob_, ada_.user_id, "erased-" + ada_.user_id + "@invalid")),
            "privacy.erasure_asked");
}

TEST_P(PrivacySuite, TellsAPersonWhoReadAndChangedTheRecord) {
  Caller admin = bob_;
  admin.role = "administrator";
  done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    TRY(audit_.write(transaction, admin, {"read", "identity.user", ada_.user_id}));
    TRY(audit_.write(
        transaction, admin,
        {"updated", "identity.user", ada_.user_id, R"([{"field":"name","before":"x","after":"y"}])"}));
    return audit_.write(transaction, admin, {"read", "identity.user", bob_.user_id});
  }));
  const Json log = must(privacy_->access_log(ada_.user_id, 1, 1));
  EXPECT_EQ(log["meta"]["total"], 2);
  EXPECT_EQ(log["meta"]["pages"], 2);
  EXPECT_EQ(log["data"][0]["action"], "updated");
  EXPECT_EQ(log["data"][0]["by"], "Bob");
  EXPECT_EQ(log["data"][0]["fields"], Json::array({"name"}));
  EXPECT_EQ(log["data"][0]["mine"], false);
  EXPECT_EQ(must(privacy_->access_log(ada_.user_id, 2, 1))["data"][0]["action"], "read");
}

}  // namespace opsflux::privacy
