// Files of records over HTTP: with a module whose records name files.
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/system/instance.hpp"

namespace opsflux::system_test {
namespace {

using namespace std::string_literals;

const std::string kPng =
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x40\0\0\0\x30\x08\x06\0\0\0"s + std::string(80, 'x');
const std::string kPdf = "%PDF-1.4\n% nothing\n";
constexpr const char* kStudies = "/api/v1/dossier/studies";

class Files : public ::testing::Test {
 protected:
  void SetUp() override {
    in_.start({{"OPSFLUX_LIMITS_FILE", "1MiB"}});
    in_.install("dossier");
    study_ = make("One");
  }
  std::string make(const std::string& title) {
    const Answer made = in_.post(kStudies, {{"title", title}});
    EXPECT_EQ(made.status, 201) << made.text();
    return get_string_or(made.json(), "id", "");
  }
  Answer send(const std::string& name, const std::string& content,
              const std::string& type = "application/octet-stream") {
    return in_.request("POST", "/api/v1/files?file_name=" + name, content, {{"Content-Type", type}});
  }
  std::string upload(const std::string& name, const std::string& content) {
    const Answer answer = send(name, content);
    EXPECT_EQ(answer.status, 201) << answer.text();
    return get_string_or(answer.json(), "id", "");
  }
  std::string at(const std::string& study, const std::string& rest) const {
    return kStudies + ("/" + study) + rest;
  }
  Answer attach(const Json& ids) { return in_.post(at(study_, "/attachments"), {{"files", ids}}); }
  Answer download(const std::string& file, std::vector<std::pair<std::string, std::string>> fields = {},
                  const std::string& query = "") {
    return in_.request("GET", at(study_, "/files/" + file + query), "", std::move(fields));
  }
  std::string user() {
    const Answer made = in_.post("/api/v1/identity/users", {{"email", "user@example.org"},
                                                            {"name", "User"},
                                                            {"role", "user"},
                                                            {"language", "en"},
                                                            {"active", true}});
    in_.post("/api/v1/identity/users/" + get_string_or(made.json(), "id", "") + "/password",
             {{"password", kPassword}});
    return in_.log_in("user@example.org", kPassword);
  }
  std::size_t blobs() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(in_.data() / "blobs"))
      count += entry.is_regular_file() ? 1 : 0;
    return count;
  }

  Instance in_;
  std::string study_;
};

