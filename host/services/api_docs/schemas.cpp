#include "host/services/api_docs/schemas.hpp"

#include <nlohmann/json.hpp>

namespace opsflux::api_docs {
namespace {

using entities::Field;
using entities::FieldType;

constexpr std::string_view kCoreSchemas = R"({
  "Object": {"type": "object"},
  "Text": {"type": "string"},
  "Bytes": {"type": "string", "contentMediaType": "application/zip"},
  "List": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {"type": "object"}}}},
  "Meta": {"type": "object", "properties": {
    "page": {"type": "integer"}, "page_size": {"type": "integer"}, "total": {"type": "integer"}, "pages": {"type": "integer"},
    "totals": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
    "next_cursor": {"type": ["string", "null"]}}},
  "Groups": {"type": "object", "required": ["data", "meta"], "properties": {
    "data": {"type": "array", "items": {"type": "object", "required": ["group", "count"],
      "properties": {"group": {"type": "object"}, "count": {"type": "integer"}}}},
    "meta": {"type": "object", "properties": {"truncated": {"type": "boolean"}}}}},
  "BulkResult": {"type": "object", "required": ["data", "meta"], "properties": {
    "data": {"type": "array", "items": {"type": "object", "required": ["action", "state"], "properties": {
      "action": {"type": "string"}, "state": {"type": "string"}, "id": {"type": "string"}, "version": {"type": "integer"},
      "error": {"$ref": "#/components/schemas/Problem"}}}},
    "meta": {"type": "object", "properties": {"done": {"type": "integer"}, "failed": {"type": "integer"}}}}},
  "Problem": {"type": "object", "required": ["type", "title", "status", "code"], "properties": {
    "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"},
    "code": {"type": "string"}, "field": {"type": "string"}, "params": {"type": "object"}, "trace_id": {"type": "string"},
    "current": {"type": "object", "additionalProperties": true},
    "errors": {"type": "array", "items": {"type": "object", "properties": {"detail": {"type": "string"},
      "code": {"type": "string"}, "field": {"type": "string"}, "params": {"type": "object"}}}}}},
  "User": {"type": "object", "required": ["id", "email", "name", "role"], "properties": {
    "id": {"type": "string"}, "email": {"type": "string", "format": "email"}, "name": {"type": "string"},
    "role": {"type": "string"}, "language": {"enum": ["en", "es", "fr", "pt"]}, "theme": {"enum": ["auto", "dark", "light"]},
    "density": {"enum": ["comfortable", "compact", "dense", "glove"]},
    "phone": {"type": ["string", "null"]}, "job": {"type": ["string", "null"]}, "place": {"type": ["string", "null"]},
    "time_zone": {"type": ["string", "null"]}, "photo": {"type": ["string", "null"]}}},
  "Me": {"type": "object", "required": ["user"], "properties": {"user": {"$ref": "#/components/schemas/User"},
    "seen_by": {"type": ["object", "null"], "required": ["name", "writes"], "properties": {
      "name": {"type": "string"}, "writes": {"type": "boolean"}}}}},
  "Proof": {"type": "object", "properties": {"password": {"type": "string"},
    "method": {"type": "string", "enum": ["totp", "backup"]}, "code": {"type": "string"}}},
  "ProofState": {"type": "object", "required": ["confirmed", "methods"], "properties": {
    "confirmed": {"type": "boolean"}, "methods": {"type": "array", "items": {"type": "string"}}}},
  "KeyOverlap": {"type": "object", "additionalProperties": false, "properties": {
    "overlap_hours": {"type": "integer", "minimum": 0, "maximum": 168}}},
  "NewKey": {"type": "object", "required": ["key"], "properties": {"key": {"type": "string"}}},
  "Sessions": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {"type": "object",
    "required": ["id", "current", "kind", "device", "address", "created_at", "last_used_at", "expires_at"], "properties": {
    "id": {"type": "string"}, "current": {"type": "boolean"}, "kind": {"enum": ["browser", "token"]},
    "device": {"enum": ["computer", "phone", "tablet", "program"]}, "browser": {"type": "string"}, "system": {"type": "string"},
    "user_agent": {"type": "string"}, "address": {"type": "string"}, "place": {"type": "string"},
    "created_at": {"type": "string", "format": "date-time"}, "last_used_at": {"type": "string", "format": "date-time"},
    "expires_at": {"type": "string", "format": "date-time"}}}},
    "meta": {"type": "object", "properties": {"last_login_at": {"type": ["string", "null"], "format": "date-time"},
      "last_seen_at": {"type": ["string", "null"], "format": "date-time"}}}}},
  "Me": {"type": "object", "required": ["user"], "properties": {"user": {"$ref": "#/components/schemas/User"},
    "company": {"anyOf": [{"$ref": "#/components/schemas/OwnCompany"}, {"type": "null"}]},
    "companies": {"type": "array", "items": {"$ref": "#/components/schemas/OwnCompany"}}}},
  "OwnCompany": {"type": "object", "required": ["id", "name"], "properties": {"id": {"type": "string"}, "name": {"type": "string"}}},
  "Context": {"type": "object", "required": ["company", "companies"], "properties": {
    "company": {"anyOf": [{"$ref": "#/components/schemas/OwnCompany"}, {"type": "null"}]},
    "companies": {"type": "array", "items": {"$ref": "#/components/schemas/OwnCompany"}}}},
  "ContextWish": {"type": "object", "additionalProperties": false, "properties": {"company": {"type": ["string", "null"]}}},
  "Credentials": {"type": "object", "additionalProperties": false, "required": ["email", "password"], "properties": {
    "email": {"type": "string", "format": "email"}, "password": {"type": "string", "format": "password"},
    "remember": {"type": "boolean"}}},
  "Refresh": {"type": "object", "additionalProperties": false, "properties": {"refresh_token": {"type": "string"}}},
  "Tokens": {"type": "object", "required": ["access_token", "token_type", "expires_in", "user"], "properties": {
    "access_token": {"type": "string"}, "token_type": {"const": "Bearer"}, "expires_in": {"type": "integer"},
    "refresh_token": {"type": "string"}, "user": {"$ref": "#/components/schemas/User"}}},
  "CodeWish": {"type": "object", "additionalProperties": false, "required": ["method"], "properties": {
    "method": {"enum": ["email", "sms"]}, "login_token": {"type": "string"}}},
  "SentCode": {"type": "object", "required": ["kind", "sent_to"], "properties": {"kind": {"enum": ["email", "sms"]},
    "sent_to": {"type": "string"}}},
  "EnrolmentWish": {"type": "object", "additionalProperties": false, "properties": {
    "kind": {"enum": ["totp", "email", "sms"]}, "number": {"type": "string"}, "login_token": {"type": "string"}}},
  "AccessWish": {"type": "object", "additionalProperties": false, "required": ["email", "name", "reason"], "properties": {
    "email": {"type": "string", "format": "email"}, "name": {"type": "string", "maxLength": 120},
    "reason": {"type": "string", "maxLength": 1000}, "language": {"enum": ["en", "es", "fr", "pt"]}}},
  "AccessApproval": {"type": "object", "additionalProperties": false, "required": ["role"], "properties": {
    "role": {"type": "string"}, "company": {"type": "string"}, "answer": {"type": "string", "maxLength": 500}}},
  "AccessRefusal": {"type": "object", "additionalProperties": false, "properties": {
    "answer": {"type": "string", "maxLength": 500}}},
  "SmsTest": {"type": "object", "additionalProperties": false, "required": ["number"], "properties": {
    "number": {"type": "string"}}},
  "LogInCode": {"type": "object", "additionalProperties": false, "required": ["code"], "properties": {
    "method": {"enum": ["totp", "email", "sms", "backup"]}, "code": {"type": "string"}, "trust_device": {"type": "boolean"},
    "login_token": {"type": "string"}}},
  "LogInPassword": {"type": "object", "additionalProperties": false, "required": ["new_password"], "properties": {
    "new_password": {"type": "string", "format": "password"}, "login_token": {"type": "string"}}},
  "Enrolment": {"type": "object", "properties": {"id": {"type": "string"},
    "kind": {"enum": ["email", "sms"]}, "sent_to": {"type": "string"},
    "secret": {"type": "string"}, "uri": {"type": "string"}, "qr": {"type": "object", "required": ["size", "path"],
      "properties": {"size": {"type": "integer"}, "path": {"type": "string"}}}}},
  "Factors": {"type": "object", "required": ["factors", "backup_codes", "required", "kinds"], "properties": {
    "factors": {"type": "array", "items": {"type": "object", "required": ["id", "kind", "label"], "properties": {
      "id": {"type": "string"}, "kind": {"enum": ["totp", "email", "sms"]}, "label": {"type": "string"},
      "place": {"type": "string"},
      "confirmed_at": {"type": "string", "format": "date-time"}, "last_used_at": {"type": ["string", "null"]}}}},
    "backup_codes": {"type": "integer"}, "required": {"type": "boolean"},
    "kinds": {"type": "array", "items": {"enum": ["totp", "email", "sms"]}}}},
  "NewFactor": {"type": "object", "additionalProperties": false, "required": ["password"], "properties": {
    "password": {"type": "string", "format": "password"}, "label": {"type": "string", "maxLength": 60},
    "kind": {"enum": ["totp", "email", "sms"]}, "number": {"type": "string"}}},
  "FactorCode": {"type": "object", "additionalProperties": false, "required": ["code"], "properties": {"code": {"type": "string"}}},
  "OwnPassword": {"type": "object", "additionalProperties": false, "required": ["password"], "properties": {
    "password": {"type": "string", "format": "password"}}},
  "BackupCodes": {"type": "object", "required": ["backup_codes"], "properties": {
    "backup_codes": {"type": "array", "items": {"type": "string"}}}},
  "Devices": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {"type": "object",
    "properties": {"id": {"type": "string"}, "agent": {"type": "string"}, "first_seen": {"type": "string", "format": "date-time"},
      "last_seen": {"type": "string", "format": "date-time"}, "trusted_until": {"type": "string", "format": "date-time"},
      "current": {"type": "boolean"}}}}}},
  "Preferences": {"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string"},
    "language": {"enum": ["en", "es", "fr", "pt"]}, "theme": {"enum": ["auto", "dark", "light"]},
    "density": {"enum": ["comfortable", "compact", "dense", "glove"]},
    "phone": {"type": "string"}, "job": {"type": "string", "maxLength": 120}, "place": {"type": "string", "maxLength": 120},
    "time_zone": {"type": "string", "examples": ["Africa/Libreville"]}, "photo": {"type": "string"}}},
  "GroupNotice": {"type": "object", "additionalProperties": false, "required": ["subject", "text"], "properties": {
    "subject": {"type": "string", "maxLength": 150}, "text": {"type": "string", "maxLength": 5000}}},
  "PasswordChange": {"type": "object", "additionalProperties": false, "required": ["current_password", "new_password"],
    "properties": {"current_password": {"type": "string", "format": "password"},
      "new_password": {"type": "string", "format": "password"}}},
  "NewPassword": {"type": "object", "additionalProperties": false, "required": ["password"],
    "properties": {"password": {"type": "string", "format": "password"}, "temporary": {"type": "boolean", "default": false}}},
  "PasswordCheck": {"type": "object", "additionalProperties": false, "properties": {
    "password": {"type": "string", "format": "password"}, "name": {"type": "string"}, "email": {"type": "string"}}},
  "PasswordJudgement": {"type": "object", "required": ["score", "acceptable", "reason", "hints"], "properties": {
    "score": {"type": "integer", "minimum": 0, "maximum": 4}, "acceptable": {"type": "boolean"}, "reason": {"type": "string"},
    "hints": {"type": "array", "items": {"enum": ["common", "own", "repeat", "sequence", "keyboard", "date", "short"]}}}},
  "SetupState": {"type": "object", "required": ["needed"], "properties": {"needed": {"type": "boolean"}}},
  "Setup": {"type": "object", "additionalProperties": false, "required": ["token", "email", "password", "name", "language"],
    "properties": {"token": {"type": "string"}, "email": {"type": "string", "format": "email"},
      "password": {"type": "string", "format": "password"}, "name": {"type": "string"},
      "language": {"enum": ["en", "es", "fr", "pt"]}}},
  "Modules": {"type": "object", "required": ["data", "meta"], "properties": {
    "data": {"type": "array", "items": {"type": "object"}},
    "meta": {"type": "object", "properties": {"mapped_bytes": {"type": "integer"}}}}},
  "Approval": {"type": "object", "properties": {"accept": {"type": "array", "items": {"type": "string"}}}},
  "Uninstall": {"type": "object", "required": ["data"], "properties": {"data": {"enum": ["keep", "purge"]}}},
  "DemoResult": {"type": "object", "required": ["records"], "properties": {"records": {"type": "integer"}}},
  "ModuleOperation": {"type": "object", "required": ["id", "kind", "module", "state"], "properties": {
    "id": {"type": "string"}, "kind": {"type": "string"}, "module": {"type": "string"}, "version": {"type": "string"},
    "state": {"enum": ["done", "failed", "running", "undone"]}, "stages": {"type": "array", "items": {"type": "object"}}}},
  "ModuleOperations": {"type": "object", "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/ModuleOperation"}}}},
  "Settings": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {
    "type": "object", "required": ["key", "type"], "properties": {"key": {"type": "string"}, "type": {"type": "string"},
      "label": {"type": "string"}, "help": {"type": "string"}, "default": true, "value": true,
      "is_set": {"type": "boolean"}, "secret": {"type": "boolean"}, "source": {"enum": ["default", "set", "override"]},
      "place": {"type": ["string", "null"]}, "category": {"type": ["string", "null"]}}}}}},
  "SettingGroups": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {
    "type": "object", "required": ["module", "name", "core", "settings"], "properties": {"module": {"type": "string"},
      "name": {"type": "string"}, "icon": {"type": "string"}, "core": {"type": "boolean"},
      "settings": {"type": "array", "items": {"type": "object"}}}}}}},
  "PermissionList": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {
    "type": "object", "required": ["id", "module", "action", "label", "class", "defaults", "follows"], "properties": {
      "id": {"type": "string"}, "module": {"type": "string"}, "module_label": {"type": "string"},
      "entity": {"type": ["string", "null"]}, "entity_label": {"type": ["string", "null"]},
      "action": {"type": "string"}, "action_label": {"type": "string"}, "label": {"type": "string"},
      "class": {"enum": ["plain", "tenant", "instance"]}, "risk": {"enum": ["low", "moderate", "high", null]},
      "follows": {"type": ["string", "null"]},
      "defaults": {"type": "object", "additionalProperties": {"enum": ["all", "company", "department", "own"]}}}}}}},
  "Matrix": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {
    "type": "object", "required": ["id", "key", "name", "built_in", "fixed", "inherits", "version", "people", "grants"], "properties": {
      "id": {"type": "string"}, "key": {"type": "string"}, "name": {"type": "string"},
      "description": {"type": ["string", "null"]}, "built_in": {"type": "boolean"}, "fixed": {"type": "boolean"},
      "inherits": {"type": "array", "items": {"type": "string"}}, "version": {"type": "integer"}, "people": {"type": "integer"},
      "grants": {"type": "object", "additionalProperties": {"enum": ["all", "company", "department", "own", "none"]}}}}}}},
  "MatrixChanges": {"type": "object", "additionalProperties": false, "required": ["changes"], "properties": {
    "changes": {"type": "array", "maxItems": 20000, "items": {
      "type": "object", "additionalProperties": false, "required": ["role", "permission", "scope"], "properties": {
        "role": {"type": "string"}, "permission": {"type": "string"},
        "scope": {"enum": ["all", "company", "department", "own", "none", "default"]},
        "was": {"enum": ["all", "company", "department", "own", "none", "default"]}}}}}},
  "RoleFile": {"type": "object", "additionalProperties": false, "required": ["format", "version", "roles"], "properties": {
    "format": {"const": "opsflux-roles"}, "version": {"const": 1}, "roles": {"type": "array", "maxItems": 500, "items": {
      "type": "object", "additionalProperties": false, "required": ["key", "name"], "properties": {
        "key": {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}, "name": {"type": "string", "maxLength": 80},
        "description": {"type": ["string", "null"], "maxLength": 500}, "inherits": {"type": "array", "items": {"type": "string"}},
        "grants": {"type": "object", "additionalProperties": {"enum": ["all", "company", "department", "own", "none"]}}}}}}},
  "RoleFileReport": {"type": "object", "required": ["roles", "unknown"], "properties": {
    "roles": {"type": "array", "items": {"type": "object", "required": ["key", "name", "action", "fields", "rights"], "properties": {
      "key": {"type": "string"}, "name": {"type": "string"}, "action": {"enum": ["create", "change", "same"]},
      "fields": {"type": "array", "items": {"type": "string"}}, "rights": {"type": "array", "items": {"type": "object"}}}}},
    "unknown": {"type": "array", "items": {"type": "string"}}}},
  "PeopleWhoMay": {"type": "object", "required": ["data", "meta"], "properties": {
    "data": {"type": "array", "maxItems": 100, "items": {"type": "object", "required": ["id", "name", "scope"], "properties": {
      "id": {"type": "string"}, "name": {"type": "string"}, "scope": {"enum": ["all", "company", "department", "own"]}}}},
    "meta": {"type": "object", "properties": {"total": {"type": "integer"}, "truncated": {"type": "boolean"}}}}},
  "PeopleWhoSeeEvery": {"type": "object", "required": ["data", "meta"], "properties": {
    "data": {"type": "array", "maxItems": 100, "items": {"type": "object", "required": ["id", "name", "permission"], "properties": {
      "id": {"type": "string"}, "name": {"type": "string"}, "permission": {"type": "string"}}}},
    "meta": {"type": "object", "properties": {"total": {"type": "integer"}, "truncated": {"type": "boolean"}}}}},
  "PersonRights": {"type": "object", "required": ["user", "administrator", "roles", "permissions"], "properties": {
    "user": {"type": "object"}, "administrator": {"type": "boolean"},
    "roles": {"type": "array", "items": {"type": "object", "required": ["id", "key", "name", "group"]}},
    "permissions": {"type": "array", "items": {"type": "object", "required": ["id", "scope", "text"], "properties": {
      "id": {"type": "string"}, "scope": {"enum": ["all", "company", "department", "own"]}, "text": {"type": "string"}}}}}},
  "RightExplained": {"type": "object", "required": ["user", "permission", "scope", "reasons", "would"], "properties": {
    "user": {"type": "object"}, "permission": {"type": "object", "required": ["id", "label"]},
    "scope": {"enum": ["all", "company", "department", "own", null]}, "text": {"type": ["string", "null"]},
    "reasons": {"type": "array", "items": {"type": "object", "required": ["how", "roles", "grant", "scope", "wins"], "properties": {
      "how": {"enum": ["user", "group", "company"]}, "company": {"type": ["object", "null"]}, "group": {"type": ["object", "null"]}, "member_of": {"type": ["object", "null"]},
      "in_company": {"type": "boolean"}, "roles": {"type": "array", "items": {"type": "object"}},
      "grant": {"enum": ["everything", "set", "default"]}, "scope": {"enum": ["all", "company", "department", "own"]},
      "narrowed_from": {"type": ["string", "null"]}, "set_by": {"type": ["object", "null"]}, "wins": {"type": "boolean"}}}},
    "would": {"type": "array", "items": {"type": "object", "required": ["id", "key", "name", "scope"]}},
    "record": {"type": ["object", "null"]}}},
  "SettingFile": {"type": "object", "required": ["format", "version", "settings"], "properties": {
    "format": {"const": "opsflux-settings"}, "version": {"const": 1}, "settings": {"type": "object"}}},
  "Count": {"type": "object", "required": ["count"], "properties": {"count": {"type": "integer"}}},
  "PreferenceChanges": {"type": "object", "additionalProperties": {"type": "object", "required": ["value"],
    "additionalProperties": false, "properties": {"value": true, "at": {"type": "string", "format": "date-time"}}}},
  "PreferenceValues": {"type": "object", "required": ["data"], "properties": {"data": {"type": "object",
    "additionalProperties": {"type": "object", "required": ["value", "changed_at"], "properties": {"value": true,
      "changed_at": {"type": "string", "format": "date-time"}}}}}},
  "SettingValues": {"type": "object", "additionalProperties": true},
  "Identifier": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
  "Around": {"type": "object", "properties": {"favourite": {"type": "boolean"}, "followed": {"type": "boolean"},
    "followers": {"type": "array", "items": {"type": "object"}}, "tags": {"type": "array", "items": {"type": "string"}},
    "comments": {"type": "integer"}, "shares": {"type": "array", "items": {"type": "object"}}}},
  "Tags": {"type": "object", "additionalProperties": false, "required": ["tags"], "properties": {
    "tags": {"type": "array", "maxItems": 50, "items": {"type": "string", "minLength": 1, "maxLength": 80}}}},
  "Share": {"type": "object", "additionalProperties": false, "properties": {"user": {"type": "string", "format": "uuid"},
    "group": {"type": "string", "format": "uuid"}, "editable": {"type": "boolean"}}},
  "Comment": {"type": "object", "additionalProperties": false, "required": ["body"], "properties": {
    "body": {"type": "string", "minLength": 1, "maxLength": 10000}, "parent_id": {"type": "string"},
    "files": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "string", "format": "uuid"}}}},
  "Content": {"type": "string", "contentMediaType": "application/octet-stream"},
  "File": {"type": "object", "required": ["id", "name", "type", "size"], "properties": {"id": {"type": "string", "format": "uuid"},
    "name": {"type": "string"}, "type": {"type": "string"}, "size": {"type": "integer"},
    "width": {"type": ["integer", "null"]}, "height": {"type": ["integer", "null"]}}},
  "FileNames": {"type": "object", "additionalProperties": false, "required": ["files"], "properties": {
    "files": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "string", "format": "uuid"}}}},
  "Attachments": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {
    "allOf": [{"$ref": "#/components/schemas/File"}, {"type": "object", "properties": {
      "created_at": {"type": "string", "format": "date-time"}, "created_by": {"type": ["string", "null"]},
      "author": {"type": ["string", "null"]}}}]}}}},
  "Lock": {"type": "object", "additionalProperties": false, "properties": {
    "seconds": {"type": "integer", "minimum": 10, "maximum": 3600, "default": 300}}},
  "Merge": {"type": "object", "additionalProperties": false, "required": ["from"], "properties": {
    "from": {"type": "string", "format": "uuid"}, "values": {"type": "object"}}},
  "Import": {"type": "object", "required": ["id", "entity", "state"], "properties": {"id": {"type": "string"},
    "entity": {"type": "string"}, "file_name": {"type": "string"}, "file": {"type": "object"},
    "state": {"enum": ["uploaded", "running", "done", "failed", "cancelled", "interrupted", "undone"]},
    "counts": {"type": "object"}, "error": {"type": ["object", "null"]}, "preview": {"type": ["object", "null"]}}},
  "ImportPlan": {"type": "object", "additionalProperties": false, "required": ["mapping"], "properties": {
    "mapping": {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
    "key": {"type": "array", "items": {"type": "string"}}, "mode": {"enum": ["all", "skip"], "default": "all"},
    "decimal": {"enum": ["point", "comma"]}, "dates": {"enum": ["ymd", "dmy", "mdy"]}, "separator": {"type": "string"},
    "encoding": {"type": "string"}, "sheet": {"type": "string"}}},
  "ImportMapping": {"type": "object", "required": ["id", "entity", "name", "shared", "plan", "gone", "own", "may_change"],
    "properties": {"id": {"type": "string"}, "entity": {"type": "string"}, "name": {"type": "string"},
    "shared": {"type": "boolean"}, "plan": {"$ref": "#/components/schemas/ImportPlan"},
    "gone": {"type": "array", "items": {"type": "object", "properties": {"column": {"type": "string"},
      "field": {"type": ["string", "null"]}}}},
    "own": {"type": "boolean"}, "may_change": {"type": "boolean"}, "owner": {"type": ["string", "null"]},
    "created_by": {"type": "string"}, "created_at": {"type": "string", "format": "date-time"},
    "updated_at": {"type": "string", "format": "date-time"}}},
  "ImportMappings": {"type": "object", "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/ImportMapping"}}}},
  "NewImportMapping": {"type": "object", "additionalProperties": false, "required": ["entity", "name", "plan"],
    "properties": {"entity": {"type": "string"}, "name": {"type": "string", "minLength": 1, "maxLength": 100},
    "shared": {"type": "boolean", "default": false}, "plan": {"$ref": "#/components/schemas/ImportPlan"}}},
  "ImportMappingChange": {"type": "object", "additionalProperties": false, "properties": {
    "name": {"type": "string", "minLength": 1, "maxLength": 100}, "shared": {"type": "boolean"},
    "plan": {"$ref": "#/components/schemas/ImportPlan"}}},
  "CustomField": {"type": "object", "required": ["id", "entity", "name", "field", "texts", "state"], "properties": {
    "id": {"type": "string"}, "entity": {"type": "string"}, "name": {"type": "string"},
    "field": {"$ref": "#/components/schemas/CustomFieldRules"}, "texts": {"$ref": "#/components/schemas/CustomFieldTexts"},
    "section": {"type": ["string", "null"]}, "search": {"type": "boolean"},
    "state": {"enum": ["in_use", "left_out", "removed"]}, "problem": {"type": ["string", "null"]},
    "records": {"type": "integer"}, "created_at": {"type": "string", "format": "date-time"},
    "created_by": {"type": ["string", "null"]}, "removed_at": {"type": ["string", "null"]}}},
  "CustomFields": {"type": "object", "required": ["data"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/CustomField"}}}},
  "CustomFieldRules": {"type": "object", "required": ["type"], "additionalProperties": true,
    "properties": {"type": {"type": "string"}}},
  "CustomFieldTexts": {"type": "object", "minProperties": 1, "propertyNames": {"enum": ["en", "es", "fr", "pt"]},
    "additionalProperties": {"type": "object", "properties": {"label": {"type": "string", "minLength": 1, "maxLength": 100},
      "help": {"type": "string", "minLength": 1, "maxLength": 500},
      "values": {"type": "object", "additionalProperties": {"type": "string"}}}}},
  "NewCustomField": {"type": "object", "additionalProperties": false, "required": ["entity", "field", "texts"], "properties": {
    "entity": {"type": "string"}, "name": {"type": "string", "pattern": "^x_[a-z0-9_]+$"},
    "field": {"$ref": "#/components/schemas/CustomFieldRules"}, "texts": {"$ref": "#/components/schemas/CustomFieldTexts"},
    "section": {"type": ["string", "null"]}, "search": {"type": "boolean", "default": false}}},
  "CustomFieldChange": {"type": "object", "additionalProperties": false, "properties": {
    "field": {"$ref": "#/components/schemas/CustomFieldRules"}, "texts": {"$ref": "#/components/schemas/CustomFieldTexts"},
    "section": {"type": ["string", "null"]}, "search": {"type": "boolean"}}},
  "CustomFieldOrder": {"type": "object", "additionalProperties": false, "required": ["entity", "ids"], "properties": {
    "entity": {"type": "string"}, "ids": {"type": "array", "items": {"type": "string"}}}},
  "Sought": {"type": "object", "additionalProperties": false, "required": ["values"], "properties": {
    "values": {"type": "object"}, "id": {"type": "string"}}},
  "Alike": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {
    "type": "object", "required": ["id", "score", "rules"], "properties": {"id": {"type": "string"},
      "title": true, "score": {"type": "number"}, "rules": {"type": "array", "items": {"type": "string"}}}}}}},
  "ImportReading": {"type": "object", "additionalProperties": false, "properties": {"separator": {"type": "string"},
    "encoding": {"type": "string"}, "sheet": {"type": "string"}}},
  "TextEntry": {"type": "object", "required": ["language", "namespace", "key", "text", "state"], "properties": {
    "language": {"enum": ["en", "es", "fr", "pt"]}, "namespace": {"type": "string"}, "key": {"type": "string"},
    "original": {"type": ["string", "null"]}, "english": {"type": ["string", "null"]}, "text": {"type": "string"},
    "override": {"type": ["string", "null"]}, "state": {"enum": ["changed", "original", "unfit", "unused"]},
    "problem": {"type": ["string", "null"]}, "changed_at": {"type": ["string", "null"]},
    "changed_by": {"type": ["string", "null"]}}},
  "TextList": {"type": "object", "required": ["data", "meta"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/TextEntry"}},
    "meta": {"type": "object", "properties": {"page": {"type": "integer"}, "page_size": {"type": "integer"},
      "total": {"type": "integer"}, "pages": {"type": "integer"}, "namespaces": {"type": "array", "items": {
        "type": "object", "properties": {"id": {"type": "string"}, "label": {"type": ["string", "null"]},
          "texts": {"type": "integer"}, "changed": {"type": "integer"}}}}}}}},
  "TextChange": {"type": "object", "additionalProperties": false, "required": ["text"], "properties": {
    "text": {"type": "string", "minLength": 1, "maxLength": 2000}}},
  "TextCounts": {"type": "object", "required": ["changed", "reset", "unchanged", "skipped"], "properties": {
    "changed": {"type": "integer"}, "reset": {"type": "integer"}, "unchanged": {"type": "integer"},
    "skipped": {"type": "integer"}}},
  "Texts": {"type": "object", "additionalProperties": {"type": "string"}},
  "MailList": {"type": "object", "required": ["data", "meta"], "properties": {"data": {"type": "array", "items": {
    "type": "object", "required": ["id", "kind", "recipient", "subject", "state"], "properties": {"id": {"type": "string"},
      "kind": {"type": "string"}, "recipient": {"type": "string"}, "language": {"enum": ["en", "es", "fr", "pt"]},
      "subject": {"type": "string"}, "state": {"enum": ["waiting", "sent", "dead"]}, "attempts": {"type": "integer"},
      "next_at": {"type": ["string", "null"]}, "created_at": {"type": "string"}, "sent_at": {"type": ["string", "null"]},
      "error": {"type": ["string", "null"]}}}},
    "meta": {"type": "object", "properties": {"page": {"type": "integer"}, "page_size": {"type": "integer"},
      "total": {"type": "integer"}, "pages": {"type": "integer"}, "waiting": {"type": "integer"},
      "sent": {"type": "integer"}, "dead": {"type": "integer"}, "server": {"type": ["string", "null"]},
      "problem": {"type": ["string", "null"]}}}}},
  "SignInOptions": {"type": "object", "required": ["reset", "magic", "closed"], "properties": {
    "reset": {"type": "boolean"}, "magic": {"type": "boolean"}, "closed": {"type": "boolean"}}},
  "LinkWish": {"type": "object", "additionalProperties": false, "required": ["email"], "properties": {
    "email": {"type": "string", "format": "email"}}},
  "LinkUse": {"type": "object", "additionalProperties": false, "required": ["token"], "properties": {
    "token": {"type": "string"}}},
  "PasswordReset": {"type": "object", "additionalProperties": false, "required": ["token", "new_password"],
    "properties": {"token": {"type": "string"}, "new_password": {"type": "string", "minLength": 8, "maxLength": 128}}},
  "Acceptance": {"type": "object", "additionalProperties": false, "required": ["token", "name", "password", "language"],
    "properties": {"token": {"type": "string"}, "name": {"type": "string", "maxLength": 120},
      "password": {"type": "string", "minLength": 8, "maxLength": 128}, "language": {"enum": ["en", "es", "fr", "pt"]}}},
  "MailTest": {"type": "object", "additionalProperties": false, "properties": {"to": {"type": "string"}}},
  "Consent": {"type": "object", "additionalProperties": false, "required": ["kind", "version", "given"], "properties": {
    "kind": {"type": "string"}, "version": {"type": "integer"}, "given": {"type": "boolean"}}},
  "PrivacyDocuments": {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": {
    "type": "object", "required": ["kind", "version", "title", "body", "required", "state", "pending"], "properties": {
      "kind": {"type": "string"}, "version": {"type": "integer"}, "title": {"type": "string"}, "body": {"type": "string"},
      "effective_at": {"type": "string", "format": "date-time"}, "required": {"type": "boolean"},
      "state": {"enum": ["given", "open", "refused"]}, "pending": {"type": "boolean"}}}}}},
  "NewPrivacyDocument": {"type": "object", "additionalProperties": false, "required": ["kind", "texts", "required"],
    "properties": {"kind": {"type": "string", "pattern": "^[a-z][a-z0-9_-]{0,39}$"}, "required": {"type": "boolean"},
      "effective_at": {"type": ["string", "null"], "format": "date-time"}, "texts": {"type": "object",
        "additionalProperties": {"type": "object", "required": ["title", "body"], "properties": {
          "title": {"type": "string", "maxLength": 200}, "body": {"type": "string", "maxLength": 100000}}}}}},
  "PrivacyRequest": {"type": "object", "required": ["id", "user", "kind", "state", "asked_at"], "properties": {
    "id": {"type": "string"}, "user": {"type": "string"}, "kind": {"enum": ["erasure", "export"]},
    "state": {"enum": ["done", "failed", "removed", "running", "undone", "waiting"]},
    "asked_at": {"type": "string", "format": "date-time"}, "asked_by": {"type": "string"},
    "due_at": {"type": ["string", "null"]}, "done_at": {"type": ["string", "null"]}, "report": {"type": ["object", "null"]}}},
  "PrivacyRequests": {"type": "object", "required": ["data", "meta"], "properties": {
    "data": {"type": "array", "items": {"$ref": "#/components/schemas/PrivacyRequest"}}, "meta": {"type": "object",
      "properties": {"kept": {"type": "array", "items": {"type": "string"}}}}}},
  "OwnErasure": {"type": "object", "additionalProperties": false, "required": ["email"], "properties": {
    "email": {"type": "string", "description": "Your address, so that it is meant."}}},
  "Erasure": {"type": "object", "additionalProperties": false, "required": ["user", "email"], "properties": {
    "user": {"type": "string"}, "email": {"type": "string", "description": "The person's address, so that it is meant."}}},
  "Health": {"type": "object", "required": ["status"], "properties": {"status": {"const": "ok"},
    "database": {"type": "string"}, "version": {"type": "string"}}}
})";

