// Parts of records, on both databases.
#pragma once

#include "host/entities/engine_fixture.hpp"
#include "host/entities/row_security.hpp"

namespace opsflux::entities {

constexpr const char* kOrder =
    R"({"entity": "order", "plural": "orders", "table": "shop_order", "title": "name",
  "fields": [{"name": "name", "type": "text", "required": true}, {"name": "company", "type": "reference", "to": "shop.company"},
    {"name": "total", "type": "decimal", "precision": 12, "scale": 2, "rollup": {"op": "sum", "of": "lines.amount"}},
    {"name": "number_of_lines", "type": "integer", "rollup": {"op": "count", "of": "lines"}},
    {"name": "first_due", "type": "date", "rollup": {"op": "min", "of": "lines.due"}},
    {"name": "with_tax", "type": "decimal", "precision": 12, "scale": 2, "computed": "total * 1.2"},
    {"name": "state", "type": "enum", "values": ["draft", "sent"], "default": "draft"}],
  "status": "state", "transitions": [{"from": ["draft"], "to": "sent", "if": "number_of_lines > 0"}],
  "rules": [{"id": "within_budget", "check": "total <= 1000.0", "fields": ["total"]}],
  "locks": true, "company": "company",
  "rights": {"user": ["view.own", "create", "edit.own", "delete.own"], "reader": ["view"]}})";
constexpr const char* kLine =
    R"({"entity": "line", "plural": "order_lines", "table": "shop_line", "title": "product",
  "part_of": {"field": "purchase", "name": "lines", "position": "place"},
  "fields": [{"name": "purchase", "type": "reference", "to": "order"}, {"name": "place", "type": "integer"},
    {"name": "product", "type": "text", "required": true, "max": 30}, {"name": "quantity", "type": "integer", "default": 1},
    {"name": "price", "type": "decimal", "precision": 10, "scale": 2, "default": "0.00"},
    {"name": "amount", "type": "decimal", "precision": 12, "scale": 2, "computed": "price * quantity"
},
    {"name": "due", "type": "date"}, {"name": "margin", "type": "text", "view": ["manager"]}],
  "search": ["product"]
})";

class EngineSuiteParts : public EngineSuite {
 protected:
  EngineSuiteParts() {
    catalog_ = Catalog();
    catalog_.add(must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany))));
    add_entity(catalog_, Json::parse(kOrder));
    add_entity(catalog_, Json::parse(kLine));
    catalog_.link();
    done(catalog_.check_parts());
    order_ = catalog_.find("shop.order");
    line_ = catalog_.find("shop.line");
    other_ = user_;
    other_.user_id = "other";
    reader_.user_id = "reader";
    reader_.role = "reader";
  }

  std::string order(const Json& lines, const std::string& name = "Steel") {
    return must(create_in(catalog_, "shop.order", user_, {{"name", name}, {"lines", lines}})).id;
  }
  Json shown_order(const std::string& id) { return shown(catalog_, *order_, id); }
  Result<Written> change(const std::string& id, const Json& input) {
    return update_in(catalog_, "shop.order", user_, id, input);
  }
  Result<Written> on_line(const Caller& caller, const std::string& id, bool restore) {
    return write(caller, [&](WriteContext& context) {
      return restore ? engine_->restore(context, *line_, id) : engine_->remove(context, *line_, id, 0);
    });
  }
  static std::vector<std::string> products(const Json& order) {
    std::vector<std::string> out;
    for (const Json& line : order.at("lines")) out.push_back(line.at("product"));
    return out;
  }
  using Names = std::vector<std::string>;

  const EntityEntry *order_ = nullptr, *line_ = nullptr;
  Caller other_, reader_;
};

