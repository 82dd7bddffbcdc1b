// One instance of OpsFlux: a data folder and a database of its own, and the server that runs on them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/system/backend.hpp"
#include "tests/system/child.hpp"
#include "tests/system/http_client.hpp"

namespace opsflux::system_test {

inline constexpr const char* kAdminEmail = "admin@example.org";
inline constexpr const char* kPassword = "correct horse battery";

// A signed package of modules/, or "tiers".
std::filesystem::path package_file(const std::string& name);
std::string read_bytes(const std::filesystem::path& path);

// A folder that is removed with everything in it.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Members throw std::runtime_error when the machinery (not what is tested) fails.
class Instance {
 public:
  Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  const std::filesystem::path& data() const { return data_; }
  const std::string& database_url() const { return url_; }
  Environment environment() const;
  std::vector<std::string> command(
      std::vector<std::string> words) const;  // the program with data folder and database
  Outcome cli(std::vector<std::string> words) const;

  // Starts the server and, the first time, logs the administrator in.
  void start(const Environment& more = {}, const std::vector<std::string>& flags = {});
  // As an operator does it; gives the exit code.
  int stop();
  void kill();
  Child& server() { return *server_; }
  std::uint16_t port() const { return port_; }
  std::string log() const;  // what the server has written since it started

  Answer request(const std::string& method, const std::string& path, const std::string& body = "",
                 std::vector<std::pair<std::string, std::string>> fields = {}) const;
  Answer get(const std::string& path) const { return request("GET", path); }
  Answer post(const std::string& path, const Json& body) const;
  Answer as(const std::string& token, const std::string& method, const std::string& path,
            const Json& body = nullptr) const;
  Answer anonymous(const std::string& method, const std::string& path, const Json& body = nullptr) const;
  std::string log_in(const std::string& email, const std::string& password) const;
  void set_token(std::string token) { token_ = std::move(token); }
  const std::string& token() const { return token_; }

  Answer upload(const std::string& package) const { return upload_bytes(read_bytes(package_file(package))); }
  Answer upload_bytes(const std::string& bytes) const;
  Answer approve(const std::string& digest) const;
  // The operation that an answer with 202 started, at its end; or {"state":"lost"} when the server went away.
  Json finished(const Answer& started) const;
  // Upload, approve with every risk, wait. Throws unless it ends as done.
  void install(const std::string& package) const;
  Json operation(const std::string& verb, const std::string& module, const Json& body = Json::object()) const;
  std::vector<std::string> modules() const;  // "fleet 1.0.0 active", sorted

  // The database, asked past the server with the database's own tool. Columns are joined by '|'.
  std::string sql(const std::string& statement) const;
  // Tables, columns and indexes of everything in the database, and the rows that remember modules.
  std::string picture() const;
  std::vector<std::string> folders() const;    // in modules/
  std::vector<std::string> leftovers() const;  // in uploads/, tmp/ and spool/

 private:
  Answer send(const std::string& token, const std::string& method, const std::string& path,
              const std::string& body, std::vector<std::pair<std::string, std::string>> fields) const;

  TempFolder folder_;
  std::filesystem::path data_;
  std::string url_, name_;
  std::string token_;
  std::uint16_t port_ = 0;
  std::unique_ptr<Child> server_;
};

std::vector<std::string> entries(const std::filesystem::path& folder);  // sorted names

}  // namespace opsflux::system_test