constexpr std::string_view kParameters = R"({
  "filter": {"type": "string"}, "q": {"type": "string"}, "sort": {"type": "string"}, "sort_groups": {"type": "string"},
  "fields": {"type": "string"}, "expand": {"type": "string"}, "cursor": {"type": "string"}, "totals": {"type": "string"},
  "page": {"type": "integer", "minimum": 1, "default": 1},
  "page_size": {"type": "integer", "minimum": 1, "maximum": 500, "default": 25},
  "changed": {"type": "boolean", "default": false}, "language": {"enum": ["en", "es", "fr", "pt"]},
  "namespace": {"type": "string"}, "state": {"enum": ["waiting", "sent", "dead"]},
  "namespace": {"type": "string"}, "key": {"type": "string"}, "before": {"type": "string", "format": "uuid"},
  "count": {"type": "boolean", "default": true}, "deleted": {"type": "boolean", "default": false},
  "group": {"type": "string"}, "measures": {"type": "string"},
  "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
  "trial": {"type": "boolean", "default": false}, "company": {"type": "string"}, "permission": {"type": "string"}, "record": {"type": "string"},
  "format": {"enum": ["csv", "json", "ndjson", "xlsx", "pdf"], "default": "csv"},
  "from": {"type": "integer", "minimum": 1}, "to": {"type": "integer", "minimum": 1},
  "entity": {"type": "string"}, "file_name": {"type": "string"}, "inline": {"type": "boolean", "default": false},
  "separator": {"enum": ["comma", "semicolon", "tab"], "default": "comma"},
  "module": {"type": "string"}, "lang": {"enum": ["curl", "javascript", "python"], "default": "curl"}
})";

