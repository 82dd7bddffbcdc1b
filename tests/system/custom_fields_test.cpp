// Fields that an administrator adds while the server runs, seen from outside.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class CustomFields : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("fleet_1_0");
  }

  Answer add(const Json& field, const std::string& label, const Json& more = Json::object()) {
    Json body = {{"entity", "fleet.vehicle"}, {"field", field}, {"texts", {{"en", {{"label", label}}}}}};
    body.update(more);
    return in_.post(kPath, body);
  }
  std::string added(const Json& field, const std::string& label, const Json& more = Json::object()) {
    const Answer answer = add(field, label, more);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return answer.json().value("id", "");
  }
  Answer change(const std::string& id, const Json& body) {
    return in_.request("PATCH", std::string(kPath) + "/" + id, to_text(body),
                       {{"Content-Type", "application/json"}});
  }
  Answer remove(const std::string& id) { return in_.request("DELETE", std::string(kPath) + "/" + id); }
  Answer vehicle(const std::string& plate, const Json& more) {
    Json body = {{"plate", plate}};
    body.update(more);
    return in_.post("/api/v1/fleet/vehicles", body);
  }
  Json found(const std::string& query) { return in_.get("/api/v1/fleet/vehicles?" + query).json(); }
  std::string field_of(const Answer& answer) { return answer.json().value("field", ""); }

  static constexpr const char* kPath = "/api/v1/custom-fields";
  Instance in_;
};

TEST_F(CustomFields, AreFieldsLikeAnyOther) {
  ASSERT_EQ(vehicle("AA-1", Json::object()).status, 201) << "a record from before";
  added({{"type", "decimal"}, {"precision", 8}, {"scale", 2}, {"min", "0"}}, "Payload (t)",
        {{"search", false}});
  added({{"type", "enum"}, {"values", {"new", "worn"}}, {"default", "new"}}, "État des pneus");
  added({{"type", "text"}, {"max", 40}}, "Depot", {{"search", true}, {"name", "x_depot"}});

  const Answer made = vehicle("AA-2", {{"x_payload_t", "12.50"}, {"x_depot", "Port-Gentil"}});
  ASSERT_EQ(made.status, 201) << made.text();
  EXPECT_EQ(made.json()["x_payload_t"], "12.50");
  EXPECT_EQ(made.json()["x_etat_des_pneus"], "new") << made.text();
  const Answer wrong = vehicle("AA-3", {{"x_payload_t", "-1"}});
  EXPECT_EQ(wrong.status, 422);
  EXPECT_EQ(field_of(wrong), "x_payload_t") << wrong.text();

  EXPECT_EQ(found("filter=x_payload_t%20%3E%2012")["meta"]["total"], 1);
  EXPECT_EQ(found("q=gentil")["meta"]["total"], 1);
  EXPECT_EQ(found("sort=-x_payload_t&fields=plate")["data"].size(), 2u);
  EXPECT_EQ(found("totals=sum:x_payload_t")["meta"]["totals"]["sum:x_payload_t"], "12.50");
  const Answer sheet = in_.get("/api/v1/fleet/vehicles/export?format=csv");
  EXPECT_NE(sheet.body.find("x_depot"), std::string::npos) << sheet.text();
  const std::string id = made.json()["id"];
  const Json trail = in_.get("/api/v1/fleet/vehicles/" + id + "/activity").json()["data"];
  EXPECT_NE(trail.dump().find("Port-Gentil"), std::string::npos) << trail.dump();
  const Answer api = in_.get("/api/v1/openapi.json");
  EXPECT_NE(api.body.find("x_etat_des_pneus"), std::string::npos) << api.text();

  // An import knows it by its name.
  const Json import =
      in_.request("POST", "/api/v1/imports?entity=fleet.vehicle&file_name=v.csv",
                  "plate,x_depot\nAA-9,Owendo\n", {{"Content-Type", "application/octet-stream"}})
          .json();
  EXPECT_EQ(import["preview"]["mapping"]["x_depot"], "x_depot") << import.dump();
}

