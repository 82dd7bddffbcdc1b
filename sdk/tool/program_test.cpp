// Drives the program itself: what a module author and a build script see.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "host/package/package.hpp"
#include "host/package/trust_store.hpp"
#include "sdk/tool/test_module.hpp"

namespace opsflux::sdk {
namespace {

struct Ran {
  int code = -1;
  std::string out;  // both streams
};

class Program : public ::testing::Test {
 protected:
  Program() { test::write_module(folder_ / "module"); }

  Ran run(const std::string& arguments) const {
    const std::string command =
        "cd '" + folder_.string() + "' && '" + std::string(OPSFLUX_SDK_PROGRAM) + "' " + arguments + " 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    Ran ran;
    char buffer[4096];
    for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.out.append(buffer, n);
    ran.code = WEXITSTATUS(::pclose(pipe));
    return ran;
  }
  void expect(const std::string& arguments, int code, const std::string& mention = "") const {
    const Ran ran = run(arguments);
    EXPECT_EQ(ran.code, code) << arguments << "\n" << ran.out;
    EXPECT_NE(ran.out.find(mention), std::string::npos) << arguments << "\n" << ran.out;
  }
  void make_signed() const {
    expect("keygen --out keys/mine --name Me", 0, "Made the key");
    expect("pack --module module --library " + test::good_library().string() + " --out a.zip", 0,
           "Packed sample 1.2.3");
    expect("sign a.zip --key keys/mine", 0, "Signed");
  }
  std::filesystem::path path(const char* name) const { return folder_ / name; }

