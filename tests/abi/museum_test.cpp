// Drives the binaries of the museum in the in-memory host. The real host installs them in its own tests.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "opsflux/testing/host.hpp"

namespace opsflux {
namespace {

using testing::Outcome;

std::vector<std::filesystem::path> exhibits() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(OPSFLUX_MUSEUM))
    if (entry.path().filename() == "module.so") found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

// ".../1.0/museum_c/lib/linux-x86_64/module.so" -> "museum_c"
std::string id_of(const std::filesystem::path& library) {
  return library.parent_path().parent_path().parent_path().filename();
}

class Museum : public ::testing::TestWithParam<std::filesystem::path> {
 protected:
  Museum() : host(id_of(GetParam())) {
    library = dlopen(GetParam().c_str(), RTLD_NOW | RTLD_LOCAL);
    EXPECT_NE(library, nullptr) << dlerror();
    const auto entry = reinterpret_cast<opf_module_entry_v1_fn>(dlsym(library, OPF_MODULE_ENTRY_SYMBOL));
    table = entry();
    host.settings["sign"] = "seen";
    host.texts["greeting"] = "Bonjour {name}";
    host.on_query = [](std::string_view, const std::vector<Value>&) { return testing::Rows{1, {1}}; };
    const Outcome loaded = host.load(*table);
    EXPECT_TRUE(loaded.ok()) << loaded.reason();
  }
  ~Museum() override {
    host.unload();
    dlclose(library);
  }

  testing::Host host;
  void* library = nullptr;
  const opf_module_v1* table = nullptr;
};

TEST_P(Museum, SaysWhoItIs) {
  EXPECT_EQ(detail::view(table->id), id_of(GetParam()));
  EXPECT_LE(table->abi_minor, OPF_ABI_MINOR);
}

TEST_P(Museum, MarksWhatIsWritten) {
  const Outcome outcome = host.create("mark", {{"name", "A"}});
  ASSERT_TRUE(outcome.ok()) << outcome.reason();
  EXPECT_EQ(outcome["mark"], Value("seen A"));
  EXPECT_EQ(host.logs.back().event, "marked");
}

TEST_P(Museum, RefusesAtTheField) {
  const Outcome outcome = host.create("mark", {{"name", "veto"}});
  EXPECT_EQ(outcome.status, OPF_E_INVALID);
  EXPECT_EQ(outcome.field(), "name");
  EXPECT_EQ(outcome.reason(), "vetoed");
  EXPECT_EQ(outcome.error->params().at(0).value, Value("veto"));
}

TEST_P(Museum, UsesEveryService) {
  const Outcome outcome = host.request("services", {.query = {{"name", "Ada"}}});
  ASSERT_TRUE(outcome.ok()) << outcome.reason();
  EXPECT_EQ(Json::parse(outcome.response->body), Json::parse(R"({"name":"Ada2","listed":true,"counted":true,
      "greeting":"Bonjour Ada","sign":"seen","signed_in":true,"now":true,"id":true})"));
  EXPECT_EQ(host.events.at(0).name, "counted");
}

TEST_P(Museum, AnswersLater) {
  const Outcome outcome = host.request("later", {});
  ASSERT_TRUE(outcome.ok()) << outcome.reason();
  EXPECT_EQ(host.jobs.at(0).job, "answer");
  EXPECT_TRUE(host.run_job("answer").ok());
  EXPECT_EQ(host.completed[outcome.ticket].status, 202u);
}

TEST_P(Museum, GivesUpWhatItDeferredWhenItEnds) {
  const Outcome outcome = host.request("later", {});
  host.unload();
  EXPECT_EQ(host.completed[outcome.ticket].status, 503u);
}

TEST_P(Museum, CountsWhatWasCreated) {
  EXPECT_TRUE(host.deliver("count", id_of(GetParam()) + ".thing.created", Json::object()).ok());
  EXPECT_EQ(host.events.at(0).name, "counted");
}

INSTANTIATE_TEST_SUITE_P(All, Museum, ::testing::ValuesIn(exhibits()), [](const auto& info) {
  return id_of(info.param) + "_" + std::to_string(info.index);
});

}  // namespace
}  // namespace opsflux