TEST_F(CustomFields, AreSeenInScreensInTheReadersLanguage) {
  Json texts = {
      {"en", {{"label", "Condition"}, {"help", "At the last check."}, {"values", {{"worn", "Worn out"}}}}},
      {"fr", {{"label", "État"}, {"values", {{"worn", "Usé"}}}}}};
  added({{"type", "enum"}, {"values", {"fresh", "worn"}}}, "", {{"texts", texts}, {"name", "x_condition"}});
  const Json french = in_.get("/api/v1/app/i18n/fr").json();
  EXPECT_EQ(french["fleet.entity.vehicle.field.x_condition.label"], "État");
  EXPECT_EQ(french["fleet.entity.vehicle.field.x_condition.help"], "At the last check.")
      << "the nearest there is";
  EXPECT_EQ(french["fleet.entity.vehicle.enum.x_condition.worn"], "Usé");
  EXPECT_EQ(french["fleet.entity.vehicle.enum.x_condition.fresh"], "fresh");
  const Json app = in_.get("/api/v1/app").json();
  const auto entity = std::find_if(app["entities"].begin(), app["entities"].end(),
                                   [](const Json& one) { return one["name"] == "fleet.vehicle"; });
  ASSERT_NE(entity, app["entities"].end());
  const Json& last = (*entity)["fields"].back();
  EXPECT_EQ(last["name"], "x_condition");
  EXPECT_EQ(last["custom"], true);
}

TEST_F(CustomFields, RefusalsSayWhatIsWrongAndChangeNothing) {
  const std::string before = in_.picture();
  const struct {
    Json field;
    const char *code, *at;
  } kCases[] = {
      {{{"type", "sequence"}, {"format", "A-{number}"}}, "custom_field.bad_type", "field.type"},
      {{{"type", "blob"}}, "custom_field.bad_type", "field.type"},
      {{{"type", "integer"}, {"min", 5}, {"max", 4}}, "custom_field.bad_bound", "field.max"},
      {{{"type", "integer"}, {"default", "many"}}, "custom_field.bad_default", "field.default"},
      {{{"type", "text"}, {"pattern", "(("}}, "custom_field.bad_pattern", "field.pattern"},
      {{{"type", "text"}, {"scale", 2}}, "custom_field.useless_rule", "field.scale"},
      {{{"type", "enum"}}, "custom_field.missing_rule", "name"},
      {{{"type", "text"}, {"computed", "plate"}}, "custom_field.unknown_key", "field.computed"},
      {{{"type", "text"}, {"colour", "red"}}, "custom_field.wrong_rule", "field.colour"},
      {{{"type", "text"}, {"visible_if", "plat == 1"}}, "custom_field.unknown_name", "field.visible_if"},
      {{{"type", "enum"}, {"values", {"A B"}}}, "custom_field.wrong_rule", "field.values"},
      {{{"type", "file"}, {"accept", {"image/*", "pdf"}}}, "custom_field.bad_media_type", "field.accept"},
      {{{"type", "file"}, {"accept", Json::array()}}, "custom_field.bad_media_type", "field.accept"},
      {{{"type", "files"}, {"accept", "image/png"}}, "custom_field.bad_media_type", "field.accept"},
      {{{"type", "image"}, {"accept", {"image/tiff"}}}, "custom_field.not_an_image_type", "field.accept"},
      {{{"type", "text"}, {"accept", {"image/*"}}}, "custom_field.useless_rule", "field.accept"},
      {{{"type", "file"}, {"max_size", 0}}, "custom_field.bad_file_size", "field.max_size"},
      {{{"type", "file"}, {"max_size", "2 MB"}}, "custom_field.bad_file_size", "field.max_size"},
      {{{"type", "image"}, {"max_size", 1.5}}, "custom_field.bad_file_size", "field.max_size"},
      {{{"type", "integer"}, {"max_size", 9}}, "custom_field.useless_rule", "field.max_size"},
  };
  for (const auto& one : kCases) {
    const Answer answer = add(one.field, "Size");
    EXPECT_EQ(answer.status, 422) << one.field << answer.text();
    EXPECT_EQ(answer.code(), one.code) << one.field << answer.text();
    EXPECT_EQ(field_of(answer), one.at) << one.field << answer.text();
  }
  const Json text = {{"type", "text"}};
  EXPECT_EQ(add(text, "").status, 422);
  EXPECT_EQ(add(text, std::string(101, 'a')).code(), "custom_field.wrong_text");
  EXPECT_EQ(add(text, "open {brace").code(), "i18n.malformed");
  EXPECT_EQ(add(text, "Size", {{"name", "plate"}}).code(), "custom_field.bad_name");
  EXPECT_EQ(add(text, "Size", {{"name", "x_'; DROP TABLE fleet_vehicle; --"}}).code(),
            "custom_field.bad_name");
  EXPECT_EQ(add(text, "Size", {{"entity", "fleet.boat"}}).code(), "custom_field.no_entity");
  EXPECT_EQ(add(text, "Size", {{"texts", {{"de", {{"label", "Größe"}}}}}}).status, 422);
  EXPECT_EQ(in_.picture(), before);
  // In the language of who asks.
  const Answer french = in_.request("POST", kPath,
                                    to_text({{"entity", "fleet.vehicle"},
                                             {"field", {{"type", "integer"}, {"min", 5}, {"max", 4}}},
                                             {"texts", {{"fr", {{"label", "Taille"}}}}}}),
                                    {{"Content-Type", "application/json"}, {"Accept-Language", "fr"}});
  EXPECT_EQ(french.status, 422);
}

