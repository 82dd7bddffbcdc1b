#include "host/entities/definition.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/base/text.hpp"
#include "host/entities/duration.hpp"

namespace opsflux::entities {
namespace {

Json good() {
  return Json::parse(R"({"entity": "thing", "plural": "things", "table": "shop_thing", "status": "state",
    "fields": [
      {"name": "name", "type": "text"},
      {"name": "state", "type": "enum", "values": ["new", "old"], "default": "new"},
      {"name": "amount", "type": "integer"},
      {"name": "above", "type": "parent"},
      {"name": "made_on", "type": "date"}],
    "transitions": [{"from": ["new"], "to": "old"}]})");
}

// "code pointer" of every error in the definition with `patch` merged into it, or into field `field`.
std::vector<std::string> found(const char* patch, int field = -1) {
  Json json = good();
  if (field < 0)
    json.merge_patch(Json::parse(patch));
  else
    json["fields"][static_cast<std::size_t>(field)].merge_patch(Json::parse(patch));
  const auto made = Definition::parse("shop", "e.json", json);
  if (made) return {};
  std::vector<std::string> out;
  const Error& error = made.error();
  for (const Error& cause : error.causes.empty() ? std::vector<Error>{error} : error.causes)
    out.push_back(cause.code + " " + cause.field.substr(cause.field.find('#') + 1));
  return out;
}
using Found = std::vector<std::string>;

TEST(Definition, ReadsWhatIsRight) {
  EXPECT_EQ(found("{}"), Found{});
  const auto made = Definition::parse("shop", "e.json", good());
  ASSERT_TRUE(made);
  EXPECT_EQ((*made)->owner, "created_by");
  EXPECT_EQ((*made)->fields[3].to, "shop.thing");
  EXPECT_EQ((*made)->transitions.size(), 1u);
}

TEST(Definition, AddsActionsOfItsOwn) {
  Json json = good();
  json["actions"] = {"approve", "sign_off"};
  json["rights"] = {{"chief", {"view", "approve.own", "sign_off"}}};
  json["transitions"][0]["right"] = "approve";
  const auto made = Definition::parse("shop", "e.json", json);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ((*made)->action("export"), kExport);
  EXPECT_EQ((*made)->action("approve"), std::size(kActions));
  EXPECT_EQ((*made)->action("sign_off"), std::size(kActions) + 1);
  EXPECT_EQ((*made)->action("manage"), std::nullopt);
  EXPECT_EQ((*made)->action_name(std::size(kActions) + 1), "sign_off");
  EXPECT_EQ((*made)->to_string((*made)->grants.at(1)), "approve.own");
  EXPECT_EQ((*made)->transitions.at(0).right, std::size(kActions));
  EXPECT_TRUE((*made)->export_follows_view);
  json["rights"]["chief"].push_back("export.own");
  EXPECT_FALSE((*Definition::parse("shop", "e.json", json))->export_follows_view);
}

TEST(Definition, TellsOfActionsThatThereAreNot) {
  EXPECT_EQ(found(R"({"rights": {"user": ["view", "aprove"]}, "actions": ["approve"]})"),
            Found{"definition.unknown_action /rights/user/1"});
  EXPECT_EQ(found(R"({"actions": ["export", "own", "approve"]})"),
            (Found{"definition.common_action /actions/0", "definition.scope_as_action /actions/1"}));
  EXPECT_EQ(found(R"({"transitions": [{"from": ["new"], "to": "old", "right": "approve"}]})"),
            Found{"definition.unknown_action /transitions/0/right"});
  EXPECT_EQ(found(R"({"actions": ["Approve"], "rights": {"user": ["view.everywhere"]}})"),
            (Found{"schema.wrong_value /actions/0", "schema.wrong_value /rights/user/0"}));
  EXPECT_EQ(found(R"({"views": {"list": {"columns": ["name"], "filter": "nme == 1"}}})").size(), 1u);
}

TEST(Definition, TellsAllThatIsWrongWithFileAndPointer) {
  const struct {
    const char* patch;
    int field;
    Found found;
  } kCases[] = {
      {R"({"colour": 1, "icon": 3})", -1, {"schema.unknown_key /colour", "schema.wrong_type /icon"}},
      {R"({"title": "nam", "search": ["x"], "unique": [["name", "y"]]})",
       -1,
       {"definition.unknown_field /title", "definition.unknown_field /search/0",
        "definition.unknown_field /unique/0/1"}},
      {R"({"table": "thing"})", -1, {"definition.foreign_table /table"}},
      {R"({"name": "version"})", 0, {"definition.reserved_field /fields/0/name"}},
      {R"({"name": "end"})", 0, {"definition.reserved_word /fields/0/name"}},
      {R"({"name": "user"})", 0, {"definition.reserved_word /fields/0/name"}},
      {R"({"type": "text", "values": ["a"], "default": null})",
       1,
       {"definition.useless_key /fields/1/values"}},
      {R"({"colors": {"new": "cat-1", "x": "cat-2"}, "tones": {"old": "ok"}})",
       1,
       {"definition.unknown_value /fields/1/colors/x"}},
      {R"({"status": "name"})", -1, {"definition.not_an_enum /status"}},
      {R"({"type": "money"})", 2, {"definition.missing_key /fields/2"}},
      {R"({"type": "money", "currency": "EUX"})", 2, {"definition.unknown_currency /fields/2/currency"}},
      {R"({"type": "money", "currency": "name"})", 2, {"definition.not_a_currency /fields/2/currency"}},
      {R"({"type": "sequence", "format": "PRJ"})", 2, {"schema.wrong_value /fields/2/format"}},
      {R"({"min": 5, "max": 4})", 2, {"definition.bad_bound /fields/2/max"}},
      {R"({"type": "decimal", "precision": 3, "scale": 4})", 2, {"definition.bad_precision /fields/2/scale"}},
      {R"({"pattern": "("})", 0, {"definition.bad_pattern /fields/0/pattern"}},
      {R"({"default": "soon"})", 4, {"definition.bad_default /fields/4/default"}},
      {R"({"type": "parent"})", 0, {"definition.several_parents /fields"}},
      {R"({"computed": "amount +"})", 2, {"entity.filter_syntax /fields/2/computed"}},
      {R"({"computed": "amout * 2"})", 2, {"entity.filter_unknown_field /fields/2/computed"}},
      {R"({"computed": "amount + 1"})", 2, {"definition.computed_circle /fields/2/computed"}},
      {R"({"computed": "name"})", 2, {"definition.computed_type /fields/2/computed"}},
      {R"({"computed": "version + 1"})", 2, {"definition.computed_reads /fields/2/computed"}},
      {R"x({"computed": "today() + duration(\"1d\")"})x",
       4,
       {"definition.computed_clock /fields/4/computed"}},
      {R"({"computed": "1", "default": 2})", 2, {"definition.useless_key /fields/2/default"}},
      {R"({"required_if": "amount"})", 0, {"entity.filter_type /fields/0/required_if"}},
      {R"({"rules": [{"id": "a", "check": "amount > \"x\""}, {"id": "b", "check": "true", "fields": ["z"]}]})",
       -1,
       {"entity.filter_type /rules/0/check", "definition.unknown_field /rules/1/fields/0"}},
      {R"({"status": null})", -1, {"definition.no_status /transitions"}},
      {R"({"transitions": [{"from": ["new", "x"], "to": "y"}]})",
       -1,
       {"definition.unknown_value /transitions/0/from/1", "definition.unknown_value /transitions/0/to"}},
      {R"({"default": null})", 1, {"definition.no_initial_status /status"}},
      {R"({"rights": {"user": ["view", "approve"]}})", -1, {"definition.unknown_action /rights/user/1"}},
      {R"({"rights": {"user": ["view.company"]}})", -1, {"definition.scope_without_column /rights/user"}},
      {R"({"owner": "name"})", -1, {"definition.not_a_scope /owner"}},
      {R"({"owner": "id", "company": "id", "department": "version"})",
       -1,
       {"definition.not_a_scope /owner", "definition.not_a_scope /department"}},
      {R"({"views": {"kanban": {"group": "name"}, "tree": {"parent": "state"}}})",
       -1,
       {"definition.view_field_type /views/kanban/group", "definition.view_field_type /views/tree/parent"}},
      {R"({"views": {"chart": [{"id": "a", "kind": "bar", "group": "state", "measure": {"op": "sum"}}]}})",
       -1,
       {"definition.bad_measure /views/chart/0/measure"}},
      {R"({"views": {"calendar": {"start": "made_on", "end": "created_at"}}})", -1, {}},
  };
  for (const auto& one : kCases) EXPECT_EQ(found(one.patch, one.field), one.found) << one.patch;
}

