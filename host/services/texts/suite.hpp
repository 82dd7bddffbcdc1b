// What changed texts promise, on either database. Included by texts_test.cpp (SQLite) and texts_db_test.cpp
// (PostgreSQL).
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/base/ids.hpp"
#include "host/base/text.hpp"
#include "host/services/texts/text_file.hpp"
#include "host/store/migrations.hpp"
#include "host/store/scratch.hpp"
#include "host/tabular/table_writer.hpp"

namespace opsflux::texts {

using i18n::Language;

class TextsSuite : public ::testing::TestWithParam<bool> {
 protected:
  TextsSuite()
      : folder_(std::filesystem::temp_directory_path() / ("opsflux-texts-" + to_hex(random_bytes(6)))) {
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
    migrate("entities", kHost / "entities/migrations");
    migrate("texts", kHost / "services/texts/migrations");
    ada_.user_id = "ada";
    open();
  }
  ~TextsSuite() override {
    texts_.reset();
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
  store::MigrationSet set_of(const std::filesystem::path& folder) {
    return must(store::MigrationSet::from_folder(folder, database_->dialect()));
  }
  void migrate(const char* owner, const std::filesystem::path& folder) {
    must(store::MigrationRunner(*database_, clock_).up({owner, false}, set_of(folder)));
  }

  // As the server starts: what is stored is read.
  void open(const std::string& company = "Entreprise") {
    texts_ = must(Texts::open({*database_, audit_, clock_, translator_, hub_}, web()));
    texts_->take_files(files(company));
  }
  static void add(i18n::CatalogBuilder& builder, Language language, const std::string& owner,
                  const Json& texts, i18n::Audience audience = i18n::Audience::kSignedIn) {
    ASSERT_TRUE(builder.add(language, texts, owner, owner, audience));
  }
  static std::shared_ptr<const i18n::Catalog> files(const std::string& company = "Entreprise") {
    i18n::CatalogBuilder builder;
    add(builder, Language::kEnglish, "",
        {{"errors.a.b", "{n, plural, one{# row} other{# rows}} lost"}, {"only.english", "As it is"}},
        i18n::Audience::kEveryone);
    add(builder, Language::kFrench, "",
        {{"errors.a.b", "{n, plural, one{# ligne} other{# lignes}} en moins"}}, i18n::Audience::kEveryone);
    add(builder, Language::kEnglish, "tiers", {{"company.one", "Company"}, {"company.many", "Companies"}});
    if (!company.empty()) add(builder, Language::kFrench, "tiers", {{"company.one", company}});
    return builder.build();
  }
  static std::shared_ptr<const i18n::Catalog> web() {
    i18n::CatalogBuilder builder;
    add(builder, Language::kEnglish, "web", {{"action.save", "Save"}, {"state", "{count} of {total}"}});
    add(builder, Language::kFrench, "web",
        {{"action.save", "Enregistrer"}, {"state", "{count} sur {total}"}});
    return builder.build();
  }

  static TextId id(const std::string& space, const std::string& key, Language language = Language::kFrench) {
    return {space, key, language};
  }
  Result<ChangeCounts> put(const TextId& which, const std::string& text) {
    return texts_->change({{which, text}}, ada_);
  }
  Result<ChangeCounts> reset(const TextId& which) { return texts_->change({{which, std::nullopt}}, ada_); }
  std::string shown(std::string_view key, Language language = Language::kFrench) const {
    return translator_.catalog()->text(language, key);
  }
  Json served(Language language) const { return Json::parse(*translator_.catalog()->all(language).json); }
  std::string audited() const {
    std::string out;
    EXPECT_TRUE(database_->read([&](store::Session& session) {
      return session.query("SELECT action, entity, record_id FROM core_audit ORDER BY id", {},
                           [&](const store::Row& row) {
                             out += row.string(0) + " " + row.string(1) + " " + row.string(2) + "\n";
                             return true;
                           });
    }));
    return out;
  }

  Result<TextFile> read(const std::string& name, const std::string& content) {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return read_file(folder_ / name, name);
  }
  Result<ChangeCounts> import(const std::string& name, const std::string& content) {
    TRY_ASSIGN(file, read(name, content));
    return texts_->change(file.wanted, ada_, std::move(file.refused));
  }
  static std::string param(const Error& error, std::string_view name) {
    for (const auto& [key, value] : error.params)
      if (key == name) return value;
    return {};
  }

  inline static const std::filesystem::path kHost =
      std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();

  std::filesystem::path folder_;
  SystemClock clock_;
  IdSource ids_{clock_};
  std::unique_ptr<store::Database> beside_, database_;
  std::optional<store::ScratchDatabase> scratch_;
  entities::Audit audit_{clock_, ids_};
  i18n::Translator translator_{std::make_shared<const i18n::Catalog>()};
  live::LiveHub hub_;
  std::unique_ptr<Texts> texts_;
  Caller ada_;
};

TEST_P(TextsSuite, AChangedTextIsShownAtOnceAndAfterAStart) {
  ASSERT_TRUE(put(id("tiers", "company.one"), "Société"));
  EXPECT_EQ(shown("tiers.company.one"), "Société");
  EXPECT_EQ(shown("tiers.company.one", Language::kEnglish), "Company");
  EXPECT_EQ(served(Language::kFrench)["tiers.company.one"], "Société");
  open();
  EXPECT_EQ(shown("tiers.company.one"), "Société");
  ASSERT_TRUE(reset(id("tiers", "company.one")));
  EXPECT_EQ(shown("tiers.company.one"), "Entreprise");
  open();
  EXPECT_EQ(shown("tiers.company.one"), "Entreprise");
  EXPECT_EQ(audited(),
            "text.changed text fr/tiers/company.one\n"
            "text.reset text fr/tiers/company.one\n");
}

TEST_P(TextsSuite, AChangedEnglishTextStandsInForWhatIsNotTranslated) {
  ASSERT_TRUE(put(id("tiers", "company.many", Language::kEnglish), "Firms"));
  EXPECT_EQ(shown("tiers.company.many"), "Firms");
  ASSERT_TRUE(put(id("tiers", "company.many"), "Sociétés"));
  EXPECT_EQ(shown("tiers.company.many"), "Sociétés");
  EXPECT_EQ(shown("tiers.company.many", Language::kSpanish), "Firms");
}

TEST_P(TextsSuite, TextsOfTheApplicationAreHandedOutWhereTheyAreChanged) {
  EXPECT_FALSE(served(Language::kFrench).contains("web.action.save"));
  ASSERT_TRUE(put(id("web", "action.save"), "Sauvegarder"));
  EXPECT_EQ(served(Language::kFrench)["web.action.save"], "Sauvegarder");
  EXPECT_EQ(Json::parse(*translator_.catalog()->open(Language::kFrench).json)["web.action.save"],
            "Sauvegarder")
      << "the log-in page has words too";
  EXPECT_FALSE(served(Language::kSpanish).contains("web.action.save"));
  ASSERT_TRUE(put(id("web", "action.save", Language::kEnglish), "Keep"));
  EXPECT_FALSE(served(Language::kSpanish).contains("web.action.save")) << "it has its own Spanish text";
  EXPECT_EQ(translator_.catalog()->find(Language::kFrench, "web.action.save"), nullptr);
}

TEST_P(TextsSuite, WhatDoesNotFitIsRefusedAndNothingChanges) {
  const auto lacks = put(id("core", "errors.a.b"), "{n} lignes");
  ASSERT_FALSE(lacks);
  EXPECT_EQ(lacks.error().code, "text.lacks_forms");
  EXPECT_EQ(put(id("web", "state"), "{count}").error().code, "text.lacks_variables");
  EXPECT_EQ(put(id("tiers", "company.two"), "x").error().code, "text.no_key");
  EXPECT_EQ(put(id("core", "tiers.company.one"), "x").error().code, "text.no_key");
  EXPECT_EQ(put(id("boats", "company.one"), "x").error().code, "text.no_key");
  EXPECT_EQ(texts_->find(id("boats", "a")).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(audited(), "");
}

TEST_P(TextsSuite, TheOriginalsTextIsNoChange) {
  EXPECT_EQ(put(id("tiers", "company.one"), "Entreprise")->unchanged, 1);
  ASSERT_TRUE(put(id("tiers", "company.one"), "Société"));
  EXPECT_EQ(put(id("tiers", "company.one"), "Société")->unchanged, 1);
  EXPECT_EQ(put(id("tiers", "company.one"), "Entreprise")->reset, 1);
  EXPECT_FALSE(texts_->find(id("tiers", "company.one"))->override);
}

TEST_P(TextsSuite, AnUpgradeKeepsWhatWasChanged) {
  ASSERT_TRUE(put(id("tiers", "company.one"), "Société"));
  ASSERT_TRUE(put(id("tiers", "company.many"), "Sociétés"));
  texts_->take_files(files("Entreprise ou groupe"));
  EXPECT_EQ(shown("tiers.company.one"), "Société");
  EXPECT_EQ(texts_->find(id("tiers", "company.one"))->original, "Entreprise ou groupe");
  // The key is gone, and comes back.
  i18n::CatalogBuilder less;
  add(less, Language::kEnglish, "tiers", {{"company.many", "{count} companies"}});
  texts_->take_files(less.build());
  const auto gone = texts_->find(id("tiers", "company.one"));
  ASSERT_TRUE(gone);
  EXPECT_EQ(gone->state, TextState::kUnused);
  const auto unfit = texts_->find(id("tiers", "company.many"));
  EXPECT_EQ(unfit->state, TextState::kUnfit);
  EXPECT_EQ(unfit->problem->code, "text.lacks_variables");
  EXPECT_EQ(shown("tiers.company.many"), "{count} companies") << "the variable is not lost";
  const auto all = texts_->all(Language::kFrench);
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const Text& text) { return text.override; }), 2);
  texts_->take_files(files());
  EXPECT_EQ(shown("tiers.company.one"), "Société");
  texts_->take_files(less.build());
  ASSERT_TRUE(reset(id("tiers", "company.one"))) << "what is without use can be given up";
  EXPECT_FALSE(texts_->find(id("tiers", "company.one")));
}

