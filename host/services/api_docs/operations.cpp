#include "host/services/api_docs/operations.hpp"

namespace opsflux::api_docs {
namespace {

using http::Method;

constexpr auto kGet = Method::kGet;
constexpr auto kPost = Method::kPost;
constexpr auto kPatch = Method::kPatch;
constexpr auto kDelete = Method::kDelete;
constexpr auto kPut = Method::kPut;
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kEvents = "text/event-stream";

// clang-format off
constexpr Operation kCore[] = {
    {kPost, "/api/v1/auth/login", "session.login", "session", "", "Credentials", 200, "Tokens", "401 422 429"},
    {kPost, "/api/v1/auth/refresh", "session.refresh", "session", "", "Refresh", 200, "Tokens", "401 422"},
    {kPost, "/api/v1/auth/logout", "session.logout", "session", "", "", 204, "", ""},
    {kGet, "/api/v1/auth/me", "session.me", "session", "", "", 200, "Me", ""},
    {kPatch, "/api/v1/auth/me", "session.change_me", "session", "", "Preferences", 200, "Me", "422"},
    {kPost, "/api/v1/auth/password", "session.password", "session", "", "PasswordChange", 204, "", "422 429"},
    {kGet, "/api/v1/setup", "setup.read", "session", "", "", 200, "SetupState", ""},
    {kPost, "/api/v1/setup", "setup.create", "session", "", "Setup", 201, "Tokens", "409 422"},
    {kPost, "/api/v1/identity/users/{id}/password", "users.password", "users", "", "NewPassword", 204, "", "404 422"},
    {kGet, "/api/v1/modules", "modules.list", "modules", "", "", 200, "Modules", ""},
    {kPost, "/api/v1/modules", "modules.upload", "modules", "", "Bytes", 201, "Object", "409 413 415 422", kJson, "application/zip"},
    {kGet, "/api/v1/modules/{id}", "modules.read", "modules", "", "", 200, "Object", "404"},
    {kGet, "/api/v1/modules/plans/{digest}", "modules.plan", "modules", "", "", 200, "Object", "404"},
    {kDelete, "/api/v1/modules/plans/{digest}", "modules.refuse", "modules", "", "", 204, "", "404 409"},
    {kPost, "/api/v1/modules/plans/{digest}/approve", "modules.approve", "modules", "", "Approval", 202, "ModuleOperation", "404 409 422", kJson, kJson, "Location"},
    {kGet, "/api/v1/modules/operations", "modules.operations", "modules", "", "", 200, "ModuleOperations", ""},
    {kGet, "/api/v1/modules/operations/{id}", "modules.operation", "modules", "", "", 200, "ModuleOperation", "404"},
    {kGet, "/api/v1/modules/operations/{id}/events", "modules.operation_events", "modules", "", "", 200, "Text", "404", kEvents},
    {kGet, "/api/v1/modules/{id}/settings", "modules.settings", "modules", "", "", 200, "Settings", "404"},
    {kPatch, "/api/v1/modules/{id}/settings", "modules.change_settings", "modules", "", "SettingValues", 200, "Settings", "404 422"},
    {kPost, "/api/v1/modules/{id}/activate", "modules.activate", "modules", "", "", 202, "ModuleOperation", "404 409 422", kJson, kJson, "Location"},
    {kPost, "/api/v1/modules/{id}/deactivate", "modules.deactivate", "modules", "", "", 202, "ModuleOperation", "404 409 422", kJson, kJson, "Location"},
    {kPost, "/api/v1/modules/{id}/rollback", "modules.rollback", "modules", "", "", 202, "ModuleOperation", "404 409 422", kJson, kJson, "Location"},
    {kPost, "/api/v1/modules/{id}/uninstall", "modules.uninstall", "modules", "", "Uninstall", 202, "ModuleOperation", "404 409 422", kJson, kJson, "Location"},
    {kPost, "/api/v1/modules/{id}/demo", "modules.demo", "modules", "", "", 200, "DemoResult", "404 409 422"},
    {kGet, "/api/v1/triggers/runs", "triggers.runs", "triggers", "module limit", "", 200, "List", ""},
    {kGet, "/api/v1/triggers/dead", "triggers.dead", "triggers", "", "", 200, "List", ""},
    {kPost, "/api/v1/triggers/dead/{id}/replay", "triggers.replay", "triggers", "", "", 204, "", "404"},
    {kGet, "/api/v1/events", "events.listen", "application", "", "", 200, "Text", "", kEvents},
    {kGet, "/api/v1/app", "app.read", "application", "", "", 200, "Object", "", kJson, kJson, "ETag If-None-Match"},
    {kGet, "/api/v1/app/i18n/{lang}", "app.texts", "application", "", "", 200, "Texts", "404", kJson, kJson, "ETag If-None-Match"},
    {kGet, "/api/v1/openapi.json", "openapi.read", "documentation", "", "", 200, "Object", "", kJson, kJson, "ETag If-None-Match"},
    {kGet, "/api/v1/openapi/postman.json", "openapi.postman", "documentation", "", "", 200, "Object", "", kJson, kJson, "ETag If-None-Match"},
    {kGet, "/api/v1/openapi/samples/{operation}", "openapi.sample", "documentation", "lang", "", 200, "Text", "404", "text/plain"},
    {kGet, "/api/v1/custom-fields", "custom_fields.list", "custom_fields", "entity", "", 200, "CustomFields", ""},
    {kPost, "/api/v1/custom-fields", "custom_fields.create", "custom_fields", "", "NewCustomField", 201, "CustomField", "409 422"},
    {kPost, "/api/v1/custom-fields/order", "custom_fields.order", "custom_fields", "", "CustomFieldOrder", 204, "", "422"},
    {kGet, "/api/v1/custom-fields/{id}", "custom_fields.read", "custom_fields", "", "", 200, "CustomField", "404"},
    {kPatch, "/api/v1/custom-fields/{id}", "custom_fields.change", "custom_fields", "", "CustomFieldChange", 200, "CustomField", "404 409 422"},
    {kDelete, "/api/v1/custom-fields/{id}", "custom_fields.remove", "custom_fields", "", "", 204, "", "404 409"},
    {kPost, "/api/v1/custom-fields/{id}/restore", "custom_fields.restore", "custom_fields", "", "", 200, "CustomField", "404 409 422"},
    {kPost, "/api/v1/custom-fields/{id}/purge", "custom_fields.purge", "custom_fields", "", "", 204, "", "404 409"},
    {kGet, "/api/v1/texts", "texts.list", "texts", "language namespace q changed page page_size", "", 200, "TextList", ""},
    {kGet, "/api/v1/texts/export", "texts.export", "texts", "language namespace changed format separator", "", 200, "Text", "", "text/csv"},
    {kPost, "/api/v1/texts/import", "texts.import", "texts", "file_name", "Content", 200, "TextCounts", "413 415 422", kJson, "application/octet-stream"},
    {kPut, "/api/v1/texts/{language}/{namespace}/{key}", "texts.change", "texts", "", "TextChange", 200, "TextEntry", "404 422"},
    {kDelete, "/api/v1/texts/{language}/{namespace}/{key}", "texts.reset", "texts", "", "", 204, "", "404"},
    {kGet, "/api/v1/imports", "imports.list", "imports", "", "", 200, "List", ""},
    {kGet, "/api/v1/imports", "imports.list", "imports", "entity", "", 200, "List", ""},
    {kGet, "/api/v1/imports/limits", "imports.limits", "imports", "", "", 200, "Object", ""},
    {kPost, "/api/v1/imports", "imports.receive", "imports", "entity file_name", "Bytes", 201, "Import", "404 413 422", kJson, "application/octet-stream"},
    {kGet, "/api/v1/imports/{id}", "imports.read", "imports", "", "", 200, "Import", "404"},
    {kPost, "/api/v1/imports/{id}/preview", "imports.preview", "imports", "", "ImportReading", 200, "Import", "404 422"},
    {kPost, "/api/v1/imports/{id}/check", "imports.check", "imports", "", "ImportPlan", 202, "Import", "404 409 422"},
    {kPost, "/api/v1/imports/{id}/start", "imports.start", "imports", "", "ImportPlan", 202, "Import", "404 409 422"},
    {kPost, "/api/v1/imports/{id}/cancel", "imports.cancel", "imports", "", "", 202, "Import", "404 409"},
    {kPost, "/api/v1/imports/{id}/undo", "imports.undo", "imports", "", "", 200, "Import", "404 409"},
    {kGet, "/api/v1/imports/{id}/errors", "imports.errors", "imports", "", "", 200, "Text", "404", "text/csv"},
    {kGet, "/api/v1/import-mappings", "import_mappings.list", "imports", "entity", "", 200, "ImportMappings", "404"},
    {kPost, "/api/v1/import-mappings", "import_mappings.create", "imports", "", "NewImportMapping", 201, "ImportMapping", "404 409 422"},
    {kGet, "/api/v1/import-mappings/{id}", "import_mappings.read", "imports", "", "", 200, "ImportMapping", "404"},
    {kPatch, "/api/v1/import-mappings/{id}", "import_mappings.change", "imports", "", "ImportMappingChange", 200, "ImportMapping", "403 404 409 422"},
    {kDelete, "/api/v1/import-mappings/{id}", "import_mappings.remove", "imports", "", "", 204, "", "403 404"},
    {kPost, "/api/v1/files", "files.receive", "files", "file_name", "Content", 201, "File", "409 413 422", kJson, "application/octet-stream"},
    {kDelete, "/api/v1/files/{id}", "files.discard", "files", "", "", 204, "", "404"},
    {kGet, "/api/v1/audit", "audit.list", "audit", "filter q cursor page_size count", "", 200, "List", "422"},
    {kGet, "/api/v1/audit/{id}", "audit.read", "audit", "", "", 200, "Object", "404"},
    {kGet, "/api/v1/audit/summary", "audit.summary", "audit", "filter", "", 200, "Object", "422"},
    {kGet, "/api/v1/audit/export", "audit.export", "audit", "filter q format separator", "", 200, "Text", "422", "text/csv"},
    {kGet, "/api/v1/audit/verify", "audit.verify", "audit", "", "", 200, "Object", ""},
    {kGet, "/api/v1/audit/settings", "audit.settings", "audit", "", "", 200, "Object", ""},
    {kPatch, "/api/v1/audit/settings", "audit.change_settings", "audit", "", "SettingValues", 200, "Object", "422"},
    {kGet, "/healthz", "system.health", "system", "", "", 200, "Health", ""},
    {kGet, "/readyz", "system.ready", "system", "", "", 200, "Health", "503"},
};

constexpr Operation kEntity[] = {
    {kGet, "", "list", "", "filter q sort fields expand page page_size cursor totals count deleted", "", 200, "RecordList", ""},
    {kPost, "", "create", "", "", "NewValues", 201, "Record", "409 422", kJson, kJson, "ETag Location"},
    {kGet, "/aggregate", "aggregate", "", "filter q group measures sort_groups limit deleted", "", 200, "Groups", ""},
    {kPost, "/bulk", "bulk", "", "", "Bulk", 200, "BulkResult", "404 409 412 422"},
    {kGet, "/export", "export", "", "filter q sort fields expand deleted format separator", "", 200, "Text", "", "text/csv"},
    {kGet, "/{id}", "read", "", "expand", "", 200, "Record", "404", kJson, kJson, "ETag If-None-Match"},
    {kPatch, "/{id}", "update", "", "", "Values", 200, "Record", "404 409 412 422", kJson, kJson, "ETag If-Match"},
    {kDelete, "/{id}", "delete", "", "", "", 204, "", "404 409 412 422", kJson, kJson, "If-Match"},
    {kPost, "/{id}/restore", "restore", "", "", "", 200, "Record", "404 409 422", kJson, kJson, "ETag"},
    {kGet, "/{id}/activity", "activity", "", "", "", 200, "List", "404"},
    {kGet, "/{id}/around", "around", "", "", "", 200, "Around", "404"},
    {kPut, "/{id}/favourite", "mark_favourite", "", "", "", 204, "", "404"},
    {kDelete, "/{id}/favourite", "unmark_favourite", "", "", "", 204, "", "404"},
    {kPut, "/{id}/follow", "follow", "", "", "", 204, "", "404"},
    {kDelete, "/{id}/follow", "unfollow", "", "", "", 204, "", "404"},
    {kPut, "/{id}/tags", "set_tags", "", "", "Tags", 204, "", "404 422"},
    {kPost, "/{id}/shares", "share", "", "", "Share", 204, "", "404 422"},
    {kDelete, "/{id}/shares/{grantee}", "unshare", "", "", "", 204, "", "404"},
    {kGet, "/{id}/comments", "comments", "", "", "", 200, "List", "404"},
    {kPost, "/{id}/comments", "comment", "", "", "Comment", 201, "Identifier", "404 422"},
    {kPatch, "/{id}/comments/{comment}", "edit_comment", "", "", "Comment", 204, "", "404 422"},
    {kDelete, "/{id}/comments/{comment}", "delete_comment", "", "", "", 204, "", "404"},
    {kPut, "/{id}/comments/{comment}/reactions/{emoji}", "react", "", "", "", 204, "", "404 422"},
    {kDelete, "/{id}/comments/{comment}/reactions/{emoji}", "unreact", "", "", "", 204, "", "404 422"},
    {kGet, "/{id}/attachments", "attachments", "", "", "", 200, "Attachments", "404"},
    {kPost, "/{id}/attachments", "attach", "", "", "FileNames", 204, "", "404 409 422"},
    {kDelete, "/{id}/attachments/{file}", "detach", "", "", "", 204, "", "404"},
    {kGet, "/{id}/files/{file}", "download", "", "inline", "", 200, "Content", "404", "application/octet-stream", kJson, "ETag If-None-Match"},
    {kGet, "/{id}/versions", "versions", "", "", "", 200, "List", "404"},
    {kGet, "/{id}/versions/{version}", "version", "", "", "", 200, "Object", "404"},
    {kPost, "/{id}/versions/{version}/restore", "restore_version", "", "", "", 200, "Record", "404 409 412 422", kJson, kJson, "If-Match"},
    {kGet, "/{id}/difference", "difference", "", "from to", "", 200, "Object", "404"},
    {kGet, "/{id}/blame", "blame", "", "", "", 200, "Object", "404"},
    {kPost, "/duplicates", "duplicates", "", "", "Sought", 200, "Alike", "422"},
    {kGet, "/{id}/duplicates", "duplicates_of", "", "", "", 200, "Alike", "404"},
    {kPost, "/{id}/clone", "clone", "", "", "Values", 201, "Record", "404 409 422"},
    {kPost, "/{id}/purge", "purge", "", "", "", 204, "", "404 409"},
    {kPut, "/{id}/lock", "lock", "", "", "Lock", 204, "", "404 409 422"},
    {kDelete, "/{id}/lock", "unlock", "", "", "", 204, "", "404 409"},
    {kGet, "/{id}/merges", "merges", "", "", "", 200, "List", "404"},
    {kPost, "/{id}/merges", "merge", "", "", "Merge", 200, "Record", "404 409 422"},
    {kPost, "/{id}/merges/{merge}/undo", "undo_merge", "", "", "", 200, "Record", "404 409 422"},
};
// clang-format on

}  // namespace

std::span<const Operation> core_operations() { return kCore; }
std::span<const Operation> entity_operations() { return kEntity; }

}  // namespace opsflux::api_docs