TEST_P(EngineSuiteParts, ReadThroughTheirWholeAreNotedWhereTheyAreConfidential) {
  Catalog catalog;
  Json line = Json::parse(kLine);
  line["confidential"] = true;
  catalog.add(must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany))));
  catalog.add(must(Definition::parse("shop", "entities/order.json", Json::parse(kOrder))));
  catalog.add(must(Definition::parse("shop", "entities/line.json", line)));
  catalog.link();
  const std::string id = order({{{"product", "pipe"}}, {{"product", "valve"}}}), empty = order(Json::array());
  shown(catalog, *catalog.find("shop.order"), id);
  shown(catalog, *catalog.find("shop.order"), empty);
  shown_order(id);  // not confidential there
  done(audit_.reads().flush(*database_));
  EXPECT_EQ(value("SELECT count(*) FROM core_audit WHERE action LIKE 'read%'"), "1");
  EXPECT_EQ(value("SELECT entity FROM core_audit WHERE action = 'read.list' AND record_id = '" + id + "'"),
            "shop.line");
}

TEST_P(EngineSuiteParts, AreWrittenAndShownWithTheirWhole) {
  const std::string id =
      order({{{"product", "pipe"}, {"quantity", 3}, {"price", "10.50"}, {"due", "2026-12-02"}},
             {{"product", "valve"}, {"price", "2.25"}, {"due", "2026-12-01"}}});
  Json shown = shown_order(id);
  EXPECT_EQ(products(shown), (Names{"pipe", "valve"}));
  EXPECT_EQ(shown["lines"][0]["amount"], "31.50");
  EXPECT_EQ(shown["lines"][0]["purchase"], id);
  EXPECT_EQ(shown["lines"][1]["place"], 2);
  EXPECT_EQ(shown["total"], "33.75");
  EXPECT_EQ(shown["with_tax"], "40.50");
  EXPECT_EQ(shown["number_of_lines"], 2);
  EXPECT_EQ(shown["first_due"], "2026-12-01");
  EXPECT_EQ(shown["version"], 1);

  // The second comes first and is changed, the first goes, one is new.
  const std::string valve = shown["lines"][1]["id"];
  Json lines = Json::array({{{"id", valve}, {"quantity", 4}}, {{"product", "bolt"}, {"price", "0.10"}}});
  EXPECT_EQ(code_of(change(id, {{"lines", lines}})), "ok");
  shown = shown_order(id);
  EXPECT_EQ(products(shown), (Names{"valve", "bolt"}));
  EXPECT_EQ(shown["lines"][0]["id"], valve);
  EXPECT_EQ(shown["lines"][0]["place"], 1);
  EXPECT_EQ(shown["total"], "9.10");
  EXPECT_EQ(shown["version"], 2);
  EXPECT_EQ(code_of(change(id, {{"lines", lines[0].is_object() ? Json::array({{{"id", valve}}}) : Json()}})),
            "ok");
  EXPECT_EQ(shown_order(id)["number_of_lines"], 1);

  // Nothing to do makes no version; without the list the parts stay.
  EXPECT_EQ(must(change(id, {{"lines", Json::array({{{"id", valve}}})}})).version, 3);
  EXPECT_EQ(must(change(id, {{"name", "Iron"}})).version, 4);
  EXPECT_EQ(products(shown_order(id)), Names{"valve"});
  EXPECT_EQ(code_of(change(id, {{"lines", Json::array()}})), "ok");
  EXPECT_EQ(shown_order(id)["total"], "0.00");
  EXPECT_TRUE(shown_order(id)["first_due"].is_null());
}