TEST_P(TextsSuite, PurgingAModuleForgetsItsTextsOnly) {
  ASSERT_TRUE(put(id("tiers", "company.one"), "Société"));
  ASSERT_TRUE(put(id("web", "action.save"), "Sauvegarder"));
  ASSERT_TRUE(database_->write_now(
      [&](store::Transaction& transaction) { return texts_->forget(transaction, "tiers"); }));
  EXPECT_FALSE(texts_->find(id("tiers", "company.one"))->override);
  open();
  EXPECT_FALSE(texts_->find(id("tiers", "company.one"))->override);
  EXPECT_TRUE(texts_->find(id("web", "action.save"))->override);
}

TEST_P(TextsSuite, FilesGoOutAndComeBackTheSame) {
  ASSERT_TRUE(put(id("tiers", "company.one"), "=SUM(A1) \"et\" ; '+"));
  ASSERT_TRUE(put(id("web", "action.save"), "deux\nlignes"));
  const auto all = texts_->all(Language::kFrench);
  const std::string csv = to_csv(all, ';'), json = to_json_rows(all);
  EXPECT_NE(csv.find("\"'=SUM(A1)"), std::string::npos) << csv;
  EXPECT_EQ(Json::parse(json).size(), all.size());
  for (const auto& [name, content] : {std::pair{"a.csv", csv}, std::pair{"a.json", json}}) {
    const auto counts = import(name, content);
    ASSERT_TRUE(counts) << describe(counts.error());
    EXPECT_EQ(counts->unchanged, static_cast<std::int64_t>(all.size())) << name;
  }
  ASSERT_TRUE(reset(id("tiers", "company.one")));
  ASSERT_TRUE(reset(id("web", "action.save")));
  const auto counts = import("a.csv", csv);
  EXPECT_EQ(counts->changed, 2);
  EXPECT_EQ(texts_->find(id("tiers", "company.one"))->override->text, "=SUM(A1) \"et\" ; '+");
  EXPECT_EQ(texts_->find(id("web", "action.save"))->override->text, "deux\nlignes");
}

