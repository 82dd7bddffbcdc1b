// Tests only: files of records: uploads, attachments, files of comments, and what becomes of them. What
// fields do with them: engine_suite_file_fields.hpp.
#pragma once

#include "host/entities/collaboration.hpp"
#include "host/entities/engine_fixture.hpp"
#include "host/entities/files.hpp"
#include "host/store/blobs.hpp"

namespace opsflux::entities {

class EngineSuiteFiles : public EngineSuite {
 protected:
  static constexpr UtcNs kDay = UtcNs{24} * 3'600 * 1'000'000'000;
  static constexpr const char* kReport =
      R"json({"entity": "report", "plural": "reports", "table": "shop_report", "confidential": true,
    "fields": [
      {"name": "name", "type": "text", "required": true},
      {"name": "photo", "type": "image", "max_size": 2000},
      {"name": "contract", "type": "file", "accept": ["application/pdf", "text/*"]},
      {"name": "papers", "type": "files", "max_items": 3},
      {"name": "secret", "type": "file", "view": ["boss"]}],
    "rights": {"user": ["view", "create", "edit", "delete"], "guest": ["view"], "writer": ["view.own", "create", "edit.own"]}})json";

  void SetUp() override {
    blobs_ = must(store::FolderBlobs::open(folder_ / "blobs", clock_));
    engine_->keep_files(*blobs_, {.size = 100'000});
    add_entity(world_, Json::parse(kReport));
    world_.link();
    for (Caller* caller : {&ada_, &bob_, &guest_, &writer_}) *caller = user_;
    ada_.user_id = ids_.next();
    bob_.user_id = ids_.next();
    guest_.user_id = ids_.next();
    guest_.role = "guest";
    writer_.user_id = ids_.next();
    writer_.role = "writer";
    report_ = make(ada_, {{"name", "A"}});
  }

  // The head of a PNG; nothing here looks further.
  static std::string png(int width, int height, std::size_t size = 100) {
    std::string out("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16);
    for (const int side : {width, height})
      for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(side >> shift & 0xff);
    out += std::string("\x08\x06\0\0\0", 5);
    out.resize(std::max(size, out.size()), 'x');
    return out;
  }
  static std::string pdf(std::string_view rest = "") {
    return "%PDF-1.4\n%\xE2\xE3\xCF\xD3\n" + std::string(rest);
  }

  Result<StoredFile> receive(const Caller& caller, std::string_view name, std::string_view content,
                             std::string_view declared = "") {
    const auto path = folder_ / to_hex(random_bytes(8));
    done(write_file_atomic(path, content));
    return Files(*engine_).receive(caller, name, declared, path);
  }
  std::string refusal(std::string_view name, std::string_view content, std::string_view declared = "") {
    auto file = receive(ada_, name, content, declared);
    return file ? "ok" : file.error().code;
  }
  std::string upload(const Caller& caller, std::string_view name, std::string_view content) {
    return must(receive(caller, name, content)).id;
  }
  // Many at once, of one content.
  Json loose_files(const Caller& caller, std::size_t count) {
    const auto first = find(upload(caller, "a.txt", "one"));
    Json out = Json::array({first.id});
    done(database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      for (StoredFile copy = first; out.size() < count; out.push_back(copy.id)) {
        copy.id = ids_.next();
        TRY(insert_file(transaction, copy));
      }
      return {};
    }));
    return out;
  }
  StoredFile find(const std::string& id) {
    std::optional<StoredFile> out;
    done(database_->read([&](store::Session& session) -> Result<void> {
      TRY_ASSIGN(file, find_file(session, id));
      out = std::move(file);
      return {};
    }));
    return out.value_or(StoredFile{});
  }
  std::string make(const Caller& caller, const Json& input) {
    return must(create_in(world_, "shop.report", caller, input)).id;
  }
  const EntityEntry& reports() const { return *world_.find("shop.report"); }

  // Runs `work` in a transaction of `caller`; "ok" or the error's code.
  std::string run(const Caller& caller, const std::function<Result<void>(WriteContext&)>& work) {
    auto done = database_->write_now([&](store::Transaction& transaction) -> Result<void> {
      WriteContext context{transaction, world_, caller};
      return work(context);
    });
    return done ? "ok" : done.error().code;
  }
  std::string attach(const Caller& caller, const std::string& report, const Json& ids) {
    return run(caller, [&](WriteContext& context) {
      return Files(*engine_).attach(context, reports(), report, {{"files", ids}});
    });
  }
  std::string detach(const Caller& caller, const std::string& report, const std::string& file) {
    return run(caller, [&](WriteContext& context) {
      return Files(*engine_).detach(context, reports(), report, file);
    });
  }
  std::string set(const Caller& caller, const std::string& report, const Json& input) {
    auto written = update_in(world_, "shop.report", caller, report, input);
    return written ? "ok" : written.error().code;
  }
  Json attachments(const Caller& caller, const std::string& report) {
    std::string out;
    done(Files(*engine_).list(world_, reports(), caller, report, out));
    return Json::parse(out)["data"];
  }
  // The content, or the error's code.
  std::string content(const Caller& caller, const std::string& report, const std::string& file) {
    auto opened = Files(*engine_).open(world_, reports(), caller, report, file);
    if (!opened) return opened.error().code;
    std::string out(static_cast<std::size_t>(opened->file.size), '\0');
    EXPECT_EQ(::read(opened->descriptor.get(), out.data(), out.size()), opened->file.size);
    return out;
  }
  Json report(const std::string& id) { return shown(world_, reports(), id); }
  std::size_t prune(bool versions = false) {
    const UtcNs now = clock_.now();
    return must(Files(*engine_).prune({now - kDay, now - 30 * kDay, versions ? now - kDay : 0, now - kDay}));
  }
  std::string trail(const std::string& id) {
    std::string out;
    done(engine_->activity(world_, reports(), admin_, id, out));
    return out;
  }

  std::unique_ptr<store::FolderBlobs> blobs_;
  Catalog world_;
  Caller ada_, bob_, guest_, writer_;
  std::string report_;
};