TEST_F(CustomFields, TakeTheFilesThatTheirRulesName) {
  const std::string id = added(
      {{"type", "files"}, {"accept", {"application/pdf"}}, {"max_size", 100}, {"max_items", 2}}, "Papers");
  const auto upload = [&](const std::string& name, const std::string& content) {
    return in_
        .request("POST", "/api/v1/files?file_name=" + name, content,
                 {{"Content-Type", "application/octet-stream"}})
        .json()
        .value("id", "");
  };
  const std::string pdf = "%PDF-1.4\n% nothing\n";
  const std::string paper = upload("a.pdf", pdf), text = upload("a.txt", "words");
  ASSERT_EQ(vehicle("AA-1", {{"x_papers", {paper}}}).status, 201);
  const Answer wrong = vehicle("AA-2", {{"x_papers", {text}}});
  EXPECT_EQ(wrong.code(), "entity.file_type") << wrong.text();
  EXPECT_EQ(field_of(wrong), "x_papers");
  const Answer large = vehicle("AA-2", {{"x_papers", {upload("b.pdf", pdf + std::string(100, ' '))}}});
  EXPECT_EQ(large.code(), "entity.file_size") << large.text();
  // The rules may change; what is there stays.
  const Answer changed = change(id, {{"field", {{"type", "files"}, {"accept", {"text/*"}}}}});
  ASSERT_EQ(changed.status, 200) << changed.text();
  EXPECT_EQ(vehicle("AA-2", {{"x_papers", {text}}}).status, 201);
  EXPECT_EQ(found("filter=plate%20%3D%3D%20%22AA-1%22")["data"][0]["x_papers"], Json::array({paper}));
}

TEST_F(CustomFields, KeepTheirDataUntilPurged) {
  const std::string id = added({{"type", "integer"}}, "Seats");
  const std::string record = vehicle("AA-1", {{"x_seats", 7}}).json()["id"];
  EXPECT_EQ(in_.get(std::string(kPath) + "/" + id).json()["records"], 1);
  EXPECT_EQ(in_.post(std::string(kPath) + "/" + id + "/purge", {}).code(), "custom_field.in_use");
  EXPECT_EQ(remove(id).status, 204);
  EXPECT_FALSE(in_.get("/api/v1/fleet/vehicles/" + record).json().contains("x_seats"));
  EXPECT_EQ(in_.get("/api/v1/fleet/vehicles?filter=x_seats%20%3D%3D%207").status, 422);
  EXPECT_EQ(add({{"type", "text"}}, "Seats").json()["name"], "x_seats_2") << "the name is kept for it";

  // It stays so over a restart.
  EXPECT_EQ(in_.stop(), 0);
  in_.start();
  EXPECT_EQ(in_.post(std::string(kPath) + "/" + id + "/restore", {}).status, 200);
  EXPECT_EQ(in_.get("/api/v1/fleet/vehicles/" + record).json()["x_seats"], 7);
  EXPECT_EQ(remove(id).status, 204);
  EXPECT_EQ(in_.post(std::string(kPath) + "/" + id + "/purge", {}).status, 204);
  EXPECT_EQ(in_.get(std::string(kPath) + "/" + id).status, 404);
  EXPECT_EQ(in_.picture().find("x_seats "), std::string::npos);
  EXPECT_EQ(added({{"type", "text"}}, "Seats", {{"name", "x_seats"}}).empty(), false);
  EXPECT_EQ(in_.get("/api/v1/fleet/vehicles/" + record).json()["x_seats"], nullptr);
  const Json trail = in_.get("/api/v1/audit?filter=entity%20%3D%3D%20%22custom_field%22").json()["data"];
  EXPECT_NE(trail.dump().find("custom_field.purged"), std::string::npos) << trail.dump();
}