TEST_P(EngineSuiteParts, TellWhatIsWrongAtTheirPlaceAndLeaveNothing) {
  const auto refused = [&](const Json& lines) {
    auto made = create_in(catalog_, "shop.order", user_, {{"name", "x"}, {"lines", lines}});
    return made ? "ok" : made.error().code + " " + made.error().field;
  };
  EXPECT_EQ(refused("pipe"), "entity.parts_no_list lines");
  EXPECT_EQ(refused({1}), "entity.not_object lines/0");
  EXPECT_EQ(refused({{{"product", "a"}}, {{"quantity", 2}}}), "entity.required lines/1/product");
  EXPECT_EQ(refused({{{"product", "a"}, {"weight", 2}}}), "entity.unknown_field lines/0/weight");
  EXPECT_EQ(refused({{{"product", "a"}, {"amount", "2.00"}}}), "entity.read_only lines/0/amount");
  EXPECT_EQ(refused({{{"product", "a"}, {"place", 7}}}), "entity.read_only lines/0/place");
  EXPECT_EQ(refused({{{"product", "a"}, {"id", "nothing"}}}), "entity.no_part lines/0/id");
  EXPECT_EQ(refused({{{"product", "a"}, {"margin", "secret"}}}), "entity.unknown_field lines/0/margin");
  Json many = Json::array();
  for (int i = 0; i < 1001; ++i) many.push_back({{"product", "a"}});
  EXPECT_EQ(refused(many), "entity.too_many_parts lines");
  EXPECT_EQ(refused({{{"product", "a"}, {"price", "1000.01"}}}), "shop.rule.order.within_budget total");
  auto both = create_in(catalog_, "shop.order", user_,
                        {{"name", "x"}, {"lines", Json::array({{{"quantity", 1}}, {{"product", 3}}})}});
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().causes.size(), 2u);
  EXPECT_EQ(code_of(create_in(catalog_, "shop.order", user_, {{"name", "x"}, {"total", "3.00"}})),
            "entity.read_only");

  const std::string id = order({{{"product", "pipe"}}}), second = order({{{"product", "rope"}}});
  const std::string foreign = shown_order(second)["lines"][0]["id"];
  EXPECT_EQ(code_of(change(id, {{"lines", {{{"id", foreign}}}}})), "entity.no_part");
  const std::string own = shown_order(id)["lines"][0]["id"];
  EXPECT_EQ(code_of(change(id, {{"lines", {{{"id", own}}, {{"id", own}}}}})), "entity.no_part");
  EXPECT_EQ(code_of(change(id, {{"lines", {{{"id", own}, {"version", 7}}}}})), "entity.version_conflict");
  EXPECT_EQ(products(shown_order(id)), Names{"pipe"});
  EXPECT_EQ(Json::parse(*must(engine_->list(catalog_, *order_, admin_, {})))["meta"]["total"], 2);
}

TEST_P(EngineSuiteParts, WrittenByThemselvesTheyChangeTheirWhole) {
  const std::string id = order({{{"product", "pipe"}, {"price", "10.00"}}});
  const std::string made = must(create_in(catalog_, "shop.line", user_,
                                          {{"purchase", id}, {"product", "rope"}, {"price", "5.00"}}))
                               .id;
  EXPECT_EQ(shown_order(id)["total"], "15.00");
  EXPECT_EQ(shown_order(id)["version"], 2);
  EXPECT_EQ(products(shown_order(id)), (Names{"pipe", "rope"}));
  must(update_in(catalog_, "shop.line", user_, made, {{"quantity", 3}}));
  EXPECT_EQ(shown_order(id)["with_tax"], "30.00");
  must(on_line(user_, made, false));
  EXPECT_EQ(shown_order(id)["total"], "10.00");
  must(on_line(user_, made, true));
  EXPECT_EQ(shown_order(id)["total"], "25.00");
  EXPECT_EQ(shown_order(id)["version"], 5);
  EXPECT_EQ(code_of(update_in(catalog_, "shop.line", user_, made, {{"price", "500.00"}})),
            "shop.rule.order.within_budget");
  const std::string second = order(Json::array());
  EXPECT_EQ(code_of(update_in(catalog_, "shop.line", user_, made, {{"purchase", second}})),
            "entity.part_stays");
  must(write(other_, [&](WriteContext&) -> Result<Written> { return Written{}; }));
  Caller admin = admin_;
  done(database_->write_now([&](store::Transaction& transaction) {
    WriteContext context{transaction, catalog_, admin};
    return engine_->lock(context, *order_, id, 60);
  }));
  EXPECT_EQ(code_of(update_in(catalog_, "shop.line", user_, made, {{"quantity", 2}})), "entity.locked_by");
}