TEST(Definition, AnErrorInAnExpressionNamesItsColumn) {
  Json json = good();
  json["fields"][2]["computed"] = "1 + nothing";
  const auto made = Definition::parse("shop", "e.json", json);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("column 5"), std::string::npos) << made.error().message;
}

TEST(Duration, ReadsIsoAndShortFormsAndWritesOne) {
  const struct {
    const char *given, *shown;
  } kCases[] = {{"PT90M", "PT1H30M"},
                {"90m", "PT1H30M"},
                {"P2W", "P14D"},
                {"P1DT2H", "P1DT2H"},
                {"PT0.5S", "PT0.5S"},
                {"-PT8H", "-PT8H"},
                {"PT0S", "PT0S"},
                {"PT25H", "P1DT1H"},
                {"PT1H0M0S", "PT1H"},
                {"1d", "P1D"},
                {"PT1.000001S", "PT1.000001S"}};
  for (const auto& one : kCases) {
    const auto read = parse_iso_duration(one.given);
    ASSERT_TRUE(read) << one.given;
    EXPECT_EQ(iso_duration(*read), one.shown);
  }
  for (const char* wrong : {"", "P", "PT", "P1Y", "P1M", "PT1M1H", "PT1H1H", "P1DT", "PT1.5H", "PT1", "P-1D",
                            "1", "PT99999999999999999999S", "PT0.0000001S", "P1D2H", "p1d"})
    EXPECT_FALSE(parse_iso_duration(wrong)) << wrong;
  EXPECT_EQ(iso_duration(INT64_MIN).substr(0, 3), "-P1");
}

