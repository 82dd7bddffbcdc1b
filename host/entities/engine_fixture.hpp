// Tests only: an engine on a database of its own, with one entity. The suites that use it run on both
// databases: engine_test.cpp (SQLite) and engine_db_test.cpp (PostgreSQL).
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/engine.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"

namespace opsflux::entities {

class StoppedClock final : public Clock {
 public:
  UtcNs now() const override { return now_; }
  std::chrono::steady_clock::time_point steady() const override { return std::chrono::steady_clock::now(); }
  UtcNs now_ = *parse_utc("2026-11-21T07:00:00Z");
};

struct Recorded {
  std::string action, id;
};

class RecordingListener final : public ChangeListener {
 public:
  Result<void> in_transaction(store::Transaction&, const RecordChange&) override {
    if (refuse) return fail(Error::unavailable("test.refused", "The listener refuses."));
    return {};
  }
  void committed(std::string_view, std::string_view id, std::string_view action) override {
    std::lock_guard lock(mutex);
    changes.push_back({std::string(action), std::string(id)});
  }
  std::mutex mutex;
  std::vector<Recorded> changes;
  bool refuse = false;
};

constexpr const char* kCompany =
    R"({"entity": "company", "plural": "companies", "table": "shop_company", "title": "name",
  "fields": [
    {"name": "name", "type": "text", "required": true, "max": 20},
    {"name": "code", "type": "text", "max": 10, "unique": true, "pattern": "[A-Z]+-[0-9]+"},
    {"name": "type", "type": "enum", "values": ["client", "supplier"], "default": "client"},
    {"name": "score", "type": "integer", "min": 0, "max": 100},
    {"name": "capital", "type": "decimal", "precision": 12, "scale": 2, "min": "0"},
    {"name": "active", "type": "boolean", "default": true},
    {"name": "founded", "type": "date"},
    {"name": "seen", "type": "datetime"},
    {"name": "tags", "type": "tags", "max_items": 3},
    {"name": "extra", "type": "json"},
    {"name": "mail", "type": "email"},
    {"name": "site", "type": "url"},
    {"name": "country", "type": "country"},
    {"name": "parent", "type": "reference", "to": "shop.company"},
    {"name": "rank", "type": "integer", "read_only": true}],
  "rights": {"user": ["view", "create", "edit"]},
  "search": ["name", "code"], "views": {"list": {"columns": ["name"], "sort": "name"}}})";

constexpr const char* kTable =
    R"(CREATE TABLE shop_company (id text PRIMARY KEY, version bigint NOT NULL, created_at timestamptz NOT NULL,
  created_by text, updated_at timestamptz NOT NULL, updated_by text, deleted_at timestamptz, name text, code text, type text, score bigint,
  capital decimal(12,2), active boolean, founded date, seen timestamptz, tags jsonb, extra jsonb, mail text, site text, country text,
  parent text, rank bigint);
CREATE UNIQUE INDEX shop_company_code_uk ON shop_company (code) WHERE deleted_at IS NULL;)";

