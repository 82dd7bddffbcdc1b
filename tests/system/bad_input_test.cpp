// What REST refuses: a table of wrong requests, each with the code, the status and the field of its answer.
#include <gtest/gtest.h>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

class BadInput : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    instance_ = std::make_unique<Instance>();
    instance_->start();
    instance_->install("fleet_1_0");
    const Answer made = instance_->post("/api/v1/fleet/vehicles", {{"plate", "TAKEN"}, {"name", "first"}});
    id_ = get_string_or(made.json(), "id", "");
  }
  static void TearDownTestSuite() { instance_.reset(); }
  void TearDown() override {
    const Answer one = instance_->get(kPath + "/" + id_);
    EXPECT_EQ(one.status, 200) << "the server does not answer any more: " << one.text();
    EXPECT_EQ(instance_->sql("SELECT count(*) FROM " + std::string(on_postgresql() ? "m_fleet." : "") +
                             "fleet_vehicle"),
              "1\n");
  }

  // The field of the answer, or of its first cause.
  static std::string field_of(const Json& problem) {
    const std::string own = get_string_or(problem, "field", "");
    if (!own.empty() || !problem.is_object()) return own;
    const Json causes = problem.value("errors", Json::array());
    return causes.empty() ? "" : get_string_or(causes[0], "field", "");
  }
  static std::string code_of(const Json& problem) {
    const std::string own = get_string_or(problem, "code", "");
    if (own != "entity.invalid") return own;
    return get_string_or(problem["errors"][0], "code", "");
  }
  static void expect(const Answer& answer, int status, const std::string& code, const std::string& field,
                     const std::string& of) {
    const Json problem = answer.json();
    EXPECT_EQ(answer.status, status) << of << ": " << answer.text();
    EXPECT_EQ(answer.field("content-type").substr(0, 24), "application/problem+json") << of;
    EXPECT_EQ(code_of(problem), code) << of << ": " << answer.text();
    EXPECT_EQ(field_of(problem), field) << of << ": " << answer.text();
    EXPECT_FALSE(get_string_or(problem, "detail", "").empty()) << of;
  }

  static inline const std::string kPath = "/api/v1/fleet/vehicles";
  static inline std::unique_ptr<Instance> instance_;
  static inline std::string id_;
};

TEST_F(BadInput, InABodyIsToldWithCodeAndField) {
  struct Case {
    std::string body;
    int status;
    const char *code, *field;
  };
  const Case cases[] = {
      {"", 415, "http.json_expected", ""},
      {"{", 400, "json.syntax", ""},
      {"{\"plate\":\"A\"} x", 400, "json.syntax", ""},
      {"{\"plate\":\"A\",\"plate\":\"B\"}", 400, "json.duplicate_name", "plate"},
      {"{\"plate\":\"\xc3\x28\"}", 400, "json.not_utf8", ""},
      {"{\"plate\":\"A\",\"data\":" + nested(200) + "}", 400, "json.too_deep", ""},
      {"{\"plate\":\"A\",\"km\":1e999}", 400, "json.syntax", ""},
      {"[]", 400, "entity.not_object", ""},
      {"null", 400, "entity.not_object", ""},
      {"{}", 422, "entity.required", "plate"},
      {R"({"plate":null})", 422, "entity.required", "plate"},
      {R"({"plate":7})", 422, "entity.wrong_type", "plate"},
      {R"({"plate":"A","colour":"red"})", 422, "entity.unknown_field", "colour"},
      {R"({"plate":"A","id":"x"})", 422, "entity.system_field", "id"},
      {R"({"plate":"A","version":3})", 422, "entity.system_field", "version"},
      {"{\"plate\":\"" + std::string(21, 'x') + "\"}", 422, "entity.too_long", "plate"},
      {R"({"plate":"A\u0000B"})", 422, "entity.nul_character", "plate"},
      {R"({"plate":"A","km":"many"})", 422, "entity.wrong_type", "km"},
      {R"({"plate":"A","km":1.5})", 422, "entity.wrong_type", "km"},
      {R"({"plate":"A","km":-1})", 422, "entity.too_small", "km"},
      {R"({"plate":"A","km":2000000000000})", 422, "entity.too_large", "km"},
      {R"({"plate":"A","km":9223372036854775808})", 422, "entity.wrong_type", "km"},
      {R"({"plate":"A","km":100000000000000000000000})", 422, "entity.wrong_type", "km"},
      {R"({"plate":"A","price":"12.345"})", 422, "entity.not_decimal", "price"},
      {R"({"plate":"A","price":"12345678901.00"})", 422, "entity.not_decimal", "price"},
      {R"({"plate":"A","price":"a lot"})", 422, "entity.not_decimal", "price"},
      {R"({"plate":"A","leased":"yes"})", 422, "entity.wrong_type", "leased"},
      {R"({"plate":"A","kind":"boat"})", 422, "entity.not_in_list", "kind"},
      {R"({"plate":"A","bought_on":"2026-02-30"})", 422, "entity.not_date", "bought_on"},
      {R"({"plate":"A","bought_on":20260101})", 422, "entity.wrong_type", "bought_on"},
      {R"({"plate":"A","checked_at":"yesterday"})", 422, "entity.not_datetime", "checked_at"},
      {R"({"plate":"A","checked_at":"2026-01-01T25:00:00Z"})", 422, "entity.not_datetime", "checked_at"},
      {R"({"plate":"A","contact":"nobody"})", 422, "entity.not_email", "contact"},
      {R"({"plate":"A","country":"XX"})", 422, "entity.not_country", "country"},
      {R"({"plate":"A","tags":"a"})", 422, "entity.wrong_type", "tags"},
      {R"({"plate":"A","tags":["a","b","c","d"]})", 422, "entity.too_many_items", "tags"},
      {R"({"plate":"A","trailer_of":"Nobody"})", 422, "entity.not_reference", "trailer_of"},
      {R"({"plate":"A","trailer_of":"01a1fd50-9055-7667-a272-aa261c37a515"})", 422, "entity.no_reference",
       "trailer_of"},
      {R"({"plate":"TAKEN"})", 409, "entity.not_unique", "plate"},
      {"{\"plate\":\"A\",\"name\":\"" + std::string(2 << 20, 'x') + "\"}", 413, "http.body_too_large", ""},
  };
  for (const Case& wrong : cases)
    expect(instance_->request("POST", kPath, wrong.body), wrong.status, wrong.code, wrong.field,
           wrong.body.substr(0, 80));
}

