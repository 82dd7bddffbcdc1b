#include "host/services/i18n/catalog.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "host/base/text.hpp"

namespace opsflux::i18n {
namespace {
namespace fs = std::filesystem;

Json texts(std::string_view json) { return Json::parse(json); }

TEST(Catalog, FallsBackToEnglishAndThenToTheKey) {
  CatalogBuilder builder;
  ASSERT_TRUE(builder.add(Language::kEnglish, texts(R"({"a":"A","b":"B"})"), "", "en.json"));
  ASSERT_TRUE(builder.add(Language::kFrench, texts(R"({"a":"Un"})"), "", "fr.json"));
  const auto catalog = builder.build();
  EXPECT_EQ(catalog->text(Language::kFrench, "a"), "Un");
  EXPECT_EQ(catalog->text(Language::kFrench, "b"), "B");
  EXPECT_EQ(catalog->text(Language::kFrench, "c"), "c");
  EXPECT_FALSE(catalog->has(Language::kFrench, "b"));
}

TEST(Catalog, TranslatesErrorsOfTheCoreAndOfModules) {
  CatalogBuilder builder;
  ASSERT_TRUE(builder.add(Language::kFrench, texts(R"({"errors.store.unique":"{columns} existe déjà."})"), "",
                          "fr.json"));
  const auto core = builder.build();
  CatalogBuilder next(*core);
  ASSERT_TRUE(
      next.add(Language::kFrench, texts(R"({"error.wrong_siret":"SIRET faux."})"), "tiers", "tiers/fr.json"));
  const auto catalog = next.build();
  EXPECT_EQ(
      catalog->sentence(Language::kFrench, Error::conflict("store.unique", "x").with("columns", "siret")),
      "siret existe déjà.");
  EXPECT_EQ(catalog->sentence(Language::kFrench, Error::invalid("tiers.wrong_siret", "x")), "SIRET faux.");
  EXPECT_EQ(catalog->sentence(Language::kFrench, Error::invalid("tiers.other", "As it was said.")),
            "As it was said.");
  EXPECT_EQ(core->sentence(Language::kFrench, Error::invalid("tiers.wrong_siret", "x")),
            "x");  // the earlier one is unchanged
}

TEST(Catalog, OnlyOpenTextsAreForEveryone) {
  CatalogBuilder builder;
  ASSERT_TRUE(builder.add(Language::kEnglish, texts(R"({"errors.a.b":"E"})"), "", "en", Audience::kEveryone));
  ASSERT_TRUE(builder.add(Language::kEnglish, texts(R"({"error.x":"X","entity.user.one":"User"})"),
                          "identity", "en", Audience::kEveryone));
  ASSERT_TRUE(builder.add(Language::kEnglish, texts(R"({"error.y":"Y"})"), "tiers", "en"));
  const auto catalog = builder.build();
  EXPECT_EQ(*catalog->open(Language::kSpanish).json, R"({"errors.a.b":"E","identity.error.x":"X"})");
  EXPECT_EQ(
      *catalog->all(Language::kSpanish).json,
      R"({"errors.a.b":"E","identity.entity.user.one":"User","identity.error.x":"X","tiers.error.y":"Y"})");
  EXPECT_EQ(catalog->all(Language::kSpanish).tag.size(), 32u);
  EXPECT_NE(catalog->all(Language::kSpanish).tag, catalog->open(Language::kSpanish).tag);
}

TEST(Catalog, ATextIsReplacedInOneLanguageOrHandedOutOnly) {
  CatalogBuilder first;
  ASSERT_TRUE(first.add(Language::kEnglish, texts(R"({"a":"A"})"), "tiers", "en"));
  const auto base = first.build();
  CatalogBuilder builder(*base);
  EXPECT_TRUE(builder.replace(Language::kFrench, "tiers.a", "Un"));
  EXPECT_FALSE(builder.replace(Language::kFrench, "tiers.b", "Deux"));
  builder.hand_out(Language::kFrench, "web.c", "Trois");
  const auto catalog = builder.build();
  EXPECT_EQ(*catalog->all(Language::kFrench).json, R"({"tiers.a":"Un","web.c":"Trois"})");
  EXPECT_EQ(*catalog->open(Language::kFrench).json, R"({"web.c":"Trois"})");
  EXPECT_EQ(*catalog->all(Language::kEnglish).json, R"({"tiers.a":"A"})");
  EXPECT_EQ(catalog->find(Language::kFrench, "web.c"), nullptr);
  EXPECT_EQ(base->text(Language::kFrench, "tiers.a"), "A");
}

TEST(Catalog, TextsAreKnownByTheirOwner) {
  CatalogBuilder builder;
  ASSERT_TRUE(builder.add(Language::kEnglish, texts(R"({"errors.a":"A"})"), "", "en"));
  ASSERT_TRUE(builder.add(Language::kEnglish, texts(R"({"b":"B"})"), "tiers", "en"));
  const auto catalog = builder.build();
  std::set<std::string> seen;
  catalog->each([&](const Catalog::Item& item) {
    seen.insert(std::string(item.owner) + "/" + std::string(item.key) + "=" + item.texts[1]);
  });
  EXPECT_EQ(seen, (std::set<std::string>{"/errors.a=A", "tiers/b=B"}));
  EXPECT_NE(catalog->of("tiers", "b"), nullptr);
  EXPECT_EQ(catalog->of("", "tiers.b"), nullptr);
  EXPECT_EQ(catalog->of("errors", "a"), nullptr);
}

TEST(Catalog, RefusesWhatIsNotFlatOrCannotBeRendered) {
  CatalogBuilder builder;
  const auto code = [&](const char* json) {
    return builder.add(Language::kEnglish, texts(json), "m", "m/en.json").error().code;
  };
  EXPECT_EQ(code(R"([1])"), "i18n.not_flat");
  EXPECT_EQ(code(R"({"a":{"b":"c"}})"), "i18n.not_flat");
  EXPECT_EQ(code(R"({"a":""})"), "i18n.not_flat");
  EXPECT_EQ(code(R"({"a":"{"})"), "i18n.malformed");
  ASSERT_TRUE(builder.add(Language::kEnglish, texts(R"({"k":"v"})"), "m", "m/en.json"));
  const auto twice = builder.add(Language::kEnglish, texts(R"({"k":"w"})"), "m", "m/other.json");
  EXPECT_EQ(twice.error().code, "i18n.duplicate");
  EXPECT_EQ(twice.error().field, "m/other.json#k");
}

TEST(Catalog, AFolderMustBeCompleteWhenAsked) {
  const fs::path folder = fs::temp_directory_path() / ("opsflux-i18n-" + to_hex(random_bytes(6)));
  fs::create_directories(folder);
  for (const char* name : {"fr", "en", "es", "pt"})
    std::ofstream(folder / (std::string(name) + ".json")) << R"({"a":"x"})";
  EXPECT_TRUE(CatalogBuilder().add_folder(folder, "", true));
  std::ofstream(folder / "en.json") << R"({"a":"x","b":"y"})";
  const auto missing = CatalogBuilder().add_folder(folder, "", true);
  EXPECT_EQ(missing.error().code, "i18n.missing_key");
  EXPECT_EQ(missing.error().params.back().second, "fr");
  EXPECT_TRUE(CatalogBuilder().add_folder(folder, "", false));
  fs::remove(folder / "es.json");
  EXPECT_EQ(CatalogBuilder().add_folder(folder, "", true).error().code, "file.missing");
  EXPECT_TRUE(CatalogBuilder().add_folder(folder, "", false));
  std::ofstream(folder / "pt.json") << "{";
  EXPECT_EQ(CatalogBuilder().add_folder(folder, "", false).error().code, "json.syntax");
  fs::remove_all(folder);
}

TEST(Translator, ReadersKeepTheCatalogueTheyTook) {
  CatalogBuilder first, second;
  ASSERT_TRUE(first.add(Language::kEnglish, texts(R"({"a":"1"})"), "", "en"));
  ASSERT_TRUE(second.add(Language::kEnglish, texts(R"({"a":"2"})"), "", "en"));
  Translator translator(first.build());
  const auto taken = translator.catalog();
  std::thread reader([&] {
    for (int i = 0; i < 1000; ++i) EXPECT_NE(translator.catalog()->find(Language::kEnglish, "a"), nullptr);
  });
  translator.publish(second.build());
  reader.join();
  EXPECT_EQ(taken->text(Language::kEnglish, "a"), "1");
  EXPECT_EQ(translator.catalog()->text(Language::kEnglish, "a"), "2");
}

}  // namespace
}  // namespace opsflux::i18n
