#include "host/http/disposition.hpp"

#include <gtest/gtest.h>

namespace opsflux::http {
namespace {

TEST(Disposition, NamesAFile) {
  EXPECT_EQ(content_disposition("attachment", "report 1.pdf"), "attachment; filename=\"report 1.pdf\"");
  EXPECT_EQ(content_disposition("inline", "café \"à\".pdf"),
            "inline; filename=\"caf_ ___.pdf\"; filename*=UTF-8''caf%C3%A9%20%22%C3%A0%22.pdf");
  EXPECT_EQ(content_disposition("attachment", "報告.txt"),
            "attachment; filename=\"__.txt\"; filename*=UTF-8''%E5%A0%B1%E5%91%8A.txt");
}

TEST(Disposition, CannotBeLeftByAName) {
  const std::string out =
      content_disposition("attachment", "a\"; filename=\"evil.exe\\\r\nSet-Cookie: x%41'");
  EXPECT_EQ(out.find('\r'), std::string::npos);
  EXPECT_EQ(out.find('\n'), std::string::npos);
  EXPECT_EQ(out.substr(0, out.find("; filename*")),
            "attachment; filename=\"a_; filename=_evil.exe___Set-Cookie: x_41'\"");
}

}  // namespace
}  // namespace opsflux::http