TEST_F(BadInput, InAListsParametersIsToldWithCodeAndField) {
  struct Case {
    std::string query;  // not yet encoded: name=value
    int status;
    const char *code, *field;
  };
  std::string deep = "true";
  for (int i = 0; i < 300; ++i) deep = "!(" + deep + ")";
  const Case cases[] = {
      {"colour=red", 400, "entity.unknown_parameter", "colour"},
      {"page=none", 400, "entity.bad_parameter", "page"},
      {"page=0", 422, "entity.bad_page", "page"},
      {"page=99999999999999999999", 400, "entity.bad_parameter", "page"},
      {"page_size=100000", 422, "entity.bad_page_size", "page_size"},
      {"page_size=-1", 422, "entity.bad_page_size", "page_size"},
      {"cursor=rubbish", 422, "entity.bad_cursor", "cursor"},
      {"sort=colour", 422, "entity.unknown_field", "sort"},
      {"sort=plate; DROP TABLE fleet_vehicle", 422, "entity.unknown_field", "sort"},
      {"fields=plate,colour", 422, "entity.unknown_field", "fields"},
      {"totals=sum:name", 422, "entity.bad_total", "totals"},
      {"deleted=perhaps", 400, "entity.bad_parameter", "deleted"},
      {"filter=colour == \"red\"", 422, "entity.filter_unknown_field", "filter"},
      {"filter=plate ==", 400, "entity.filter_syntax", "filter"},
      {"filter=plate == 'x'; DROP TABLE fleet_vehicle; --", 400, "entity.filter_syntax", "filter"},
      {"filter=1=1", 400, "entity.filter_syntax", "filter"},
      {"filter=km > \"many\"", 422, "entity.filter_type", "filter"},
      {"filter=km > 9223372036854775808", 400, "entity.filter_syntax", "filter"},
      {"filter=plate.sleep(10)", 422, "entity.filter_unknown_function", "filter"},
      {"filter=" + deep, 422, "entity.filter_limit", "filter"},
      {"filter=" + std::string("plate == \"\xc3\x28\""), 400, "http.target_malformed", ""},
  };
  for (const Case& wrong : cases) {
    const auto equals = wrong.query.find('=');
    const std::string query =
        wrong.query.substr(0, equals) + "=" + percent_encode(wrong.query.substr(equals + 1));
    expect(instance_->get(kPath + "?" + query), wrong.status, wrong.code, wrong.field,
           wrong.query.substr(0, 80));
  }
}

TEST_F(BadInput, SqlInAValueIsAValue) {
  const std::string injection = "x'; DROP TABLE fleet_vehicle; --";
  const Answer none = instance_->get(kPath + "?filter=" + percent_encode("name == \"" + injection + "\""));
  EXPECT_EQ(none.status, 200) << none.text();
  EXPECT_EQ(none.json()["meta"]["total"], 0);
  EXPECT_EQ(instance_->get(kPath + "?q=" + percent_encode(injection)).status, 200);
}

TEST_F(BadInput, AWrongETagGetsTheCurrentRecord) {
  const std::string path = kPath + "/" + id_;
  const Answer old = instance_->request("PATCH", path, R"({"name":"second"})", {{"If-Match", "\"99\""}});
  expect(old, 412, "entity.version_conflict", "", "old ETag");
  EXPECT_EQ(get_string_or(old.json().value("current", Json::object()), "name", ""), "first") << old.text();
  expect(instance_->request("PATCH", path, R"({"name":"second"})", {{"If-Match", "three"}}), 400,
         "entity.bad_if_match", "If-Match", "no ETag");
  expect(instance_->request("DELETE", path, "", {{"If-Match", "\"99\""}}), 412, "entity.version_conflict", "",
         "delete");
}

TEST_F(BadInput, WhatIsNotThereIsNotFound) {
  expect(instance_->get(kPath + "/01a1fd50-9055-7667-a272-aa261c37a515"), 404, "entity.no_record", "",
         "no record");
  expect(instance_->get(kPath + "/%27%20OR%201=1"), 404, "entity.no_record", "", "SQL as id");
  expect(instance_->get("/api/v1/fleet/boats"), 404, "http.no_route", "", "no entity");
  expect(instance_->request("PUT", kPath, "{}"), 405, "http.method_not_allowed", "", "no method");
  expect(instance_->get("/api/v1/modules/plans/zz"), 404, "module.no_plan", "", "no plan");
  expect(instance_->get("/api/v1/modules/nothing"), 404, "module.not_installed", "", "no module");
  expect(instance_->get("/api/v1/modules/operations/1"), 404, "module.no_operation", "", "no operation");
}

}  // namespace
}  // namespace opsflux::system_test