TEST(Definition, FileFieldsSayWhatTheyTake) {
  EXPECT_EQ(found(R"({"type": "file", "accept": ["application/pdf", "image/*"], "max_size": 1000})", 2),
            Found{});
  EXPECT_EQ(found(R"({"type": "image", "accept": ["image/png"]})", 2), Found{});
  EXPECT_EQ(found(R"({"type": "files", "max_items": 3, "required": true})", 2), Found{});
  EXPECT_EQ(found(R"({"type": "image", "accept": ["image/png", "image/svg+xml"]})", 2),
            Found{"definition.not_an_image_type /fields/2/accept/1"});
  EXPECT_EQ(found(R"({"accept": ["image/*"]})", 2), Found{"definition.useless_key /fields/2/accept"});
  EXPECT_EQ(found(R"({"type": "file", "max_size": 0})", 2).size(), 1U);
  EXPECT_EQ(found(R"({"type": "file", "accept": ["pdf"]})", 2).size(), 1U);
  EXPECT_EQ(found(R"({"type": "file", "unique": true})", 2),
            Found{"definition.useless_key /fields/2/unique"});
  EXPECT_EQ(found(R"({"type": "file", "default": "x"})", 2)[0], "definition.useless_key /fields/2/default");
  EXPECT_FALSE(found(R"({"type": "file", "computed": "name"})", 2).empty());
  EXPECT_EQ(found(R"({"type": "file"})", 0), Found{"definition.title_is_a_file /title"});
}

}  // namespace
}  // namespace opsflux::entities
