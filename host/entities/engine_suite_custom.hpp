// Tests only: fields that are added to entities while there are records.
#pragma once

#include "host/entities/custom_fields.hpp"
#include "host/entities/engine_fixture.hpp"
#include "host/entities/files.hpp"
#include "host/store/introspection.hpp"

namespace opsflux::entities {

class EngineSuiteCustom : public EngineSuite {
 protected:
  CustomField custom(const std::string& name, Json field) {
    CustomField out;
    out.id = ids_.next();
    out.entity = "shop.company";
    out.table = "shop_company";
    out.name = name;
    field["name"] = name;
    out.field = std::move(field);
    out.texts = {{"en", {{"label", name}}}};
    out.position = static_cast<std::int64_t>(fields_.size()) + 1;
    out.created_at = format_utc(clock_.now());
    return out;
  }
  std::shared_ptr<const Definition> extended() {
    return must(CustomFields(fields_).extend(
        must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany)))));
  }
  // Adds the field and makes the catalog with it.
  void add(const CustomField& field) {
    fields_.push_back(field);
    const auto definition = extended();
    done(database_->write_now([&](store::Transaction& transaction) {
      return add_custom_field(transaction, field, definition->fields[*definition->find(field.name)]);
    }));
    take(definition);
  }
  void take(std::shared_ptr<const Definition> definition) {
    catalog_ = Catalog();
    catalog_.add(std::move(definition));
    catalog_.link();
    company_ = catalog_.find("shop.company");
  }
  std::vector<store::IndexInfo> indexes() {
    std::vector<store::TableInfo> found;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(tables, store::tables(session, "shop_"));
      found = std::move(tables);
      return {};
    }));
    return found.front().indexes;
  }
  bool indexed(const std::string& column, bool unique) {
    const auto all = indexes();
    return std::any_of(all.begin(), all.end(), [&](const store::IndexInfo& index) {
      return index.unique == unique && index.columns.front() == column;
    });
  }

  std::vector<CustomField> fields_;
};

TEST_P(EngineSuiteCustom, EveryTypeIsStoredAndGivenBack) {
  const std::pair<Json, Json> kTypes[] = {
      {{{"type", "text"}}, "it's \"x\" \xF0\x9F\x9B\xA2"},
      {{{"type", "longtext"}}, std::string(5000, 'a')},
      {{{"type", "text"}, {"max", 100000}}, std::string(90000, 'b')},
      {{{"type", "richtext"}}, "**x**"},
      {{{"type", "integer"}}, -9007199254740993},
      {{{"type", "decimal"}, {"precision", 18}, {"scale", 6}}, "-123456789012.654321"},
      {{{"type", "money"}, {"currency", "EUR"}}, "12.30"},
      {{{"type", "currency"}}, "XAF"},
      {{{"type", "boolean"}}, false},
      {{{"type", "date"}}, "2028-02-29"},
      {{{"type", "datetime"}}, "2026-11-21T08:00:00.000000Z"},
      {{{"type", "duration"}}, "PT1H30M"},
      {{{"type", "enum"}, {"values", {"a", "b"}}}, "b"},
      {{{"type", "enums"}, {"values", {"a", "b"}}}, {"a", "b"}},
      {{{"type", "tags"}}, {"x", "y"}},
      {{{"type", "email"}}, "ada@example.org"},
      {{{"type", "phone"}}, "+24101234567"},
      {{{"type", "url"}}, "https://example.org/a?b=c"},
      {{{"type", "country"}}, "GA"},
      {{{"type", "color"}}, "#1e90ff"},
      {{{"type", "geo"}}, {{"latitude", 0.39}, {"longitude", 9.45}}},
  };
  Json input = {{"name", "A"}};
  for (const auto& [field, value] : kTypes) {
    const std::string name = "x_field_" + std::to_string(fields_.size());
    add(custom(name, field));
    input[name] = value;
  }
  const Written made = must(create(input));
  const Json back = shown(catalog_, *company_, made.id);
  for (const auto& [name, value] : input.items()) EXPECT_EQ(back[name], value) << name;
  done(database_->read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(loaded, CustomFields::load(session));
    EXPECT_EQ(loaded.all().size(), fields_.size());
    TRY(loaded.check_columns(session, "shop_"));
    for (const CustomField& field : loaded.all()) {
      TRY_ASSIGN(count, count_custom_values(session, field));
      EXPECT_EQ(count, 1) << field.name;
    }
    return {};
  }));
}