Json text(const char* format) { return {{"type", "string"}, {"format", format}}; }
Json list_of(Json items) { return {{"type", "array"}, {"items", std::move(items)}}; }

Json decimal(const Field& field) {
  const std::string digits =
      field.scale > 0 ? "^-?[0-9]+(\\.[0-9]{1," + std::to_string(field.scale) + "})?$" : "^-?[0-9]+$";
  return {{"type", "string"}, {"format", "decimal"}, {"pattern", digits}};
}

Json base_schema(const Field& field) {
  switch (field.type) {
    case FieldType::kInteger:
      return {{"type", "integer"}, {"format", "int64"}};
    case FieldType::kDecimal:
    case FieldType::kMoney:
      return decimal(field);
    case FieldType::kBoolean:
      return {{"type", "boolean"}};
    case FieldType::kDate:
      return text("date");
    case FieldType::kDatetime:
      return text("date-time");
    case FieldType::kDuration:
      return text("duration");
    case FieldType::kEmail:
      return text("email");
    case FieldType::kUrl:
      return text("uri");
    case FieldType::kCurrency:
      return {{"type", "string"}, {"pattern", "^[A-Z]{3}$"}};
    case FieldType::kCountry:
      return {{"type", "string"}, {"pattern", "^[A-Z]{2}$"}};
    case FieldType::kColor:
      return {{"type", "string"}, {"pattern", "^#[0-9a-fA-F]{6}$"}};
    case FieldType::kEnum:
      return {{"type", "string"}, {"enum", field.values}};
    case FieldType::kEnums:
      return list_of({{"type", "string"}, {"enum", field.values}});
    case FieldType::kTags:
    case FieldType::kReferences:
      return list_of({{"type", "string"}});
    case FieldType::kFiles:
      return list_of(text("uuid"));
    case FieldType::kFile:
    case FieldType::kImage:
      return text("uuid");
    case FieldType::kAddress:
      return {{"type", "object"}};
    case FieldType::kGeo:
      return {{"type", "object"},
              {"required", {"latitude", "longitude"}},
              {"properties",
               {{"latitude", {{"type", "number"}, {"minimum", -90}, {"maximum", 90}}},
                {"longitude", {{"type", "number"}, {"minimum", -180}, {"maximum", 180}}}}}};
    case FieldType::kJson:
      return Json::object();
    default:
      return {{"type", "string"}};
  }
}

}  // namespace