TEST_F(Files, AreUploadedAttachedReadAndRemoved) {
  const Answer sent = send("r%C3%A9sum%C3%A9%20%22a%22.pdf", kPdf, "application/pdf");
  ASSERT_EQ(sent.status, 201) << sent.text();
  EXPECT_EQ(sent.json()["name"], "résumé \"a\".pdf");
  EXPECT_EQ(sent.json()["type"], "application/pdf");
  EXPECT_EQ(sent.json()["size"], kPdf.size());
  const std::string id = sent.json()["id"];
  EXPECT_EQ(attach({id}).status, 204);
  const Answer list = in_.get(at(study_, "/attachments"));
  ASSERT_EQ(list.status, 200) << list.text();
  EXPECT_EQ(list.json()["data"][0]["id"], id);
  EXPECT_TRUE(list.json()["data"][0]["author"].is_string());

  const Answer got = download(id);
  ASSERT_EQ(got.status, 200) << got.text();
  EXPECT_EQ(got.body, kPdf);
  EXPECT_EQ(got.field("content-type"), "application/pdf");
  EXPECT_EQ(got.field("content-disposition"),
            "attachment; filename=\"r_sum_ _a_.pdf\"; filename*=UTF-8''r%C3%A9sum%C3%A9%20%22a%22.pdf");
  EXPECT_EQ(got.field("x-content-type-options"), "nosniff");
  EXPECT_NE(got.field("content-security-policy").find("sandbox"), std::string::npos);
  EXPECT_EQ(download(id, {{"If-None-Match", got.field("etag")}}).status, 304);
  const Answer part = download(id, {{"Range", "bytes=1-3"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "PDF");
  EXPECT_EQ(part.field("content-range"), "bytes 1-3/" + std::to_string(kPdf.size()));
  EXPECT_EQ(download(id, {{"Range", "bytes=1000-"}}).status, 416);
  EXPECT_EQ(in_.request("HEAD", at(study_, "/files/" + id)).body, "");

  EXPECT_EQ(in_.request("DELETE", at(study_, "/attachments/" + id)).status, 204);
  EXPECT_EQ(download(id).status, 404);
  EXPECT_EQ(in_.get(at(study_, "/attachments")).json()["data"].size(), 0U);
}

TEST_F(Files, NothingThatActsIsOpened) {
  const std::string
      page = "<!DOCTYPE html><html><script>alert(1)</script></html>",
      svg = "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
  for (const auto& [name, content] : {std::pair{"page.html"s, page},
                                      {"drawing.svg"s, svg},
                                      {"page.txt"s, page},
                                      {"page"s, page},
                                      {"a.xml"s, svg}}) {
    const std::string id = upload(name, content);
    ASSERT_EQ(attach({id}).status, 204);
    const Answer got = download(id, {}, "?inline=true");
    EXPECT_EQ(got.status, 200) << name;
    EXPECT_TRUE(got.field("content-disposition").starts_with("attachment")) << name;
    EXPECT_NE(got.field("content-security-policy").find("sandbox"), std::string::npos) << name;
  }
  const std::string photo = upload("me.png", kPng);
  ASSERT_EQ(attach({photo}).status, 204);
  const Answer opened = download(photo, {}, "?inline=true");
  EXPECT_TRUE(opened.field("content-disposition").starts_with("inline"));
  EXPECT_NE(opened.field("content-security-policy").find("sandbox"), std::string::npos);
}

TEST_F(Files, BadUploadsAreRefused) {
  const std::size_t before = blobs();
  EXPECT_EQ(send("empty.txt", "").code(), "file.empty");
  EXPECT_EQ(send("", "text").code(), "file.no_name");
  EXPECT_EQ(send("..%2F..", "text").code(), "file.no_name");
  EXPECT_EQ(send("page.png", "<html><script>alert(1)</script></html>").code(), "file.wrong_content");
  EXPECT_EQ(send("photo", "text", "image/png").code(), "file.wrong_content");
  EXPECT_EQ(send("big.txt", std::string((1 << 20) + 1, 'x')).status, 413);
  EXPECT_EQ(send("a%00b.txt", "text").status, 400);
  EXPECT_EQ(send("a%FFb.txt", "text").status, 400);
  EXPECT_EQ(blobs(), before);
  const Answer cut = send_to(in_.port(),
                             {"POST",
                              "/api/v1/files?file_name=a.txt",
                              "only this",
                              {{"Authorization", "Bearer " + in_.token()}, {"Content-Length", "1000"}}},
                             3'000);
  EXPECT_NE(cut.status, 201) << cut.text();
  EXPECT_EQ(blobs(), before);
  const Answer passwd = send("..%2F..%2Fetc%2Fpasswd", "root:x:0:0");
  EXPECT_EQ(passwd.status, 201);
  EXPECT_EQ(passwd.json()["name"], "passwd");
  EXPECT_EQ(send("full.txt", std::string(1 << 20, 'x')).status, 201);
  // The file of a request goes with it, a moment after its answer.
  for (int i = 0; i < 100 && !in_.leftovers().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(in_.leftovers(), std::vector<std::string>()) << "nothing stays in the spool";
}

TEST_F(Files, FieldsNameThem) {
  const std::string photo = upload("me.png", kPng), contract = upload("c.pdf", kPdf),
                    paper = upload("p.txt", "p");
  const Answer set = in_.request("PATCH", at(study_, ""),
                                 to_text({{"photo", photo}, {"contract", contract}, {"papers", {paper}}}),
                                 {{"Content-Type", "application/json"}});
  ASSERT_EQ(set.status, 200) << set.text();
  EXPECT_EQ(set.json()["_files"]["photo"]["width"], 64);
  EXPECT_EQ(set.json()["_files"]["papers"][0]["name"], "p.txt");
  EXPECT_EQ(download(paper).body, "p");
  const Json list = in_.get(std::string(kStudies) + "?fields=title,papers").json();
  EXPECT_EQ(list["data"][0]["_files"], Json({{"papers", set.json()["_files"]["papers"]}}));
  const Answer wrong = in_.post(kStudies, {{"title", "Two"}, {"contract", upload("c.txt", "text")}});
  EXPECT_EQ(wrong.code(), "entity.file_type") << wrong.text();
  const Answer export_csv = in_.get(std::string(kStudies) + "/export");
  EXPECT_NE(export_csv.body.find("me.png"), std::string::npos) << export_csv.text();
}

TEST_F(Files, OnlyThoseWhoSeeTheRecordGetThem) {
  const std::string secret = upload("s.txt", "secret"), open = upload("o.txt", "open");
  ASSERT_EQ(in_.request("PATCH", at(study_, ""), to_text({{"secret", secret}}),
                        {{"Content-Type", "application/json"}})
                .status,
            200);
  ASSERT_EQ(attach({open}).status, 204);
  const std::string token = user();
  EXPECT_EQ(in_.as(token, "GET", at(study_, "/files/" + open)).status, 200);
  EXPECT_EQ(in_.as(token, "GET", at(study_, "/files/" + secret)).status, 404);
  EXPECT_EQ(in_.as(token, "DELETE", at(study_, "/attachments/" + open)).status, 403)
      << "may edit his own only";
  EXPECT_EQ(in_.anonymous("GET", at(study_, "/files/" + open)).status, 401);
  EXPECT_EQ(in_.as(token, "DELETE", "/api/v1/files/" + upload("l.txt", "loose")).status, 404);
  const std::string mine = upload("l.txt", "loose");
  EXPECT_EQ(in_.request("DELETE", "/api/v1/files/" + mine).status, 204);
  EXPECT_EQ(attach({mine}).code(), "entity.no_file");
}

// Uploads end at any moment; what is in the database has its content.
TEST_F(Files, AKilledServerLeavesNoRowWithoutItsContent) {
  const std::string content(200'000, 'x');
  std::atomic<bool> go = true;
  std::thread sender([&] {
    for (int i = 0; go; ++i) send("a" + std::to_string(i) + ".txt", content + std::to_string(i));
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  in_.kill();
  go = false;
  sender.join();
  in_.start();
  std::set<std::string> named;
  std::istringstream rows(in_.sql("SELECT blob FROM core_file"));
  for (std::string blob; std::getline(rows, blob);)
    if (!blob.empty()) named.insert(blob);
  EXPECT_FALSE(named.empty());
  for (const std::string& blob : named) {
    const auto path = in_.data() / "blobs" / blob.substr(0, 2) / blob.substr(2);
    ASSERT_TRUE(std::filesystem::exists(path)) << blob;
    EXPECT_GE(std::filesystem::file_size(path), content.size());
  }
}

}  // namespace
}  // namespace opsflux::system_test
