#include "host/services/api_docs/document.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/services/api_docs/operations.hpp"

namespace opsflux::api_docs {
namespace {

constexpr const char* kDefinition = R"({
  "entity": "vehicle", "plural": "vehicles", "table": "fleet_vehicle", "title": "plate",
  "fields": [
    {"name": "plate", "type": "text", "required": true, "max": 12, "pattern": "[A-Z0-9-]+"},
    {"name": "kind", "type": "enum", "values": ["car", "van"]},
    {"name": "seats", "type": "integer", "min": 1, "max": 9},
    {"name": "price", "type": "decimal", "precision": 12, "scale": 2, "view": ["buyer"]},
    {"name": "bought", "type": "date", "edit": ["buyer"]}
  ],
  "rights": {"user": ["view", "create", "edit"], "buyer": ["view", "edit"], "reader": ["view"]}
})";

class Description : public testing::Test {
 protected:
  void SetUp() override {
    auto parsed = entities::Definition::parse("fleet", "entities/vehicle.json", Json::parse(kDefinition));
    ASSERT_TRUE(parsed) << parsed.error().message;
    catalog_.add(*parsed);
    catalog_.link();
    for (const Operation& operation : entity_operations())
      add(operation.method, "/api/v1/fleet/vehicles" + std::string(operation.path),
          operation.id == "bulk" ? http::Access::signed_in()
                                 : http::Access::permit("fleet.vehicle." + right_of(operation.id)));
  }

  static std::string right_of(std::string_view id) {
    if (id == "create" || id == "clone") return "create";
    if (id == "update") return "edit";
    if (id == "export") return "export";
    return id == "delete" || id == "restore" ? "delete" : "view";
  }

  void add(http::Method method, std::string pattern, http::Access access, std::string owner = "core") {
    routes_.push_back(
        {method, std::move(pattern), std::move(access), http::Run::kInline, {}, {}, std::move(owner)});
  }

  Json of(std::string role) const {
    Caller caller;
    caller.user_id = "1";
    caller.role = std::move(role);
    return describe({catalog_, routes_, texts_, caller, i18n::Language::kEnglish});
  }

  entities::Catalog catalog_;
  std::vector<http::Route> routes_;
  i18n::Catalog texts_;
};

TEST_F(Description, LeavesOutWhatTheCallerMayNotSee) {
  const Json user = of("user"), buyer = of("buyer");
  EXPECT_FALSE(user["components"]["schemas"]["fleet.vehicle"]["properties"].contains("price"));
  EXPECT_TRUE(buyer["components"]["schemas"]["fleet.vehicle"]["properties"].contains("price"));
  EXPECT_EQ(to_text(user).find("price"), std::string::npos);
  EXPECT_EQ(user["components"]["schemas"]["fleet.vehicle"]["properties"]["bought"]["readOnly"], true);
  EXPECT_FALSE(user["components"]["schemas"]["fleet.vehicle.values"]["properties"].contains("bought"));
  EXPECT_TRUE(buyer["components"]["schemas"]["fleet.vehicle.values"]["properties"].contains("bought"));
  EXPECT_TRUE(user["paths"]["/api/v1/fleet/vehicles"].contains("post"));
  EXPECT_FALSE(buyer["paths"]["/api/v1/fleet/vehicles"].contains("post"));
  EXPECT_FALSE(user["paths"]["/api/v1/fleet/vehicles/{id}"].contains("delete"));
}

TEST_F(Description, ShowsARoleWithoutRightsNothingOfTheEntity) {
  EXPECT_EQ(to_text(of("stranger")).find("vehicle"), std::string::npos);
  const Json reader = of("reader");
  EXPECT_FALSE(reader["paths"].contains("/api/v1/fleet/vehicles/bulk"));
  EXPECT_FALSE(reader["components"]["schemas"].contains("fleet.vehicle.new"));
}

TEST_F(Description, TellsTheRulesOfFields) {
  const Json properties = of("buyer")["components"]["schemas"]["fleet.vehicle.values"]["properties"];
  EXPECT_EQ(properties["plate"]["maxLength"], 12);
  EXPECT_EQ(properties["plate"]["pattern"], "^(?:[A-Z0-9-]+)$");
  EXPECT_EQ(properties["kind"]["enum"], Json::array({"car", "van", nullptr}));
  EXPECT_EQ(properties["seats"]["maximum"], 9);
  EXPECT_EQ(properties["price"]["format"], "decimal");
  EXPECT_EQ(of("user")["components"]["schemas"]["fleet.vehicle.new"]["required"], Json::array({"plate"}));
}

TEST_F(Description, MarksARouteOfTheHostThatStandsInNoTable) {
  add(http::Method::kGet, "/api/v1/novelty", http::Access::signed_in());
  add(http::Method::kGet, "/api/v1/fleet/version", http::Access::signed_in(), "fleet");
  add(http::Method::kGet, "/api/v1/fleet/vehicles/{id}/novelty", http::Access::signed_in(), "fleet");
  const Json paths = of("user")["paths"];
  EXPECT_EQ(paths["/api/v1/fleet/vehicles/{id}/novelty"]["get"]["x-undescribed"], true);
  EXPECT_FALSE(of("stranger")["paths"].contains("/api/v1/fleet/vehicles/{id}/novelty"));
  EXPECT_EQ(paths["/api/v1/novelty"]["get"]["x-undescribed"], true);
  EXPECT_FALSE(paths["/api/v1/fleet/version"]["get"].contains("x-undescribed"));
}

TEST_F(Description, ChangesItsGenerationWithItsContent) {
  const Json first = of("user");
  EXPECT_EQ(first["x-generation"], of("user")["x-generation"]);
  add(http::Method::kGet, "/api/v1/fleet/version", http::Access::signed_in(), "fleet");
  EXPECT_NE(first["x-generation"], of("user")["x-generation"]);
}

}  // namespace
}  // namespace opsflux::api_docs