class EngineSuite : public ::testing::TestWithParam<bool> {
 protected:
  EngineSuite()
      : folder_(std::filesystem::temp_directory_path() / ("opsflux-engine-" + to_hex(random_bytes(6)))) {
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
    const auto migrations = std::filesystem::path(__FILE__).parent_path() / "migrations";
    must(store::MigrationRunner(*database_, clock_)
             .up({"entities", false},
                 must(store::MigrationSet::from_folder(migrations, database_->dialect()))));
    done(database_->write_now([](store::Transaction& transaction) { return transaction.script(kTable); }));
    engine_.emplace(*database_, clock_, ids_, audit_, listener_);
    catalog_.add(must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany))));
    catalog_.link();
    company_ = catalog_.find("shop.company");
    admin_.user_id = "admin";
    admin_.name = "Ada";
    admin_.role = "administrator";
    user_.user_id = "user";
    user_.role = "user";
  }
  ~EngineSuite() override {
    engine_.reset();
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
  static void done(Result<void> result) {
    if (!result) throw std::runtime_error(describe(result.error()));
  }

  Result<Written> write(const Caller& caller, const std::function<Result<Written>(WriteContext&)>& work) {
    Written out;
    TRY(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, catalog_, caller};
      TRY_ASSIGN(written, work(context));
      out = std::move(written);
      return {};
    }));
    return out;
  }
  // As the server does it with the tables.
  void begin_trail() {
    audit_.sign_with(std::string(32, 'k'));
    done(database_->write_now(
        [&](store::Transaction& transaction) { return audit_.sign_anew(transaction, {}, "", true); }));
  }
  // Adds an entity to `catalog` and makes its table, whose columns are those that the definition needs. Call
  // link() afterwards.
  void add_entity(Catalog& catalog, const Json& json) {
    const auto definition =
        must(Definition::parse("shop", "entities/" + json.at("entity").get<std::string>() + ".json", json));
    std::string sql = "CREATE TABLE " + definition->table +
                      " (id text PRIMARY KEY, version bigint NOT NULL, created_at timestamptz NOT NULL, "
                      "created_by text, updated_at timestamptz NOT NULL, updated_by text, deleted_at "
                      "timestamptz";
    for (const Field& field : definition->fields) sql += ", " + field.name + " " + column_type(field);
    done(database_->write_now(
        [&](store::Transaction& transaction) { return transaction.script(sql + ");"); }));
    catalog.add(definition);
  }
  // Orders of companies, which `rights` says who may do what with.
  void add_orders(Catalog& catalog, const Json& rights) {
    Json order = Json::parse(R"({"entity": "order", "plural": "orders", "table": "shop_order",
      "fields": [{"name": "name", "type": "text"}, {"name": "company", "type": "reference", "to": "shop.company"}]})");
    order["rights"] = rights;
    add_entity(catalog, order);
  }
  Result<Written> create_in(const Catalog& catalog, std::string_view entity, const Caller& caller,
                            const Json& input) {
    Written out;
    TRY(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, catalog, caller};
      TRY_ASSIGN(written, engine_->create(context, *catalog.find(entity), input));
      out = std::move(written);
      return {};
    }));
    return out;
  }
  Result<Written> update_in(const Catalog& catalog, std::string_view entity, const Caller& caller,
                            const std::string& id, const Json& input) {
    Written out;
    TRY(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, catalog, caller};
      TRY_ASSIGN(written, engine_->update(context, *catalog.find(entity), id, 0, input));
      out = std::move(written);
      return {};
    }));
    return out;
  }
  Result<Written> create(const Json& input) { return create_as(admin_, input); }
  // The text in the first column of the first row; empty when there is none.
  std::string value(std::string_view text) {
    std::string out;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY(session.query_one(text, {}, [&](const store::Row& row) { out = row.string(0); }));
      return {};
    }));
    return out;
  }
  // The record as an answer shows it.
  Json shown(const Catalog& catalog, const EntityEntry& entity, const std::string& id) {
    std::string text;
    EXPECT_TRUE(engine_->read(catalog, entity, admin_, id, {}, text));
    return Json::parse(text);
  }
  Result<Written> create_as(const Caller& caller, const Json& input) {
    return write(caller, [&](WriteContext& context) { return engine_->create(context, *company_, input); });
  }
  Result<Written> update(const std::string& id, std::int64_t version, const Json& input) {
    return write(admin_, [&](WriteContext& context) {
      return engine_->update(context, *company_, id, version, input);
    });
  }
  Result<Written> remove(const std::string& id) {
    return write(admin_, [&](WriteContext& context) { return engine_->remove(context, *company_, id, 0); });
  }
  Json list(const ListQuery& query) {
    return Json::parse(*must(engine_->list(catalog_, *company_, admin_, query)));
  }
  std::string list_error(const ListQuery& query) {
    auto result = engine_->list(catalog_, *company_, admin_, query);
    return result ? "ok" : result.error().code;
  }
  static std::vector<std::string> names(const Json& answer) {
    std::vector<std::string> out;
    for (const Json& record : answer["data"]) out.push_back(record["name"]);
    return out;
  }
  static std::string code_of(const Result<Written>& result) { return result ? "ok" : result.error().code; }
  static std::string field_of(const Result<Written>& result) { return result ? "" : result.error().field; }

  const std::filesystem::path folder_;
  StoppedClock clock_;
  IdSource ids_{clock_};
  Audit audit_{clock_, ids_};
  RecordingListener listener_;
  std::unique_ptr<store::Database> beside_, database_;
  std::optional<store::ScratchDatabase> scratch_;
  std::optional<Engine> engine_;
  Catalog catalog_;
  const EntityEntry* company_ = nullptr;
  Caller admin_, user_;
};

}  // namespace opsflux::entities
