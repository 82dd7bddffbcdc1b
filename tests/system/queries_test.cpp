// What REST offers beyond one record at a time: queries through references, groups, many writes, exports.
#include <gtest/gtest.h>

#include <algorithm>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

TEST(Queries, ReachThroughReferencesAndGroup) {
  Instance in;
  in.start();
  in.install("tiers");
  const auto made = [&](const std::string& path, const Json& body) {
    const Answer answer = in.post("/api/v1/tiers/" + path, body);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return get_string_or(answer.json(), "id", "");
  };
  const std::string parent =
      made("companies", {{"legal_name", "Groupe Aérogolfe"}, {"type", "client"}, {"city", "Libreville"}});
  const std::string company =
      made("companies", {{"legal_name", "Hélico"}, {"parent", parent}, {"city", "Port-Gentil"}});
  made("contacts", {{"first_name", "Awa"}, {"last_name", "Ndiaye"}, {"company", company}});
  made("contacts", {{"first_name", "Bob"}, {"last_name", "Martin"}});
  const auto get = [&](const std::string& query) { return in.get("/api/v1/tiers/" + query); };
  const Json one =
      get("contacts?filter=company.parent.city%20%3D%3D%20%22Libreville%22&expand=company,company.parent")
          .json();
  ASSERT_EQ(one["data"].size(), 1u) << to_text(one);
  EXPECT_EQ(one["data"][0]["last_name"], "Ndiaye");
  EXPECT_EQ(one["data"][0]["_expanded"]["company"]["legal_name"], "Hélico");
  EXPECT_EQ(one["data"][0]["_expanded"]["company.parent"]["id"], parent);
  EXPECT_EQ(get("contacts?sort=-company.city&page_size=1").json()["data"][0]["last_name"], "Ndiaye");
  EXPECT_EQ(get("companies/" + company + "?expand=parent").json()["_expanded"]["parent"]["city"],
            "Libreville");
  EXPECT_EQ(get("companies/aggregate?group=type&sort=-count&measures=avg:score").json()["data"].size(), 2u);
  EXPECT_EQ(get("companies/aggregate?group=created_at:year").json()["data"][0]["count"], 2);
  EXPECT_EQ(get("companies/aggregate?colour=red").code(), "entity.unknown_parameter");
  EXPECT_EQ(get("companies/" + company + "?colour=red").code(), "entity.unknown_parameter");
  EXPECT_EQ(get("contacts?expand=last_name").code(), "entity.not_a_reference");
  EXPECT_EQ(get("contacts?filter=company.nothing%20%3D%3D%201").code(), "entity.filter_unknown_field");
  // What was kept does not hold when a record at the end of the path has changed.
  ASSERT_EQ(in.request("PATCH", "/api/v1/tiers/companies/" + parent, R"({"city":"Franceville"})",
                       {{"Content-Type", "application/json"}})
                .status,
            200);
  EXPECT_EQ(
      get("contacts?filter=company.parent.city%20%3D%3D%20%22Libreville%22&expand=company,company.parent")
          .json()["meta"]["total"],
      0);
}

