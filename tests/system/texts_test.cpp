// Texts that an administrator changes while the server runs, seen from outside.
#include <gtest/gtest.h>

#include <algorithm>

#include "host/base/text.hpp"
#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

class Texts : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start();
    in_.install("dossier");
  }

  static std::string path(const std::string& language, const std::string& space, const std::string& key) {
    return "/api/v1/texts/" + language + "/" + space + "/" + key;
  }
  Answer put(const std::string& address, const Json& body) {
    return in_.request("PUT", address, to_text(body), {{"Content-Type", "application/json"}});
  }
  Answer change(const std::string& language, const std::string& space, const std::string& key,
                const std::string& text) {
    return put(path(language, space, key), {{"text", text}});
  }
  Answer reset(const std::string& language, const std::string& space, const std::string& key) {
    return in_.request("DELETE", path(language, space, key));
  }
  Answer import(const std::string& name, const std::string& content) {
    return in_.request("POST", "/api/v1/texts/import?file_name=" + name, content,
                       {{"Content-Type", "application/octet-stream"}});
  }
  Json list(const std::string& query) { return in_.get("/api/v1/texts?" + query).json(); }
  Json entry(const std::string& language, const std::string& space, const std::string& key) {
    const Json found = list("page_size=500&language=" + language + "&namespace=" + space);
    for (const Json& one : found["data"])
      if (one["key"] == key) return one;
    return nullptr;
  }
  Json served(const std::string& language) { return in_.get("/api/v1/app/i18n/" + language).json(); }
  std::string rows() { return std::string(trim(in_.sql("SELECT count(*) FROM core_text"))); }

  Instance in_;
};

TEST_F(Texts, OfModulesServerAndApplicationChangeAtOnceAndStay) {
  const std::string label = "entity.study.field.title.label", full = "dossier." + label;
  const std::string tag = in_.get("/api/v1/app/i18n/fr").field("etag");
  ASSERT_EQ(served("fr")[full], "Intitulé");
  const Answer changed = change("fr", "dossier", label, "Objet");
  ASSERT_EQ(changed.status, 200) << changed.text();
  EXPECT_EQ(changed.json()["state"], "changed");
  EXPECT_EQ(changed.json()["original"], "Intitulé");
  EXPECT_EQ(changed.json()["text"], "Objet");
  ASSERT_EQ(change("fr", "web", "action.save", "Garder").status, 200);
  ASSERT_EQ(change("fr", "core", "errors.auth.required", "Entrez d’abord.").status, 200);
  ASSERT_EQ(change("en", "dossier", "menu.studies", "Inquiries").status, 200);

  const Answer now = in_.get("/api/v1/app/i18n/fr");
  EXPECT_NE(now.field("etag"), tag);
  EXPECT_EQ(now.json()[full], "Objet");
  EXPECT_EQ(now.json()["web.action.save"], "Garder");
  EXPECT_FALSE(served("es").contains("web.action.save"));
  const Json open = in_.anonymous("GET", "/api/v1/app/i18n/fr").json();
  EXPECT_EQ(open["web.action.save"], "Garder") << "for the log-in page";
  EXPECT_FALSE(open.contains(full));
  EXPECT_NE(in_.request("GET", "/api/v1/app", "", {{"Accept-Language", "en"}}).body.find("Inquiries"),
            std::string::npos);
  EXPECT_EQ(in_.get("/api/v1/audit?q=menu.studies").json()["data"][0]["action"], "text.changed");

  ASSERT_EQ(in_.stop(), 0);
  in_.start();
  EXPECT_EQ(served("fr")[full], "Objet");
  EXPECT_EQ(served("fr")["web.action.save"], "Garder");
  EXPECT_EQ(served("fr")["errors.auth.required"], "Entrez d’abord.");

  EXPECT_EQ(reset("fr", "dossier", label).status, 204);
  EXPECT_EQ(reset("fr", "dossier", label).status, 204) << "what is so already";
  EXPECT_EQ(served("fr")[full], "Intitulé");
  EXPECT_EQ(entry("fr", "dossier", label)["override"], nullptr);
}

TEST_F(Texts, RefusalsSayWhatIsWrongAndChangeNothing) {
  const struct {
    const char *space, *key, *text, *code;
  } kCases[] = {
      {"dossier", "menu.studies", "", "text.empty"},
      {"dossier", "menu.studies", "{count}", "text.unknown_variables"},
      {"dossier", "menu.studies", "{", "i18n.malformed"},
      {"dossier", "menu.studies", "a\tb\u0007", "text.control"},
      {"web", "pager.range", "{first} à {last}", "text.lacks_variables"},
      {"web", "pager.range", "{first} à {last} sur {tout}", "text.other_variables"},
      {"core", "errors.custom_field.value_in_use", "{count} : {value}", "text.lacks_forms"},
  };
  for (const auto& one : kCases) {
    const Answer answer = change("fr", one.space, one.key, one.text);
    EXPECT_EQ(answer.status, 422) << one.text << answer.text();
    EXPECT_EQ(answer.code(), one.code) << one.text << answer.text();
    EXPECT_EQ(answer.json()["field"], "text") << answer.text();
  }
  const Answer lacks = change("fr", "web", "pager.range", "{first}");
  EXPECT_EQ(lacks.json()["params"]["missing"], "{last}, {total}") << lacks.text();
  EXPECT_EQ(change("fr", "dossier", "menu.studies", std::string(2001, 'a')).code(), "text.too_long");
  EXPECT_EQ(change("fr", "dossier", "menu.none", "x").status, 404);
  EXPECT_EQ(change("fr", "'; DROP TABLE core_text; --", "x", "x").status / 100, 4);
  EXPECT_EQ(change("de", "dossier", "menu.studies", "x").code(), "text.no_language");
  EXPECT_EQ(reset("fr", "dossier", "menu.none").code(), "text.no_key");
  for (const Json& body : {Json(nullptr), Json("x"), Json{{"text", 1}}, Json{{"text", "x"}, {"more", 1}}})
    EXPECT_EQ(put(path("fr", "dossier", "menu.studies"), body).code(), "text.no_text") << body;
  for (const char* query : {"language=de", "page=0", "page_size=501", "changed=yes", "sort=key"})
    EXPECT_EQ(in_.get(std::string("/api/v1/texts?") + query).status, 400) << query;
  EXPECT_EQ(in_.get("/api/v1/texts/export?format=xlsx").code(), "entity.bad_parameter");
  EXPECT_EQ(rows(), "0");
}