TEST_P(EngineSuiteCustom, WhatCanBeInOrderIsIndexed) {
  add(custom("x_size", {{"type", "integer"}}));
  add(custom("x_note", {{"type", "longtext"}}));
  add(custom("x_long", {{"type", "text"}, {"max", 5000}}));
  add(custom("x_serial", {{"type", "text"}, {"max", 40}, {"unique", true}}));
  EXPECT_TRUE(indexed("x_size", false));
  EXPECT_FALSE(indexed("x_note", false));
  EXPECT_FALSE(indexed("x_long", false));
  EXPECT_TRUE(indexed("x_serial", true));
  must(create({{"name", "A"}, {"x_serial", "1"}}));
  const auto again = create({{"name", "B"}, {"x_serial", "1"}});
  EXPECT_EQ(code_of(again), "entity.not_unique");
  EXPECT_EQ(field_of(again), "x_serial");

  // What the rules become, the index becomes.
  const auto before = extended();
  fields_.back().field.erase("unique");
  const auto after = extended();
  const std::size_t at = *after->find("x_serial");
  done(database_->write_now([&](store::Transaction& transaction) {
    return change_custom_field(transaction, fields_.back(), before->fields[at], after->fields[at]);
  }));
  EXPECT_FALSE(indexed("x_serial", true));
  EXPECT_TRUE(indexed("x_serial", false));
}

TEST_P(EngineSuiteCustom, StandInFiltersSortsAndTheQuickSearch) {
  CustomField depot = custom("x_depot", {{"type", "text"}, {"max", 40}});
  depot.search = true;
  add(depot);
  add(custom("x_size", {{"type", "integer"}}));
  must(create({{"name", "A"}, {"x_depot", "Owendo"}, {"x_size", 3}}));
  must(create({{"name", "B"}, {"x_depot", "Gamba"}, {"x_size", 1}}));
  must(create({{"name", "C"}}));
  ListQuery query;
  query.filter = "x_size > 1 || x_depot.startsWith(\"Gam\")";
  query.sort = "x_size";
  EXPECT_EQ(names(list(query)), (std::vector<std::string>{"B", "A"}));
  query = {};
  query.q = "owendo";
  EXPECT_EQ(names(list(query)), std::vector<std::string>{"A"});
  query = {};
  query.totals = {"sum:x_size"};
  EXPECT_EQ(list(query)["meta"]["totals"]["sum:x_size"], "4");
}

TEST_P(EngineSuiteCustom, OneThatDoesNotFitIsLeftOutAndTheOthersStay) {
  fields_.push_back(custom("x_good", {{"type", "integer"}}));
  fields_.push_back(custom("x_bad", {{"type", "integer"}, {"visible_if", "gone == 1"}}));
  fields_.push_back(custom("x_last", {{"type", "text"}}));
  const auto written = must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany)));
  const auto refused = CustomFields(fields_).extend(written);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "x_bad.visible_if");
  const std::shared_ptr<const Definition> all[] = {written};
  const CustomFields fitted = CustomFields(fields_).fitted(all);
  const auto definition = must(fitted.extend(written));
  EXPECT_TRUE(definition->find("x_good"));
  EXPECT_FALSE(definition->find("x_bad"));
  EXPECT_TRUE(definition->find("x_last"));
  EXPECT_FALSE(fitted.find(fields_[1].id)->problem.empty());
}

TEST_P(EngineSuiteCustom, APurgedOneTakesItsColumnAndALostOneIsNoticed) {
  add(custom("x_size", {{"type", "integer"}}));
  const CustomField field = fields_.front();
  done(database_->write_now([](store::Transaction& transaction) {
    return transaction.script("DROP INDEX shop_company_code_uk;");
  }));
  const auto lost = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
    CustomField other = field;
    other.name = "x_gone";
    return CustomFields({other}).check_columns(transaction, "shop_");
  });
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, "custom_field.lost");
  done(database_->write_now(
      [&](store::Transaction& transaction) { return purge_custom_field(transaction, field); }));
  EXPECT_FALSE(indexed("x_size", false));
  done(database_->read([&](store::Session& session) -> Result<void> {
    TRY_ASSIGN(tables, store::tables(session, "shop_"));
    EXPECT_EQ(tables.front().column("x_size"), nullptr);
    TRY_ASSIGN(loaded, CustomFields::load(session));
    EXPECT_TRUE(loaded.all().empty());
    return {};
  }));
}

TEST_P(EngineSuiteCustom, APurgedOneForgetsItsFiles) {
  add(custom("x_plan", {{"type", "file"}}));
  StoredFile file{ids_.next(), std::string(64, '0'),     "plan.pdf",    "application/pdf", 10,
                  {},          format_utc(clock_.now()), admin_.user_id};
  done(database_->write_now([&](store::Transaction& transaction) { return insert_file(transaction, file); }));
  ASSERT_EQ(code_of(create({{"name", "A"}, {"x_plan", file.id}})), "ok");
  const auto there = [&] {
    bool out = false;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(found, find_file(session, file.id));
      out = found.has_value();
      return {};
    }));
    return out;
  };
  EXPECT_TRUE(there());
  done(database_->write_now(
      [&](store::Transaction& transaction) { return purge_custom_field(transaction, fields_.front()); }));
  EXPECT_FALSE(there());
}

TEST_P(EngineSuiteCustom, ModulesHaveNoFieldsOfSuchNames) {
  Json file = Json::parse(kCompany);
  file["fields"].push_back({{"name", "x_size"}, {"type", "integer"}});
  const auto parsed = Definition::parse("shop", "entities/company.json", file);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, "definition.reserved_field");
}

}  // namespace opsflux::entities
