// Tests only: fields that name files, and what becomes of these with the record.
#pragma once

#include "host/entities/engine_suite_files.hpp"
#include "host/entities/export.hpp"
#include "host/entities/history.hpp"
#include "host/entities/importer.hpp"
#include "host/entities/merge.hpp"

namespace opsflux::entities {

TEST_P(EngineSuiteFiles, FieldsNameFiles) {
  const std::string photo = upload(ada_, "me.png", png(64, 48)), paper = upload(ada_, "p.txt", "paper"),
                    other = upload(ada_, "q.txt", "quite");
  EXPECT_EQ(set(ada_, report_, {{"photo", photo}, {"papers", {paper, other, paper}}}), "ok");
  const Json record = report(report_);
  EXPECT_EQ(record["photo"], photo);
  EXPECT_EQ(record["papers"], Json({paper, other}));
  EXPECT_EQ(record["_files"]["photo"], Json({{"id", photo},
                                             {"name", "me.png"},
                                             {"type", "image/png"},
                                             {"size", 100},
                                             {"width", 64},
                                             {"height", 48}}));
  ASSERT_EQ(record["_files"]["papers"].size(), 2U);
  EXPECT_EQ(record["_files"]["papers"][1]["name"], "q.txt");
  EXPECT_FALSE(record["_files"].contains("contract"));
  EXPECT_EQ(content(guest_, report_, paper), "paper");
  EXPECT_EQ(attachments(ada_, report_).size(), 0U) << "they are no attachments";
  ListQuery query;
  query.filter = "photo != null && size(papers) == 2";
  const Json list = Json::parse(*must(engine_->list(world_, reports(), guest_, query)));
  ASSERT_EQ(list["data"].size(), 1U);
  EXPECT_EQ(list["data"][0]["_files"], record["_files"]);
}

TEST_P(EngineSuiteFiles, FieldsTakeOnlyWhatTheyAccept) {
  EXPECT_EQ(set(ada_, report_, {{"photo", upload(ada_, "a.txt", "text")}}), "entity.not_an_image");
  EXPECT_EQ(
      set(ada_, report_, {{"photo", upload(ada_, "a.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")}}),
      "entity.not_an_image");
  EXPECT_EQ(set(ada_, report_, {{"photo", upload(ada_, "a.png", png(1, 1, 2001))}}), "entity.file_size");
  EXPECT_EQ(set(ada_, report_, {{"photo", upload(ada_, "a.png", png(1, 1, 2000))}}), "ok");
  EXPECT_EQ(set(ada_, report_, {{"contract", upload(ada_, "a.png", png(1, 1))}}), "entity.file_type");
  EXPECT_EQ(set(ada_, report_, {{"contract", upload(ada_, "a.csv", "a,b\n1,2\n")}}), "ok");
  EXPECT_EQ(set(bob_, report_, {{"contract", upload(ada_, "a.txt", "text")}}), "entity.no_file");
  EXPECT_EQ(set(ada_, report_, {{"contract", "../../etc/passwd"}}), "entity.not_file");
  EXPECT_EQ(set(ada_, report_, {{"papers", {"x"}}}), "entity.not_file");
  EXPECT_EQ(set(ada_, report_, {{"papers", "x"}}), "entity.wrong_type");
  Json four = Json::array();
  for (int i = 0; i < 4; ++i) four.push_back(upload(ada_, "a.txt", "text"));
  EXPECT_EQ(set(ada_, report_, {{"papers", four}}), "entity.too_many_items");
  const std::string twice = upload(ada_, "a.txt", "text");
  EXPECT_EQ(set(ada_, report_, {{"contract", twice}, {"papers", {twice}}}), "entity.no_file")
      << "a file has one place";
}

TEST_P(EngineSuiteFiles, AHiddenFieldsFileIsHidden) {
  const std::string file = upload(admin_, "s.txt", "secret");
  ASSERT_EQ(set(admin_, report_, {{"secret", file}}), "ok");
  EXPECT_EQ(content(admin_, report_, file), "secret");
  EXPECT_EQ(content(ada_, report_, file), "file.not_found");
  EXPECT_EQ(set(ada_, report_, {{"contract", file}}), "entity.no_file") << "nor can it be moved into sight";
  std::string text;
  done(Result<void>(engine_->read(world_, reports(), ada_, report_, {}, text).map([](std::int64_t) {})));
  EXPECT_EQ(text.find("s.txt"), std::string::npos);
}

TEST_P(EngineSuiteFiles, EarlierVersionsKeepTheirFiles) {
  const std::string old = upload(ada_, "old.txt", "old"), young = upload(bob_, "new.txt", "new");
  ASSERT_EQ(set(ada_, report_, {{"contract", old}}), "ok");
  ASSERT_EQ(set(bob_, report_, {{"contract", young}}), "ok");
  clock_.now_ += 400 * kDay;
  EXPECT_EQ(prune(), 0U);
  EXPECT_EQ(content(bob_, report_, old), "old") << "who sees the version sees its file";
  std::string version;
  done(History(*engine_).version(world_, reports(), bob_, report_, 2, version));
  EXPECT_EQ(Json::parse(version)["_files"]["contract"]["name"], "old.txt");
  EXPECT_EQ(run(bob_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(History(*engine_).restore(context, reports(), report_, 2, 0));
                  return {};
                }),
            "ok");
  EXPECT_EQ(report(report_)["contract"], old);
  EXPECT_NE(trail(report_).find("\"names\""), std::string::npos);
  EXPECT_NE(trail(report_).find("new.txt"), std::string::npos);
  clock_.now_ += 2 * kDay;
  EXPECT_EQ(prune(true), 1U) << "once the trail forgets the version, its file goes";
  EXPECT_EQ(content(bob_, report_, young), "file.not_found");
  EXPECT_EQ(content(bob_, report_, old), "old");
}