TEST_P(EngineSuiteParts, AreJudgedByTheirWhole) {
  const std::string id = order({{{"product", "pipe"}}});
  const std::string line = shown_order(id)["lines"][0]["id"];
  const auto seen_by = [&](const Caller& caller) {
    return Json::parse(*must(engine_->list(catalog_, *line_, caller, {})))["meta"]["total"].get<int>();
  };
  done(secure_rows(*database_, catalog_));
  EXPECT_EQ(seen_by(user_), 1);
  EXPECT_EQ(seen_by(reader_), 1);
  EXPECT_EQ(seen_by(other_), 0);
  std::string text;
  EXPECT_TRUE(engine_->read(catalog_, *order_, user_, id, {}, text));
  EXPECT_FALSE(Json::parse(text)["lines"][0].contains("margin"));
  EXPECT_FALSE(engine_->read(catalog_, *line_, other_, line, {}, text));
  EXPECT_EQ(code_of(update_in(catalog_, "shop.line", other_, line, {{"quantity", 9}})), "entity.no_record");
  EXPECT_EQ(code_of(on_line(other_, line, false)), "entity.no_record");
  EXPECT_EQ(code_of(create_in(catalog_, "shop.line", other_, {{"purchase", id}, {"product", "x"}})),
            "entity.no_reference");
  EXPECT_EQ(code_of(create_in(catalog_, "shop.line", reader_, {{"purchase", id}, {"product", "x"}})),
            "auth.forbidden");
  EXPECT_EQ(code_of(update_in(catalog_, "shop.line", reader_, line, {{"quantity", 9}})), "auth.forbidden");
  Caller nobody;
  nobody.user_id = "nobody";
  nobody.role = "nobody";
  EXPECT_FALSE(engine_->list(catalog_, *line_, nobody, {}));
  // Whoever is given the whole has its parts.
  done(database_->write_now([&](store::Transaction& tx) -> Result<void> {
    TRY(tx.execute(
        "INSERT INTO core_share (entity, record_id, grantee, kind, editable, created_at, created_by) VALUES "
        "('shop.order', $1, 'other', 'user', TRUE, $2, 'user')",
        {std::string_view(id), std::string_view("2026-11-21T07:00:00Z")}));
    return {};
  }));
  EXPECT_EQ(seen_by(other_), 1);
  EXPECT_EQ(code_of(update_in(catalog_, "shop.line", other_, line, {{"quantity", 9}})), "ok");
}

TEST_P(EngineSuiteParts, GoAndComeBackAreCopiedAndPurgedWithTheirWhole) {
  const std::string id = order({{{"product", "pipe"}, {"price", "1.00"}}, {{"product", "rope"}}});
  clock_.now_ += 1'000'000'000;
  EXPECT_EQ(code_of(change(id, {{"lines", {{{"id", shown_order(id)["lines"][0]["id"]}}}}})), "ok");
  const auto on_order = [&](auto&& work) { return write(user_, work); };
  const std::string copy = must(on_order([&](WriteContext& context) {
                             return engine_->clone(context, *order_, id, {{"name", "Copy"}});
                           })).id;
  EXPECT_EQ(products(shown_order(copy)), Names{"pipe"});
  EXPECT_EQ(shown_order(copy)["total"], "1.00");
  EXPECT_NE(shown_order(copy)["lines"][0]["id"], shown_order(id)["lines"][0]["id"]);
  const std::string line = shown_order(id)["lines"][0]["id"];
  clock_.now_ += 1'000'000'000;
  must(on_order([&](WriteContext& context) { return engine_->remove(context, *order_, id, 0); }));
  EXPECT_EQ(products(shown_order(id)), Names{"pipe"}) << "of a deleted record those that went with it";
  EXPECT_EQ(code_of(on_line(user_, line, true)), "entity.whole_deleted");
  EXPECT_EQ(code_of(create_in(catalog_, "shop.line", user_, {{"purchase", id}, {"product", "x"}})),
            "entity.no_reference");
  clock_.now_ += 1'000'000'000;
  must(on_order([&](WriteContext& context) { return engine_->restore(context, *order_, id); }));
  EXPECT_EQ(products(shown_order(id)), Names{"pipe"});
  EXPECT_EQ(shown_order(id)["total"], "1.00");
  must(on_order([&](WriteContext& context) { return engine_->remove(context, *order_, id, 0); }));
  must(write(admin_, [&](WriteContext& context) -> Result<Written> {
    TRY(engine_->purge(context, *order_, id));
    return Written{};
  }));
  EXPECT_FALSE(engine_->read(catalog_, *line_, admin_, line, {}, *std::make_unique<std::string>()));
}