  const test::TempFolder temp_;
  const std::filesystem::path folder_ = temp_.path();
};

TEST_F(Program, PacksSignsAndVerifies) {
  make_signed();
  expect("verify a.zip --trust keys/mine.key.json", 0, "signed on");
  expect("lint a.zip", 0, "Nothing is wrong");
  struct stat status {};
  ASSERT_EQ(::stat(path("keys/mine").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto package = package::Package::open(path("a.zip"));
  ASSERT_TRUE(package) << describe(package.error());
  std::vector<std::string> names;
  for (const auto& file : package->files()) names.push_back(file.name);
  EXPECT_EQ(names, (std::vector<std::string>{"META/digests.json", "META/module.json", "META/signatures.json",
                                             "entities/thing.json", "i18n/en.json", "i18n/es.json",
                                             "i18n/fr.json", "i18n/pt.json", "lib/linux-x86_64/module.so",
                                             "migrations/001_create.down.sql", "migrations/001_create.up.sql",
                                             "tests/thing.json", "triggers/greet.lua", "web/index.js"}));
}

TEST_F(Program, MakesTheSamePackageFromTheSameFolder) {
  const std::string pack = "pack --module module --library " + test::good_library().string();
  expect(pack + " --out a.zip", 0);
  expect(pack + " --out b.zip", 0);
  EXPECT_EQ(read_file(path("a.zip")).value(), read_file(path("b.zip")).value());
  expect("pack --module module --library " + test::good_library().string(), 0, "sample-1.2.3.zip");
}

TEST_F(Program, AnswersInJson) {
  make_signed();
  const auto verdict = Json::parse(run("--json verify a.zip --trust keys/mine.key.json").out);
  EXPECT_EQ(verdict.at("ok"), true);
  EXPECT_EQ(verdict.at("signer"), "Me");
  EXPECT_EQ(verdict.at("level"), "development");
  test::write(path("module/entities/thing.json"), "{");
  const Ran lint = run("lint module --json --library " + test::good_library().string());
  EXPECT_EQ(lint.code, 1);
  EXPECT_EQ(Json::parse(lint.out).at("findings").at(0).at("code"), "json.syntax");
  const auto refusal = Json::parse(run("verify none.zip --trust keys/mine.key.json --json").out);
  EXPECT_EQ(refusal.at("error").at("code"), "file.missing");
}

TEST_F(Program, RefusesWithAReasonAndExitCodeOne) {
  make_signed();
  expect("keygen --out keys/mine", 1, "never overwritten");
  expect("keygen --out keys/other --name Other", 0);
  expect("verify a.zip --trust keys/other.key.json", 1, "package.unknown_key");
  expect("pack --module module --library " + test::good_library().string() + " --out b.zip", 0);
  expect("verify b.zip --trust keys/mine.key.json", 1, "package.unsigned");
  expect("pack --module module --out c.zip", 1, "build it first");
  expect("pack --module module --library " + std::string(OPSFLUX_ELF_FIXTURES) + "/default.so --out c.zip", 1,
         "elf.");
  EXPECT_FALSE(std::filesystem::exists(path("c.zip")));
  test::write(path("module/demo/Bad Name.json"), "{}");
  expect("pack --module module --library " + test::good_library().string() + " --out c.zip", 1,
         "Bad Name.json");
}

TEST_F(Program, ExplainsItsUseWithExitCodeTwo) {
  expect("", 2);
  expect("frobnicate", 2);
  expect("sign a.zip", 2, "--key");
  expect("keygen --out k --level supreme", 2, "supreme");
  expect("revoke --key k --list l --reason r", 2);
  expect("--help", 0, "verify");
}

TEST_F(Program, RevokesAndRotates) {
  make_signed();
  expect("keygen --out keys/authority --name Authority --level core --signs-revocations", 0);
  expect(
      "revoke --key keys/authority --list trust/revocations.json --module other --grade warn --reason 'An "
      "old one.'",
      1);
  std::filesystem::create_directories(path("trust"));
  for (const char* key : {"mine", "authority"})
    std::filesystem::copy_file(path("keys") / (std::string(key) + ".key.json"),
                               path("trust") / (std::string(key) + ".key.json"));
  expect(
      "revoke --key keys/authority --list trust/revocations.json --module other --grade warn --reason 'An "
      "old one.'",
      0, "version 1");
  expect("verify a.zip --trust trust", 0);
  expect(
      "revoke --key keys/authority --list trust/revocations.json --module sample --versions '<2.0.0' "
      "--reason 'It leaks.'",
      0, "version 2");
  expect("verify a.zip --trust trust", 1, "It leaks.");
  expect("revoke --key keys/mine --list trust/revocations.json --module sample --reason r", 1,
         "not signed by this key");
  expect("revoke --key keys/authority --list trust/revocations.json --digest abc --reason r", 1, "64 hex");

  expect("keygen --out keys/next --name Next", 0);
  expect("rotate --key keys/mine --new keys/next.key.json --out rotation.json", 0);
  auto trust = package::TrustStore::open(path("trust"));
  ASSERT_TRUE(trust) << describe(trust.error());
  const auto successor = trust->rotate(read_file(path("rotation.json")).value());
  ASSERT_TRUE(successor) << describe(successor.error());
  EXPECT_EQ(successor->name, "Next");
}

TEST_F(Program, MakesAModuleFromATemplate) {
  test::write(path("template/manifest.json"), test::kManifest);
  test::write(path("template/src/sample_thing.cpp"), "struct SampleModule {};  // SAMPLE_ID \"sample\"\n");
  test::write(path("template/build/cache"), "x");
  expect("new fleet_cars --template template", 0, "fleet_cars");
  EXPECT_EQ(read_file(path("fleet_cars/src/fleet_cars_thing.cpp")).value(),
            "struct FleetCarsModule {};  // FLEET_CARS_ID \"fleet_cars\"\n");
  EXPECT_NE(read_file(path("fleet_cars/manifest.json")).value().find("\"id\": \"fleet_cars\""),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path("fleet_cars/build")));
  expect("new fleet_cars --template template", 1, "not empty");
  expect("new Fleet --template template", 1, "lower-case");
  expect("new auth --template template", 1, "choose another");
  expect("new other --template nowhere", 1, "no template");
}

TEST_F(Program, BuildsWithCMake) {
  test::write(path("module/CMakeLists.txt"),
              "cmake_minimum_required(VERSION 3.25)\nproject(sample NONE)\nif(NOT OPSFLUX_SDK)\n "
              "message(FATAL_ERROR \"no SDK\")\nendif()\n"
              "configure_file(manifest.json ${CMAKE_BINARY_DIR}/modules/sample/built COPYONLY)\n");
  expect("build module --sdk /somewhere", 0, "Built module");
  EXPECT_TRUE(std::filesystem::exists(path("module/build/modules/sample/built")));
  test::write(path("module/CMakeLists.txt"), "message(FATAL_ERROR \"broken\")\n");
  expect("build module --sdk /somewhere", 1, "sdk.build_failed");
}

}  // namespace
}  // namespace opsflux::sdk