Json field_schema(const Field& field) {
  Json out = base_schema(field);
  if (field.type == FieldType::kInteger) {
    if (field.min) out["minimum"] = *field.min;
    if (field.max) out["maximum"] = *field.max;
  }
  if (out.value("type", Json()) == "array") {
    if (field.max_length > 0) out["maxItems"] = field.max_length;
  } else if (out == Json{{"type", "string"}} || field.type == FieldType::kEmail ||
             field.type == FieldType::kUrl) {
    if (field.max_length > 0) out["maxLength"] = field.max_length;
    if (!field.pattern_text.empty()) out["pattern"] = "^(?:" + field.pattern_text + ")$";
  }
  if (!field.to.empty()) out["x-entity"] = field.to;
  if (!field.accept.empty()) out["x-accept"] = field.accept;
  if (field.max_size > 0) out["x-max-size"] = field.max_size;
  return out;
}

Json schema_ref(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string(name)}}; }

const Json& core_schemas() {
  static const Json schemas = Json::parse(kCoreSchemas);
  return schemas;
}

Json query_parameter(std::string_view name) {
  static const Json parameters = Json::parse(kParameters);
  const auto found = parameters.find(name);
  if (found == parameters.end()) return nullptr;
  return {{"name", name == "sort_groups" ? "sort" : name}, {"in", "query"}, {"schema", *found}};
}

}  // namespace opsflux::api_docs