TEST_F(CustomFields, ChangeTheirRulesButNotHowTheyAreStored) {
  const std::string id = added({{"type", "enum"}, {"values", {"a", "b"}}}, "Class", {{"name", "x_class"}});
  ASSERT_EQ(vehicle("AA-1", {{"x_class", "b"}}).status, 201);
  EXPECT_EQ(change(id, {{"field", {{"type", "text"}}}}).code(), "custom_field.fixed");
  const Answer used = change(id, {{"field", {{"type", "enum"}, {"values", {"a"}}}}});
  EXPECT_EQ(used.code(), "custom_field.value_in_use") << used.text();
  EXPECT_EQ(change(id, {{"field", {{"type", "enum"}, {"values", {"b", "c"}}, {"required", true}}}}).status,
            200);
  EXPECT_EQ(vehicle("AA-2", Json::object()).status, 422);
  ASSERT_EQ(vehicle("AA-2", {{"x_class", "b"}}).status, 201);
  const Answer unique = change(id, {{"field", {{"type", "enum"}, {"values", {"b", "c"}}, {"unique", true}}}});
  EXPECT_EQ(unique.code(), "custom_field.duplicates") << unique.text();
  EXPECT_EQ(in_.get(std::string(kPath) + "/" + id).json()["field"].contains("unique"), false);

  // One that another one's rule names is not taken away from it.
  const std::string other = added({{"type", "date"}, {"visible_if", "x_class == \"b\""}}, "Checked on");
  EXPECT_EQ(remove(id).code(), "custom_field.needed");
  EXPECT_EQ(remove(other).status, 204);
  EXPECT_EQ(remove(id).status, 204);
}

TEST_F(CustomFields, ComeWhileOthersWork) {
  std::atomic<bool> stop = false;
  std::atomic<int> done = 0, wrong = 0;
  std::thread worker([&] {
    for (int i = 0; !stop; ++i) {
      const Answer made = vehicle("W-" + std::to_string(i), Json::object());
      const Answer listed = in_.get("/api/v1/fleet/vehicles?page_size=5");
      const bool fine = made.status == 201 && listed.status == 200;
      (fine ? done : wrong) += 1;
      EXPECT_TRUE(fine) << made.text() << "\n" << listed.text();
    }
  });
  for (int i = 0; i < 12; ++i) {
    const std::string id = added({{"type", "integer"}}, "Number " + std::to_string(i));
    EXPECT_EQ(remove(id).status, 204);
    EXPECT_EQ(in_.post(std::string(kPath) + "/" + id + "/purge", {}).status, 204);
  }
  stop = true;
  worker.join();
  EXPECT_GT(done, 0);
  EXPECT_EQ(wrong, 0);
}

TEST_F(CustomFields, StayOverUpgradeAndRollBack) {
  added({{"type", "text"}}, "Depot");
  const std::string record = vehicle("AA-1", {{"x_depot", "Owendo"}}).json()["id"];
  in_.install("fleet_1_1");
  EXPECT_EQ(in_.get("/api/v1/fleet/vehicles/" + record).json()["x_depot"], "Owendo");
  in_.operation("rollback", "fleet");
  EXPECT_EQ(in_.get("/api/v1/fleet/vehicles/" + record).json()["x_depot"], "Owendo");
  in_.operation("uninstall", "fleet", {{"data", "purge"}});
  EXPECT_EQ(in_.get(kPath).json()["data"].size(), 0u);
}

TEST_F(CustomFields, AMigrationThatMakesTheTableAnewIsRefused) {
  added({{"type", "text"}}, "Depot");
  const std::string record = vehicle("AA-1", {{"x_depot", "Owendo"}}).json()["id"];
  const Answer plan = in_.upload("fleet_anew");
  ASSERT_EQ(plan.status, 201) << plan.text();
  const Json failed = in_.finished(in_.approve(plan.json()["digest"]));
  EXPECT_EQ(failed["state"], "undone") << failed.dump();
  EXPECT_EQ(failed["error"]["code"], "custom_field.lost") << failed.dump();
  EXPECT_EQ(in_.get("/api/v1/fleet/vehicles/" + record).json()["x_depot"], "Owendo");
}

TEST_F(CustomFields, AreOfRolesAsOtherFieldsAre) {
  added({{"type", "text"}, {"view", {"administrator"}}}, "Cost");
  const std::string record = vehicle("AA-1", {{"x_cost", "secret"}}).json()["id"];
  const Answer made = in_.post(
      "/api/v1/identity/users",
      {{"email", "u@example.org"}, {"name", "U"}, {"role", "user"}, {"language", "en"}, {"active", true}});
  ASSERT_EQ(made.status, 201) << made.text();
  const std::string path = "/api/v1/identity/users/" + made.json()["id"].get<std::string>() + "/password";
  ASSERT_EQ(in_.post(path, {{"password", kPassword}}).status / 100, 2);
  const std::string user = in_.log_in("u@example.org", kPassword);
  const Answer seen = in_.as(user, "GET", "/api/v1/fleet/vehicles/" + record);
  EXPECT_EQ(seen.status, 200) << seen.text();
  EXPECT_EQ(seen.text().find("secret"), std::string::npos) << seen.text();
  EXPECT_EQ(in_.as(user, "GET", "/api/v1/fleet/vehicles?filter=x_cost%20%3D%3D%20%22secret%22").status, 422);
}

}  // namespace
}  // namespace opsflux::system_test