TEST_P(EngineSuiteFiles, ACloneHasFilesOfItsOwn) {
  const std::string photo = upload(ada_, "me.png", png(64, 48)), paper = upload(ada_, "p.txt", "paper"),
                    mine = upload(bob_, "m.txt", "mine");
  ASSERT_EQ(set(ada_, report_, {{"photo", photo}, {"papers", {paper}}}), "ok");
  std::string copy;
  ASSERT_EQ(run(bob_,
                [&](WriteContext& context) -> Result<void> {
                  TRY_ASSIGN(made, engine_->clone(context, reports(), report_, {{"papers", {mine}}}));
                  copy = made.id;
                  return {};
                }),
            "ok");
  const Json record = report(copy);
  EXPECT_NE(record["photo"], photo);
  EXPECT_EQ(record["_files"]["photo"]["name"], "me.png");
  EXPECT_EQ(record["papers"], Json({mine}));
  EXPECT_EQ(content(guest_, copy, record["photo"]), png(64, 48));
  ASSERT_EQ(set(ada_, report_, {{"photo", nullptr}}), "ok");
  EXPECT_EQ(content(guest_, copy, record["photo"]), png(64, 48));
}

TEST_P(EngineSuiteFiles, AMergeMovesFilesAndItsUndoBack) {
  const std::string other = make(ada_, {{"name", "B"}});
  const std::string attached = upload(ada_, "a.txt", "attached"),
                    contract = upload(ada_, "c.txt", "contract");
  attach(ada_, other, {attached});
  ASSERT_EQ(set(ada_, other, {{"contract", contract}}), "ok");
  ASSERT_EQ(run(ada_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(Merger(*engine_).merge(context, reports(), report_,
                                             {{"from", other}, {"values", {{"contract", contract}}}}));
                  return {};
                }),
            "ok");
  EXPECT_EQ(content(ada_, report_, attached), "attached");
  const std::string taken = report(report_)["contract"];
  EXPECT_EQ(content(ada_, report_, taken), "contract");
  std::string out;
  done(Merger(*engine_).list(world_, reports(), ada_, report_, out));
  const std::string merge = Json::parse(out)["data"][0]["id"];
  ASSERT_EQ(run(ada_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(Merger(*engine_).undo(context, reports(), report_, merge));
                  return {};
                }),
            "ok");
  EXPECT_EQ(content(ada_, other, attached), "attached");
  EXPECT_EQ(content(ada_, other, contract), "contract");
  EXPECT_EQ(report(report_)["contract"], nullptr);
}

TEST_P(EngineSuiteFiles, PurgingARecordForgetsItsFiles) {
  const std::string file = upload(ada_, "a.txt", "one"), paper = upload(ada_, "p.txt", "paper");
  attach(ada_, report_, {file});
  ASSERT_EQ(set(ada_, report_, {{"papers", {paper}}}), "ok");
  ASSERT_EQ(run(ada_,
                [&](WriteContext& context) -> Result<void> {
                  TRY(engine_->remove(context, reports(), report_, 0));
                  return {};
                }),
            "ok");
  EXPECT_EQ(content(ada_, report_, file), "one") << "a deleted record may come back";
  EXPECT_EQ(attach(ada_, report_, {upload(ada_, "b.txt", "one")}), "entity.no_record");
  ASSERT_EQ(run(ada_, [&](WriteContext& context) { return engine_->purge(context, reports(), report_); }),
            "ok");
  clock_.now_ += 2 * kDay;
  EXPECT_EQ(prune(), 2U);
}

TEST_P(EngineSuiteFiles, ExportsNameFiles) {
  const std::string photo = upload(ada_, "me.png", png(64, 48)), paper = upload(ada_, "=p.txt", "paper"),
                    other = upload(ada_, "q.txt", "quite");
  ASSERT_EQ(set(ada_, report_, {{"photo", photo}, {"papers", {paper, other}}}), "ok");
  for (const ExportFormat format : {ExportFormat::kCsv, ExportFormat::kJson, ExportFormat::kXlsx}) {
    auto made = export_records(*engine_, world_, reports(), ada_, {}, {.format = format});
    ASSERT_TRUE(made) << describe(made.error());
    if (format == ExportFormat::kXlsx) continue;
    std::string text(made->size, '\0');
    ASSERT_EQ(::pread(made->file.get(), text.data(), text.size(), 0), static_cast<ssize_t>(made->size));
    EXPECT_NE(text.find("me.png"), std::string::npos) << text;
    if (format == ExportFormat::kCsv) {
      EXPECT_NE(text.find(",'=p.txt; q.txt,"), std::string::npos) << text;
    }
    EXPECT_EQ(text.find(photo) == std::string::npos, format == ExportFormat::kCsv) << text;
  }
}

TEST_P(EngineSuiteFiles, ImportsRefuseFiles) {
  ImportPlan plan;
  plan.fields = {reports().definition->find("name"), reports().definition->find("papers")};
  const auto refused = Importer(*engine_, world_, reports(), ada_, plan, {"name", "papers"}).check_plan();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "import.files");
}

TEST_P(EngineSuiteFiles, ARefusedWriteTakesNoFile) {
  const std::string file = upload(ada_, "a.txt", "one");
  EXPECT_EQ(set(ada_, report_, {{"contract", file}, {"name", nullptr}}), "entity.required");
  EXPECT_EQ(set(ada_, report_, {{"contract", file}}), "ok");
}

}  // namespace opsflux::entities