TEST_P(TextsSuite, AnImportIsTakenOverWhollyOrNotAtAll) {
  const auto refused = import("t.csv",
                              "language,namespace,key,note,text\n"
                              "fr,tiers,company.one,,Société\n"
                              "fr,tiers,company.ten,,Dix\n"
                              "de,tiers,company.one,,Firma\n"
                              "fr,web,state,,{count}\n"
                              "fr,tiers,company.one,,Firme\n"
                              "fr,core\n"
                              "fr,web,action.save,,\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "text.bad_rows");
  std::string told;
  for (const Error& cause : refused.error().causes)
    told += param(cause, "line") + " " + param(cause, "key") + " " + cause.code + "\n";
  EXPECT_EQ(told,
            "3 company.ten text.no_key\n"
            "4 company.one text.no_language\n"
            "5 state text.lacks_variables\n"
            "6 company.one text.twice\n"
            "7  table.ragged_row\n");
  EXPECT_EQ(shown("tiers.company.one"), "Entreprise");
  EXPECT_EQ(audited(), "");

  const auto taken =
      read("t.json", R"([{"language":"fr","namespace":"tiers","key":"company.one","text":"Société"},
    {"language":"fr","namespace":"web","key":"action.save","text":null}])");
  ASSERT_TRUE(taken) << describe(taken.error());
  EXPECT_EQ(taken->skipped, 1);
  EXPECT_EQ(texts_->change(taken->wanted, ada_)->changed, 1);
  EXPECT_EQ(shown("tiers.company.one"), "Société");
}

