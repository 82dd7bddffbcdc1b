// Files, conditions and static folders through the server.
#include <gmock/gmock.h>

#include "host/http/static_folder.hpp"
#include "host/http/test_server.hpp"

namespace opsflux::http::test {
namespace {

std::string numbered(std::size_t size) {
  std::string out;
  out.reserve(size + 16);
  for (std::size_t i = 0; out.size() < size; ++i) out += std::to_string(i) + ",";
  out.resize(size);
  return out;
}

struct FileServer : TestServer {
  explicit FileServer(std::string_view content) {
    const auto path = folder.write("data.txt", content);
    route(Method::kGet, "/file", [path](Exchange e) {
      auto response = Response::file(path, "text/plain");
      if (response)
        e.respond(std::move(*response));
      else
        e.fail(response.error());
    });
    route(Method::kGet, "/none",
          [this](Exchange e) { e.fail(Response::file(folder.path() / "none", "text/plain").error()); });
    route(Method::kGet, "/folder",
          [this](Exchange e) { e.fail(Response::file(folder.path(), "text/plain").error()); });
  }
  ~FileServer() { stop(0ms); }
  TemporaryFolder folder;
};

TEST(Files, AreSentWholeInPartsAndNotAgain) {
  const std::string content = numbered(3 << 20);
  FileServer s(content);
  s.start();
  Client c = s.client();
  const Answer whole = c.get("/file");
  EXPECT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.body == content);
  EXPECT_EQ(whole.field("accept-ranges"), "bytes");
  const std::string tag = whole.field("etag");

  const Answer part = c.get("/file", "Range: bytes=1000-1999999\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.field("content-range"), "bytes 1000-1999999/3145728");
  EXPECT_TRUE(part.body == content.substr(1000, 1'999'000));

  const Answer outside = c.get("/file", "Range: bytes=9999999-\r\n");
  EXPECT_EQ(outside.status, 416);
  EXPECT_EQ(outside.field("content-range"), "bytes */3145728");

  const Answer same = c.get("/file", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.field("etag"), tag);

  c.send("HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(c.read(true).field("content-length"), "3145728");
  EXPECT_EQ(c.get("/none").status, 404);
  EXPECT_EQ(c.get("/folder").status, 404);
  EXPECT_EQ(c.get("/hello").status, 200);
}

TEST(Files, MayBeEmptyAndPipelined) {
  FileServer s("");
  s.start();
  Client c = s.client();
  c.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(c.read().body, "");
  EXPECT_EQ(c.read().status, 200);
}

TEST(Files, ThatShrinkWhileTheyAreSentEndTheConnection) {
  FileServer s("");
  std::filesystem::resize_file(s.folder.path() / "data.txt", 64 << 20);  // more than the sockets' buffers
  s.start();
  Client c = s.client();
  c.send("GET /file HTTP/1.1\r\nHost: a\r\n\r\n");
  char byte;
  ASSERT_EQ(::recv(c.fd(), &byte, 1, 0), 1);
  std::filesystem::resize_file(s.folder.path() / "data.txt", 100);
  EXPECT_TRUE(c.closed_by_server());
  EXPECT_LT(c.unread().size(), 64U << 20);
  EXPECT_EQ(s.client().get("/hello").status, 200);
}

struct StaticServer : TestServer {
  StaticServer() {
    folder.write("index.html", "<html>");
    folder.write("assets/app-B3x9_dQa.js", "plain script");
    folder.write("assets/app-B3x9_dQa.js.br", "br");
    folder.write("assets/app-B3x9_dQa.js.gz", "gz");
    folder.write("large-name.css", std::string(1 << 20, 'c'));
    folder.write(".secret", "hidden");
    folder.write("outside/../../" + folder.path().filename().string() + "-outside.txt", "outside");
    std::filesystem::create_symlink("/etc/passwd", folder.path() / "link.txt");
    std::filesystem::create_directory_symlink("/etc", folder.path() / "etc");
    files = *StaticFolder::open(folder.path());
    route(Method::kGet, "/{path...}", [this](Exchange e) {
      auto response = files->serve(e.request().param("path"), e.request());
      if (response)
        e.respond(std::move(*response));
      else
        e.fail(response.error());
    });
  }
  ~StaticServer() {
    stop(0ms);
    std::filesystem::remove(folder.path().string() + "-outside.txt");
  }
  TemporaryFolder folder;
  std::shared_ptr<const StaticFolder> files;
};

TEST(StaticFolder, SendsTheFormThatTheClientAccepts) {
  StaticServer s;
  s.start();
  Client c = s.client();
  const std::string path = "/assets/app-B3x9_dQa.js";
  const Answer plain = c.get(path);
  EXPECT_EQ(plain.body, "plain script");
  EXPECT_EQ(plain.field("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(plain.field("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(plain.field("vary"), "Accept-Encoding");
  const Answer br = c.get(path, "Accept-Encoding: gzip, deflate, br\r\n");
  EXPECT_EQ(br.body, "br");
  EXPECT_EQ(br.field("content-encoding"), "br");
  EXPECT_NE(br.field("etag"), plain.field("etag"));
  EXPECT_EQ(c.get(path, "Accept-Encoding: gzip, br;q=0\r\n").body, "gz");
  EXPECT_EQ(c.get(path, "Accept-Encoding: brx\r\n").body, "plain script");
  EXPECT_EQ(c.get(path, "Accept-Encoding: br\r\nIf-None-Match: " + br.field("etag") + "\r\n").status, 304);
  EXPECT_EQ(c.get(path, "Accept-Encoding: br\r\nIf-None-Match: " + plain.field("etag") + "\r\n").status, 200);
}

TEST(StaticFolder, MarksOnlyHashedNamesAsImmutable) {
  StaticServer s;
  s.start();
  Client c = s.client();
  EXPECT_EQ(c.get("/index.html").field("cache-control"), "no-cache");
  const Answer large = c.get("/large-name.css");
  EXPECT_EQ(large.field("cache-control"), "no-cache");
  EXPECT_EQ(large.body.size(), 1U << 20);
  EXPECT_EQ(c.get("/large-name.css", "Range: bytes=0-9\r\n").status, 206);
}

TEST(StaticFolder, CannotBeLeft) {
  StaticServer s;
  s.start();
  Client c = s.client();
  for (const char* path : {"/link.txt", "/etc/passwd", "/.secret", "/../", "/%2e%2e/etc/passwd",
                           "/assets/..%2f..%2fetc/passwd", "/assets", "/assets/", "//etc/passwd",
                           "/assets//app-B3x9_dQa.js", "/assets%5c..%5cindex.html", "/INDEX.HTML"})
    EXPECT_EQ(c.get(path).status, 404) << path;
  EXPECT_EQ(c.get("/..%2f" + s.folder.path().filename().string() + "-outside.txt").status, 404);
  EXPECT_EQ(c.get("/assets%2fapp-B3x9_dQa.js").status, 200);
}

TEST(StaticFolder, FailsForAFolderThatIsNotThere) {
  TemporaryFolder folder;
  EXPECT_FALSE(StaticFolder::open(folder.path() / "none"));
}

}  // namespace
}  // namespace opsflux::http::test
