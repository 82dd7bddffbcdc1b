import { afterEach, expect, it } from "vitest";
import { titleOf } from "../api/title";
import { nameRecordsBy, recordName } from "./record_names";

afterEach(() => nameRecordsBy({}));

it("names what the host brings along in the reader's language, and nothing else", () => {
  const role = { name: "identity.role", title: "name" } as Parameters<typeof titleOf>[0];
  const record = (id: string, name: string) => ({ id, name }) as unknown as Parameters<typeof titleOf>[1];
  expect(titleOf(role, record("user", "User"))).toBe("User");
  nameRecordsBy({ "identity.record.role.user": "Utilisateur" });
  expect(titleOf(role, record("user", "User"))).toBe("Utilisateur");
  expect(titleOf(role, record("0190", "Acheteur"))).toBe("Acheteur");
  expect(recordName("identity.role", "user")).toBe("Utilisateur");
  expect(recordName(undefined, "user")).toBeUndefined();
});