TEST(Bulk, IsAllOrNothingOrEachByItself) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  const std::string path = "/api/v1/fleet/vehicles";
  const auto total = [&] { return in.get(path).json()["meta"]["total"].get<int>(); };
  const Answer made = in.post(path + "/bulk", {{"operations",
                                                {{{"action", "create"}, {"values", {{"plate", "A"}}}},
                                                 {{"action", "create"}, {"values", {{"plate", "B"}}}}}}});
  ASSERT_EQ(made.status, 200) << made.text();
  EXPECT_EQ(made.json()["meta"], (Json{{"done", 2}, {"failed", 0}}));
  const std::string a = get_string_or(made.json()["data"][0], "id", "");

  // The second fails: the first is undone as well, and the error names the operation and its field.
  const Json mixed = {{{"action", "create"}, {"values", {{"plate", "C"}}}},
                      {{"action", "create"}, {"values", {{"plate", "B"}}}},
                      {{"action", "update"}, {"id", a}, {"version", 1}, {"values", {{"km", 7}}}}};
  const Answer none = in.post(path + "/bulk", {{"operations", mixed}});
  EXPECT_EQ(none.status, 409);
  EXPECT_EQ(none.code(), "entity.not_unique");
  EXPECT_EQ(get_string_or(none.json(), "field", ""), "operations/1/plate");
  EXPECT_EQ(total(), 2);

  const Json each = in.post(path + "/bulk", {{"mode", "each"}, {"operations", mixed}}).json();
  EXPECT_EQ(each["meta"], (Json{{"done", 2}, {"failed", 1}})) << to_text(each);
  EXPECT_EQ(each["data"][1]["error"]["code"], "entity.not_unique");
  EXPECT_EQ(each["data"][2]["version"], 2);
  EXPECT_EQ(total(), 3);

  // Upsert by a unique field: changes what is there, makes what is not.
  const Json upserts = {{{"action", "upsert"}, {"key", {{"plate", "A"}}}, {"values", {{"km", 9}}}},
                        {{"action", "upsert"}, {"key", {{"plate", "D"}}}, {"values", {{"km", 1}}}}};
  ASSERT_EQ(in.post(path + "/bulk", {{"operations", upserts}}).status, 200);
  EXPECT_EQ(in.get(path + "/" + a).json()["km"], 9);
  EXPECT_EQ(total(), 4);
  EXPECT_EQ(in.post(path + "/bulk",
                    {{"operations",
                      {{{"action", "upsert"}, {"key", {{"name", "x"}}}, {"values", Json::object()}}}}})
                .code(),
            "entity.bad_key");

  ASSERT_EQ(in.post(path + "/bulk", {{"operations", {{{"action", "delete"}, {"id", a}}}}}).status, 200);
  EXPECT_EQ(total(), 3);
  ASSERT_EQ(in.post(path + "/bulk", {{"operations", {{{"action", "restore"}, {"id", a}}}}}).status, 200);
  EXPECT_EQ(total(), 4);

  const struct {
    Json body;
    const char *code, *field;
  } wrong[] = {
      {Json::array(), "entity.bulk_body", ""},
      {{{"operations", Json::array()}}, "entity.bulk_operations", "operations"},
      {{{"mode", "some"}, {"operations", mixed}}, "entity.bulk_mode", "mode"},
      {{{"operations", {{{"action", "update"}, {"id", "x"}, {"version", 0}, {"values", Json::object()}}}}},
       "entity.bulk_version",
       "operations/0/version"},
      {{{"operations", {{{"action", "create"}, {"version", 1}, {"values", Json::object()}}}}},
       "entity.bulk_version",
       "operations/0/version"},
      {{{"operations", {{{"action", "burn"}}}}}, "entity.bulk_action", "operations/0/action"},
      {{{"operations", {{{"action", "delete"}}}}}, "entity.bulk_id", "operations/0/id"},
      {{{"operations", {{{"action", "create"}}}}}, "entity.bulk_values", "operations/0/values"},
      {{{"operations", {{{"action", "create"}, {"values", Json::object()}, {"colour", 1}}}}},
       "entity.bulk_member",
       "operations/0/colour"},
      {{{"operations", Json(1001, {{"action", "create"}, {"values", Json::object()}})}},
       "entity.too_many_operations",
       "operations"},
  };
  for (const auto& one : wrong) {
    const Answer answer = in.post(path + "/bulk", one.body);
    EXPECT_EQ(answer.code(), one.code) << answer.text().substr(0, 300);
    EXPECT_EQ(get_string_or(answer.json(), "field", ""), one.field);
  }
  EXPECT_EQ(in.anonymous("POST", path + "/bulk", {{"operations", mixed}}).status, 401);

  // Each operation takes its own right: users may not delete vehicles.
  const std::string user = get_string_or(
      in.post("/api/v1/identity/users", {{"email", "bob@example.org"}, {"name", "Bob"}, {"role", "user"}})
          .json(),
      "id", "");
  ASSERT_EQ(in.post("/api/v1/identity/users/" + user + "/password", {{"password", kPassword}}).status, 204);
  const std::string bob = in.log_in("bob@example.org", kPassword);
  EXPECT_EQ(in.as(bob, "POST", path + "/bulk",
                  {{"operations", {{{"action", "create"}, {"values", {{"plate", "E"}}}}}}})
                .status,
            200);
  EXPECT_EQ(in.as(bob, "POST", path + "/bulk", {{"operations", {{{"action", "delete"}, {"id", a}}}}}).status,
            403);
}