TEST_P(EngineSuiteFiles, ReceivesAFile) {
  const StoredFile file = must(receive(ada_, "C:\\photos\\me.PNG", png(640, 480)));
  EXPECT_EQ(file.name, "me.PNG");
  EXPECT_EQ(file.media_type, "image/png");
  EXPECT_EQ(file.size, 100);
  ASSERT_TRUE(file.image);
  EXPECT_EQ(file.image->width, 640);
  EXPECT_EQ(file.image->height, 480);
  EXPECT_EQ(must(receive(bob_, "other.png", png(640, 480))).blob, file.blob) << "one content for both";
}

TEST_P(EngineSuiteFiles, RefusesWhatIsNoFile) {
  EXPECT_EQ(refusal("empty.txt", ""), "file.empty");
  for (const char* name : {"", "/", "..", "../..", "\\", " . ", "\xE2\x80\xAE", "a\xFF"})
    EXPECT_EQ(refusal(name, "text"), "file.no_name") << name;
  EXPECT_EQ(refusal("big.txt", std::string(100'001, 'x')), "file.too_big");
  EXPECT_EQ(refusal("just.txt", std::string(100'000, 'x')), "ok");
  EXPECT_EQ(must(receive(ada_, "../../etc/passwd", "root:x:0:0")).name, "passwd");
}

TEST_P(EngineSuiteFiles, RefusesWhatLiesAboutItsType) {
  EXPECT_EQ(refusal("page.png", "<!DOCTYPE html><html><script>alert(1)</script></html>"),
            "file.wrong_content");
  EXPECT_EQ(refusal("photo.txt", png(1, 1)), "file.wrong_content");
  EXPECT_EQ(refusal("photo.jpg", png(1, 1)), "file.wrong_content");
  EXPECT_EQ(refusal("paper.pdf", "MZ\x90"), "file.wrong_content");
  EXPECT_EQ(refusal("photo", "plain text", "image/png"), "file.wrong_content");
  EXPECT_EQ(refusal("table.csv", "a,b\n1,2\n", "application/vnd.ms-excel"), "ok") << "as Windows has it";
  EXPECT_EQ(refusal("table.csv", "a,b\n1,2\n", "text/csv; charset=utf-8"), "ok");
}

TEST_P(EngineSuiteFiles, AttachesFilesOfTheUploader) {
  const std::string one = upload(ada_, "a.txt", "one"), two = upload(ada_, "b.pdf", pdf());
  EXPECT_EQ(attach(bob_, report_, {one}), "entity.no_file") << "somebody else's";
  EXPECT_EQ(attach(guest_, report_, {one}), "auth.forbidden");
  EXPECT_EQ(attach(ada_, report_, {one, two}), "ok");
  const Json list = attachments(guest_, report_);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0]["name"], "a.txt");
  EXPECT_EQ(list[0]["created_by"], ada_.user_id);
  EXPECT_EQ(list[1]["type"], "application/pdf");
  EXPECT_EQ(content(guest_, report_, one), "one");
  EXPECT_EQ(attach(ada_, report_, {one}), "ok") << "again: it is there";
  EXPECT_EQ(attachments(ada_, report_).size(), 2U);
  EXPECT_NE(trail(report_).find("a.txt"), std::string::npos) << "the trail names it";
}

TEST_P(EngineSuiteFiles, RefusesAttachmentsThatAreNone) {
  for (const Json& ids :
       {Json(), Json::array(), Json("x"), Json::array({1}), Json::array({"../x"}),
        Json(std::vector<std::string>(51, report_)), Json(std::vector<std::string>(10'000, report_))})
    EXPECT_EQ(attach(ada_, report_, ids), "entity.wrong_type") << ids.dump();
  EXPECT_EQ(attach(ada_, report_, Json::array({report_})), "entity.no_file");
}

TEST_P(EngineSuiteFiles, RemovesAnAttachmentAndBringsItBack) {
  const std::string file = upload(ada_, "a.txt", "one");
  attach(ada_, report_, {file});
  EXPECT_EQ(detach(guest_, report_, file), "auth.forbidden");
  EXPECT_EQ(detach(bob_, report_, file), "ok");
  EXPECT_EQ(detach(bob_, report_, file), "file.not_found");
  EXPECT_EQ(attachments(ada_, report_).size(), 0U);
  EXPECT_EQ(content(ada_, report_, file), "file.not_found");
  EXPECT_EQ(attach(bob_, report_, {file}), "ok");
  EXPECT_EQ(content(ada_, report_, file), "one");
}

TEST_P(EngineSuiteFiles, AnIdentifierOpensNothing) {
  const std::string file = upload(ada_, "a.txt", "one"), other = make(ada_, {{"name", "B"}});
  EXPECT_EQ(content(ada_, report_, file), "file.not_found") << "belongs to no record yet";
  attach(ada_, report_, {file});
  EXPECT_EQ(content(ada_, other, file), "file.not_found") << "of another record";
  EXPECT_EQ(attach(ada_, other, {file}), "entity.no_file") << "and cannot be taken to it";
  EXPECT_EQ(set(ada_, other, {{"contract", file}}), "entity.no_file");
  EXPECT_EQ(content(writer_, report_, file), "entity.no_record") << "out of scope";
  Caller stranger = user_;
  stranger.role = "nobody";
  EXPECT_EQ(content(stranger, report_, file), "auth.forbidden");
}

TEST_P(EngineSuiteFiles, ASharedRecordGivesItsFiles) {
  const std::string file = upload(ada_, "a.txt", "one");
  attach(ada_, report_, {file});
  EXPECT_EQ(content(writer_, report_, file), "entity.no_record");
  run(ada_, [&](WriteContext& context) {
    return Collaboration(*engine_).share(context, reports(), report_, {{"user", writer_.user_id}});
  });
  EXPECT_EQ(content(writer_, report_, file), "one");
  EXPECT_EQ(detach(writer_, report_, file), "entity.out_of_scope") << "shared for reading";
}

TEST_P(EngineSuiteFiles, ManyAttachmentsHaveALimit) {
  for (std::size_t i = 0; i < kMaxAttachments; i += kMaxAttachedAtOnce)
    ASSERT_EQ(attach(ada_, report_, loose_files(ada_, kMaxAttachedAtOnce)), "ok");
  EXPECT_EQ(attach(ada_, report_, loose_files(ada_, 1)), "entity.too_many_attachments");
  EXPECT_EQ(attachments(ada_, report_).size(), kMaxAttachments);
}

TEST_P(EngineSuiteFiles, OnePersonsLooseFilesHaveALimit) {
  loose_files(ada_, kMaxLooseFiles - 1);
  EXPECT_EQ(refusal("a.txt", "one"), "ok");
  EXPECT_EQ(refusal("a.txt", "one"), "file.too_many");
  EXPECT_TRUE(receive(bob_, "a.txt", "one")) << "each has his own";
}

TEST_P(EngineSuiteFiles, OnePersonsLooseFilesTakeSoMuchRoom) {
  for (std::size_t i = 0; i < kMaxLooseSize; ++i)
    EXPECT_EQ(refusal("a.txt", std::string(100'000, 'x')), "ok");
  EXPECT_EQ(refusal("a.txt", "x"), "file.too_much");
}

TEST_P(EngineSuiteFiles, ForgetsWhatNobodyNames) {
  const std::string loose = upload(ada_, "a.txt", "loose"), kept = upload(ada_, "b.txt", "kept"),
                    removed = upload(ada_, "c.txt", "removed");
  attach(ada_, report_, {kept, removed});
  detach(ada_, report_, removed);
  clock_.now_ += 2 * kDay;
  EXPECT_EQ(prune(), 1U) << "the loose one";
  EXPECT_EQ(attach(ada_, report_, {loose}), "entity.no_file");
  clock_.now_ += 40 * kDay;
  EXPECT_EQ(prune(), 1U) << "the removed one";
  EXPECT_EQ(content(ada_, report_, kept), "kept");
}

TEST_P(EngineSuiteFiles, TellsOfContentsThatAreLost) {
  const std::string id = upload(ada_, "a.txt", "one");
  EXPECT_TRUE(Files(*engine_).check());
  const std::string blob = find(id).blob;
  std::filesystem::remove(folder_ / "blobs" / blob.substr(0, 2) / blob.substr(2));
  attach(ada_, report_, {id});
  EXPECT_EQ(content(ada_, report_, id), "blob.missing");
  const auto checked = Files(*engine_).check();
  ASSERT_FALSE(checked);
  EXPECT_NE(checked.error().message.find("a.txt"), std::string::npos);
}

TEST_P(EngineSuiteFiles, DiscardsOnlyOnesOwnLooseFiles) {
  const std::string file = upload(ada_, "a.txt", "one");
  EXPECT_EQ(Files(*engine_).discard(bob_, file).error().code, "file.not_found");
  EXPECT_TRUE(Files(*engine_).discard(ada_, file));
  const std::string used = upload(ada_, "a.txt", "one");
  attach(ada_, report_, {used});
  EXPECT_EQ(Files(*engine_).discard(ada_, used).error().code, "file.not_found");
}

TEST_P(EngineSuiteFiles, CommentsHaveFiles) {
  const std::string file = upload(ada_, "a.txt", "one"), foreign = upload(bob_, "b.txt", "two");
  std::string comment;
  const auto say = [&](const Json& files) {
    return run(ada_, [&](WriteContext& context) -> Result<void> {
      TRY_ASSIGN(id, Collaboration(*engine_).comment(context, reports(), report_,
                                                     {{"body", "See"}, {"files", files}}));
      comment = id;
      return {};
    });
  };
  EXPECT_EQ(say({foreign}), "entity.no_file");
  EXPECT_EQ(say("x"), "entity.wrong_type");
  ASSERT_EQ(say({file}), "ok");
  std::string out;
  done(Collaboration(*engine_).comments(world_, reports(), guest_, report_, out));
  const Json list = Json::parse(out)["data"];
  ASSERT_EQ(list.size(), 1U) << "a refused comment is none";
  EXPECT_EQ(list[0]["files"][0]["name"], "a.txt");
  EXPECT_EQ(content(guest_, report_, file), "one");
  EXPECT_EQ(attachments(ada_, report_).size(), 0U);
  EXPECT_EQ(detach(ada_, report_, file), "file.not_found") << "it goes with its comment";
  ASSERT_EQ(run(ada_,
                [&](WriteContext& context) {
                  return Collaboration(*engine_).delete_comment(context, reports(), report_, comment);
                }),
            "ok");
  EXPECT_EQ(content(guest_, report_, file), "file.not_found");
}

TEST_P(EngineSuiteFiles, DownloadsOfConfidentialRecordsAreNoted) {
  const std::string file = upload(ada_, "a.txt", "one");
  attach(ada_, report_, {file});
  content(guest_, report_, file);
  done(audit_.reads().flush(*database_));
  std::string changes;
  done(database_->read([&](store::Session& session) -> Result<void> {
    TRY(
        session.query_one("SELECT changes FROM core_audit WHERE action = 'read.file' AND record_id = $1 AND "
                          "actor_id = $2",
                          {std::string_view(report_), std::string_view(guest_.user_id)},
                          [&](const store::Row& row) { changes = row.string(0); }));
    return {};
  }));
  EXPECT_NE(changes.find("a.txt"), std::string::npos);
}

// Those that fail leave no trace: the file is loose still, and may be used.
}  // namespace opsflux::entities