TEST_P(EngineSuiteParts, AStatusIsJudgedWithThePartsOfTheSameWrite) {
  const std::string id = order(Json::array());
  EXPECT_EQ(code_of(change(id, {{"state", "sent"}})), "entity.transition_condition");
  EXPECT_EQ(code_of(change(id, {{"state", "sent"}, {"lines", {{{"product", "pipe"}}}}})), "ok");
  const std::string full = order({{{"product", "pipe"}}});
  EXPECT_EQ(code_of(change(full, {{"state", "sent"}, {"lines", Json::array()}})),
            "entity.transition_condition");
}

TEST_P(EngineSuiteParts, DefinitionsThatDoNotFitAreRefused) {
  const auto told = [&](const std::function<void(Json&, Json&)>& change) -> std::string {
    Json order = Json::parse(kOrder), line = Json::parse(kLine);
    change(order, line);
    Catalog catalog;
    catalog.add(must(Definition::parse("shop", "entities/company.json", Json::parse(kCompany))));
    for (const Json* json : {&order, &line}) {
      auto made =
          Definition::parse("shop", "entities/" + (*json)["entity"].get<std::string>() + ".json", *json);
      if (!made) return made.error().code + " " + made.error().field;
      catalog.add(*made);
    }
    catalog.link();
    const auto checked = catalog.check_parts();
    return checked ? "ok" : checked.error().code + " " + checked.error().field;
  };
  EXPECT_EQ(told([](Json&, Json& line) { line["part_of"]["field"] = "product"; }),
            "definition.not_a_whole entities/line.json#/part_of/field");
  EXPECT_EQ(told([](Json&, Json& line) { line["part_of"]["position"] = "product"; }),
            "definition.not_a_position entities/line.json#/part_of/position");
  EXPECT_EQ(told([](Json&, Json& line) {
              line["rights"] = {{"user", {"view"}}};
            }),
            "definition.part_has_no_rights entities/line.json#/rights");
  EXPECT_EQ(told([](Json&, Json& line) { line["fields"][0]["to"] = "billing.bill"; }),
            "definition.foreign_whole entities/line.json#/part_of/field");
  EXPECT_EQ(told([](Json&, Json& line) { line["fields"][0]["to"] = "bill"; }),
            "definition.no_whole entities/line.json#/part_of/field");
  EXPECT_EQ(told([](Json&, Json& line) { line["part_of"]["name"] = "state"; }),
            "definition.part_name_taken entities/line.json#/part_of/name");
  EXPECT_EQ(told([](Json& order, Json&) { order["fields"][2]["rollup"]["of"] = "rows.amount"; }),
            "definition.unknown_parts entities/order.json#/fields/2/rollup/of");
  EXPECT_EQ(told([](Json& order, Json&) { order["fields"][2]["rollup"]["of"] = "lines.weight"; }),
            "definition.unknown_field entities/order.json#/fields/2/rollup/of");
  EXPECT_EQ(told([](Json& order, Json&) { order["fields"][2]["rollup"]["of"] = "lines.quantity"; }),
            "definition.rollup_type entities/order.json#/fields/2/rollup/of");
  EXPECT_EQ(told([](Json& order, Json&) { order["fields"][2]["rollup"]["of"] = "lines"; }),
            "definition.bad_rollup entities/order.json#/fields/2/rollup/of");
  EXPECT_EQ(told([](Json&, Json& line) { line["fields"][5]["view"] = {"manager"}; }),
            "definition.rollup_hidden entities/order.json#/fields/2/rollup/of");
}

}  // namespace opsflux::entities