TEST(Export, GivesWhatTheFilterFindsAsCsvJsonAndLines) {
  Instance in;
  in.start();
  in.install("fleet_1_0");
  const std::string path = "/api/v1/fleet/vehicles";
  const std::string first = get_string_or(in.post(path, {{"plate", "AB-1"},
                                                         {"name", "=HYPERLINK(\"http://x\")"},
                                                         {"km", 7},
                                                         {"price", "-12.50"},
                                                         {"tags", Json::array({"a", "b"})}})
                                              .json(),
                                          "id", "");
  ASSERT_EQ(
      in.post(
            path,
            {{"plate", "AB-2"}, {"name", "two, \"quoted\"\nlines"}, {"trailer_of", first}, {"leased", true}})
          .status,
      201);
  ASSERT_EQ(in.post(path, {{"plate", "CD-1"}}).status, 201);
  const Answer csv = in.get(path +
                            "/export?filter=plate.startsWith(%22AB%22)&sort=plate&fields=plate,name,km,price,"
                            "leased,tags,trailer_of");
  ASSERT_EQ(csv.status, 200) << csv.text();
  EXPECT_EQ(csv.field("content-type"), "text/csv; charset=utf-8");
  EXPECT_EQ(csv.field("content-disposition"), "attachment; filename=\"vehicles.csv\"");
  const std::string text = csv.text();
  EXPECT_NE(text.find("\xEF\xBB\xBFid,plate,name,km,price,leased,trailer_of,tags,trailer_of_label,version,"
                      "created_at,updated_at\r\n"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find(","
                      "AB-1,\"'=HYPERLINK(\"\"http://x\"\")\",7,-12.50,,,a; b,,1,"),
            std::string::npos)
      << text << " a formula is a text, a negative number stays one";
  EXPECT_NE(text.find(",AB-2,\"two, \"\"quoted\"\"\nlines\",,,true," + first + ",,AB-1,1,"),
            std::string::npos)
      << text;
  EXPECT_EQ(text.find("CD-1"), std::string::npos);
  EXPECT_NE(in.get(path + "/export?separator=semicolon&fields=plate").text().find("id;plate;version"),
            std::string::npos);

  const Json list = Json::parse(in.get(path + "/export?format=json&sort=plate").body);
  EXPECT_EQ(list.size(), 3u);
  EXPECT_EQ(list[1]["_labels"]["trailer_of"], "AB-1");
  const std::string lines = in.get(path + "/export?format=ndjson&sort=-plate").body;
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 3);
  EXPECT_EQ(Json::parse(lines.substr(0, lines.find('\n')))["plate"], "CD-1");

  const Answer pdf = in.get(path + "/export?format=pdf&fields=plate,km");
  EXPECT_EQ(pdf.field("content-type"), "application/pdf");
  EXPECT_EQ(pdf.body.substr(0, 5), "%PDF-");
  // What a workbook says is read back by the import.
  const Answer book = in.get(path + "/export?format=xlsx&sort=plate&fields=plate,km,price,trailer_of");
  EXPECT_EQ(book.field("content-disposition"), "attachment; filename=\"vehicles.xlsx\"");
  const Json seen = in.request("POST", "/api/v1/imports?entity=fleet.vehicle&file_name=vehicles.xlsx",
                               book.body, {{"Content-Type", "application/octet-stream"}})
                        .json();
  EXPECT_EQ(seen["file"]["kind"], "XLSX");
  EXPECT_EQ(seen["preview"]["headers"],
            Json({"plate", "km", "price", "trailer_of", "Created", "Last change"}))
      << "in words where there are any";
  EXPECT_EQ(seen["preview"]["rows"][0]["cells"][2], "-12.5");
  EXPECT_EQ(seen["preview"]["rows"][1]["cells"][3], "AB-1") << "the title of what a reference points to";

  EXPECT_EQ(in.get(path + "/export?format=doc").code(), "entity.bad_parameter");
  EXPECT_EQ(in.get(path + "/export?page=2").code(), "entity.unknown_parameter");
  EXPECT_EQ(in.get(path + "/export?filter=nothing").code(), "entity.filter_unknown_field");
  EXPECT_EQ(in.anonymous("GET", path + "/export").status, 401);
  EXPECT_EQ(in.sql("SELECT count(*) FROM core_audit WHERE action = 'exported'"), "6\n");
  EXPECT_EQ(in.leftovers(), std::vector<std::string>());
}

}  // namespace
}  // namespace opsflux::system_test
