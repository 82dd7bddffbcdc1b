// A server on a free port of the loopback with routes for tests.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "host/base/executor.hpp"
#include "host/base/text.hpp"
#include "host/http/server.hpp"
#include "host/http/test_client.hpp"

namespace opsflux::http::test {

using namespace std::chrono_literals;

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(std::filesystem::temp_directory_path() / ("opsflux-http-" + to_hex(random_bytes(6)))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, std::string_view bytes) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return file;
  }
  std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(path_)) ++count;
    return count;
  }

 private:
  std::filesystem::path path_;
};

// Waits until `done()`, at most `timeout`.
template <class Done>
bool eventually(Done done, std::chrono::milliseconds timeout = 10s) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  while (!done()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(2ms);
  }
  return true;
}

class TestServer {
 public:
  TestServer() {
    options.workers = 2;
    options.spool_folder = spool.path();
    options.executor = &executor;
    route(Method::kGet, "/hello", [](Exchange e) { e.respond(Response::json(200, R"({"hello":"world"})")); });
    // What the server understood, so that two ways to send the same are seen to be the same.
    route(Method::kPost, "/echo", [](Exchange e) {
      const Request& r = e.request();
      e.respond(Response::text(
          200, std::string(r.path) + "|" + std::string(r.raw_query) + "|" + std::string(r.body())));
    });
    route(Method::kGet, "/echo", [](Exchange e) {
      e.respond(Response::text(200, std::string(e.request().query("id").value_or("none"))));
    });
  }
  ~TestServer() { stop(0ms); }

  Route& route(Method method, std::string pattern, std::function<void(Exchange)> handler,
               Run run = Run::kInline, RouteLimits limits = {}) {
    routes.push_back({method, std::move(pattern), Access::open(), run, limits, std::move(handler), "core"});
    return routes.back();
  }
  void start() {
    take_routes();
    auto started = Server::start(
        options, [this] { return table.load(); }, access);
    ASSERT_TRUE(started) << describe(started.error());
    server = std::move(*started);
  }
  // Makes `routes` what is served from now on.
  void take_routes() {
    auto made = RouteTable::create(routes);
    ASSERT_TRUE(made) << describe(made.error());
    table = std::move(*made);
  }
  void stop(std::chrono::milliseconds grace) {
    if (server) server->stop(grace);
  }
  std::uint16_t port() const { return server->port(); }
  Client client() const { return Client(server->port()); }

  TemporaryFolder spool;
  Executor executor{"test-pool", 4};
  ServerOptions options;
  std::vector<Route> routes;
  std::atomic<std::shared_ptr<const RouteTable>> table;
  AccessCheck access = [](const Request&, const Route&) -> Result<std::shared_ptr<const Caller>> {
    return nullptr;
  };
  std::unique_ptr<Server> server;
};

}  // namespace opsflux::http::test