TEST_F(Texts, AreFoundByTheirWordsAndKeys) {
  const Json all = list("language=fr&page_size=10&page=2");
  EXPECT_EQ(all["data"].size(), 10u);
  EXPECT_GT(all["meta"]["total"], 1000) << all["meta"];
  EXPECT_EQ(all["meta"]["pages"], (all["meta"]["total"].get<int>() + 9) / 10);
  const Json& spaces = all["meta"]["namespaces"];
  const auto dossier =
      std::find_if(spaces.begin(), spaces.end(), [](const Json& one) { return one["id"] == "dossier"; });
  ASSERT_NE(dossier, spaces.end());
  EXPECT_EQ((*dossier)["changed"], 0);
  EXPECT_EQ(list("language=fr&namespace=dossier&q=INTITULE")["meta"]["total"], 1)
      << "without case and accents";
  EXPECT_EQ(list("language=fr&namespace=dossier&q=study.field%20title")["meta"]["total"], 1) << "by the key";
  EXPECT_EQ(list("language=fr&namespace=dossier&q=zebra")["meta"]["total"], 0);
  change("fr", "dossier", "menu.studies", "Zèbres");
  EXPECT_EQ(list("language=fr&q=zebre")["meta"]["total"], 1) << "what was put in its place";
  EXPECT_EQ(list("language=fr&changed=true")["meta"]["total"], 1);
  EXPECT_EQ(list("language=es&changed=true")["meta"]["total"], 0);
}

TEST_F(Texts, GoToATranslatorAndComeBack) {
  change("fr", "dossier", "menu.studies", "=Études");
  const Answer csv = in_.get("/api/v1/texts/export?language=fr&changed=true");
  EXPECT_EQ(csv.field("content-disposition"), "attachment; filename=\"texts-fr.csv\"");
  EXPECT_NE(csv.body.find("'=Études"), std::string::npos) << "no spreadsheet may run it: " << csv.body;
  const Json json = in_.get("/api/v1/texts/export?format=json&namespace=dossier").json();
  EXPECT_EQ(json.size(), 4 * list("language=fr&namespace=dossier")["meta"]["total"].get<std::size_t>());
  reset("fr", "dossier", "menu.studies");
  const Answer back = import("back.csv", csv.body);
  ASSERT_EQ(back.status, 200) << back.text();
  EXPECT_EQ(back.json(), Json({{"changed", 1}, {"reset", 0}, {"unchanged", 0}, {"skipped", 0}}));
  EXPECT_EQ(entry("fr", "dossier", "menu.studies")["override"], "=Études");
  const std::string whole = in_.get("/api/v1/texts/export?language=fr&format=json").body;
  EXPECT_EQ(import("whole.json", whole).json()["changed"], 0);

  const Answer refused = import("bad.csv",
                                "language,namespace,key,text\r\n"
                                "fr,dossier,menu.dossier,Chemises\r\n"
                                "fr,web,pager.range,tout\r\n"
                                "fr,dossier,menu.none,x\r\n");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.code(), "text.bad_rows");
  const Json errors = refused.json()["errors"];
  ASSERT_EQ(errors.size(), 2u) << refused.text();
  EXPECT_EQ(errors[0]["params"]["line"], "3");
  EXPECT_EQ(errors[0]["params"]["key"], "pager.range");
  EXPECT_EQ(errors[0]["code"], "text.lacks_variables");
  EXPECT_EQ(errors[1]["params"]["line"], "4");
  EXPECT_EQ(rows(), "1");
  EXPECT_EQ(import("empty.csv", "").code(), "text.no_file");
  EXPECT_EQ(import("other.csv", "a,b\n1,2\n").code(), "text.no_column");
}

TEST_F(Texts, OfAModuleAreKeptUntilItIsPurged) {
  change("fr", "dossier", "menu.studies", "Enquêtes");
  change("fr", "web", "action.save", "Garder");
  in_.operation("uninstall", "dossier", {{"data", "keep"}});
  EXPECT_EQ(entry("fr", "dossier", "menu.studies")["state"], "unused");
  EXPECT_FALSE(served("fr").contains("dossier.menu.studies"));
  EXPECT_EQ(change("fr", "dossier", "menu.studies", "Autre").status, 422);
  in_.install("dossier");
  EXPECT_EQ(served("fr")["dossier.menu.studies"], "Enquêtes");
  in_.operation("uninstall", "dossier", {{"data", "purge"}});
  EXPECT_EQ(entry("fr", "dossier", "menu.studies"), nullptr);
  EXPECT_EQ(rows(), "1");
  in_.install("dossier");
  EXPECT_EQ(served("fr")["dossier.menu.studies"], "Études");
  EXPECT_EQ(served("fr")["web.action.save"], "Garder");
}

}  // namespace
}  // namespace opsflux::system_test