TEST_P(TextsSuite, AWorkbookIsTakenBackToo) {
  const auto book = folder_ / "t.xlsx";
  std::vector<tabular::OutputColumn> columns;
  for (const char* name : {"key", "text", "namespace", "language"}) columns.push_back({name, "", 0});
  auto writer = must(tabular::create_table(book, tabular::OutputKind::kXlsx, std::move(columns)));
  for (const auto& [key, text] : {std::pair<std::string, tabular::Cell>{"company.one", std::string("'=A1")},
                                  {"company.many", tabular::Number{"12"}}}) {
    const tabular::Cell cells[] = {key, text, std::string("tiers"), std::string("fr")};
    ASSERT_TRUE(writer->row(cells));
  }
  ASSERT_TRUE(writer->finish());
  const auto file = read_file(book, "t.xlsx");
  ASSERT_TRUE(file) << describe(file.error());
  ASSERT_TRUE(texts_->change(file->wanted, ada_));
  EXPECT_EQ(shown("tiers.company.one"), "'=A1") << "only CSV has guards";
  EXPECT_EQ(shown("tiers.company.many"), "12");
}

TEST_P(TextsSuite, FilesThatAreNoneAreRefused) {
  EXPECT_EQ(import("a.csv", "language,key,text\nfr,a,b\n").error().code, "text.no_column");
  EXPECT_EQ(param(import("a.csv", "language,key,text\nfr,a,b\n").error(), "column"), "namespace");
  EXPECT_EQ(import("a.json", R"([{"a":}])").error().code, "table.bad_json");
  EXPECT_EQ(import("a.csv", "").error().code, "table.no_header");
  const auto flag =
      import("a.json", R"([{"language":"fr","namespace":"tiers","key":"company.one","text":true}])");
  EXPECT_EQ(flag.error().causes.front().code, "text.not_text");
}

TEST_P(TextsSuite, ChangesAtTheSameTimeAreAllKept) {
  std::vector<std::thread> threads;
  const std::pair<std::string, std::string> keys[] = {
      {"tiers", "company.one"}, {"tiers", "company.many"}, {"web", "action.save"}, {"core", "only.english"}};
  for (const auto& [space, key] : keys)
    threads.emplace_back([&, space = space, key = key] {
      for (int i = 0; i < 5; ++i) EXPECT_TRUE(put(id(space, key), "text " + std::to_string(i)));
    });
  std::thread reader([&] {
    for (int i = 0; i < 200; ++i) EXPECT_FALSE(shown("tiers.company.one").empty());
  });
  for (std::thread& thread : threads) thread.join();
  reader.join();
  for (const auto& [space, key] : keys) EXPECT_EQ(texts_->find(id(space, key))->override->text, "text 4");
  EXPECT_EQ(shown("tiers.company.many"), "text 4");
}

TEST_P(TextsSuite, TheMigrationGoesDownAndUp) {
  texts_.reset();
  const auto set = set_of(kHost / "services/texts/migrations");
  store::MigrationRunner runner(*database_, clock_);
  ASSERT_TRUE(runner.down({"texts", false}, 0));
  EXPECT_FALSE(Texts::open({*database_, audit_, clock_, translator_, hub_}, web()));
  ASSERT_TRUE(runner.up({"texts", false}, set));
  EXPECT_TRUE(Texts::open({*database_, audit_, clock_, translator_, hub_}, web()));
}

}  // namespace opsflux::texts
