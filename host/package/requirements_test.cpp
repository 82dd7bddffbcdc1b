#include "host/package/requirements.hpp"

#include <gtest/gtest.h>

#include "host/package/test_package.hpp"

namespace opsflux::package {
namespace {

HostFacts host() { return {{0, 1, 0}, {1, 2}, {"opsflux.core/1"}, {{"other", {1, 5, 0}}}, {"other"}}; }

// The code of the refusal for a manifest with `changes` merged into it.
std::string refusal(const char* changes, const std::map<std::string, std::string>& more = {}) {
  Json manifest = Json::parse(test::kManifest);
  manifest.merge_patch(Json::parse(changes));
  auto files = test::sample_files();
  files["META/module.json"] = to_text(manifest);
  files.insert(more.begin(), more.end());
  const auto package = Package::open_bytes(test::make_package(files));
  if (!package) return describe(package.error());
  const auto fits = check_requirements(*package, host());
  return fits ? "ok" : fits.error().code;
}

TEST(Requirements, AcceptWhatFits) {
  EXPECT_EQ(refusal("{}"), "ok");
  EXPECT_EQ(
      refusal(
          R"({"abi": "1.2", "host": ">=0.1.0", "services": ["opsflux.core/1"], "depends": [{"id": "other", "version": ">=1.0.0 <2.0.0"}]})"),
      "ok");
}

TEST(Requirements, RefuseEachWithItsOwnCode) {
  EXPECT_EQ(refusal(R"({"host": ">=0.2.0"})"), "package.host_version");
  EXPECT_EQ(refusal(R"({"abi": "1.3"})"), "package.abi_too_new");
  EXPECT_EQ(refusal(R"({"abi": "2.0"})"), "package.abi_unsupported");
  EXPECT_EQ(refusal(R"({"services": ["opsflux.magic/1"]})"), "package.service_unknown");
  EXPECT_EQ(refusal(R"({"depends": [{"id": "absent", "version": "*"}]})"), "package.dependency_missing");
  EXPECT_EQ(refusal(R"({"depends": [{"id": "other", "version": ">=2.0.0"}]})"), "package.dependency_version");
  EXPECT_EQ(refusal(R"({"jobs": [{"id": "a", "function": "a"}]})"), "package.missing_file");
  EXPECT_EQ(refusal(R"({"jobs": [{"id": "a", "function": "a"}]})", {{"lib/linux-x86_64/module.so", "x"}}),
            "ok");
  EXPECT_EQ(refusal("{}", {{"lib/linux-aarch64/module.so", "x"}}), "package.wrong_platform");
  EXPECT_EQ(refusal(R"({"id": "other_things"})"), "package.name_clash");
  EXPECT_EQ(refusal(R"({"host": ">=0.2.0", "abi": "2.0"})"), "package.requirements");
}

}  // namespace
}  // namespace opsflux::package
