// The description of the interface: valid, complete, as the caller may use it, and true when it is followed.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import openapiTypes, { astToString } from "openapi-typescript";
import { Api, administrator } from "./support/api.mjs";
import { Server, tiersPackage } from "./support/server.mjs";

const awa = { email: "awa.ndiaye@opsflux.example", password: "trois pirogues bleues" };
let server;
let api;
let user;
let description;

const operations = (of) =>
  Object.entries(of.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  );

before(async () => {
  server = await new Server().start();
  api = await new Api(server).setUp();
  await api.install();
  const made = await api.post("identity/users", { ...awa, password: undefined, name: "Awa", role: "user", language: "en", active: true });
  await api.post(`identity/users/${made.id}/password`, { password: awa.password });
  user = await new Api(server).logIn(awa);
  description = await api.get("openapi.json");
});
after(() => server?.remove());

async function assertValid(document) {
  const verdict = await new Validator().validate(structuredClone(document));
  assert.ok(verdict.valid, JSON.stringify(verdict.errors, null, 1));
}

test("it is valid OpenAPI 3.1 for an administrator and for a user", async () => {
  assert.equal(description.openapi, "3.1.0");
  await assertValid(description);
  await assertValid(await user.get("openapi.json"));
});

test("every route of the host has its description, and every operation an id of its own", () => {
  const all = operations(description);
  assert.deepEqual(
    all.filter((one) => one["x-undescribed"]).map((one) => `${one.method} ${one.path}`),
    [],
  );
  const ids = all.map((one) => one.operationId);
  assert.equal(new Set(ids).size, ids.length);
  const without = all.filter((one) => !one.summary || /^api_docs\./.test(one.summary)).map((one) => one.path);
  assert.deepEqual(without, []);
});

test("every line of the table of core routes has its route", () => {
  const table = join(import.meta.dirname, "..", "..", "host", "services", "api_docs", "operations.cpp");
  const lines = readFileSync(table, "utf8").matchAll(/\{k(\w+), "(\/(?:api|healthz|readyz)[^"]*)"/g);
  const wanted = [...lines].map(([, method, path]) => `${method.toLowerCase()} ${path}`);
  assert.ok(wanted.length > 30);
  const had = new Set(operations(description).map((one) => `${one.method} ${one.path}`));
  assert.deepEqual(
    wanted.filter((one) => !had.has(one)),
    [],
  );
});

test("labels are in the caller's language, and it is answered by its ETag", async () => {
  const label = (of) => of.components.schemas["tiers.company"].properties.legal_name.title;
  assert.equal(label(description), "Raison sociale");
  assert.equal(label(await user.get("openapi.json")), "Legal name");
  const headers = { Authorization: `Bearer ${api.token}` };
  const first = await fetch(`${server.url}/api/v1/openapi.json`, { headers });
  const again = await fetch(`${server.url}/api/v1/openapi.json`, {
    headers: { ...headers, "If-None-Match": first.headers.get("ETag") },
  });
  assert.equal(again.status, 304);
});

test("who has no right sees nothing of what it is about", async () => {
  const seen = await user.get("openapi.json");
  const ids = operations(seen).map((one) => one.operationId);
  assert.ok(ids.includes("tiers.company.list"));
  assert.deepEqual(
    ids.filter((id) => /^(modules|triggers|users|identity\.(user|membership))\./.test(id)),
    // The faces of those whose work he sees; and what tells anybody of himself.
    ["users.photo", "users.rights", "users.explain_right"],
  );
  for (const hidden of ["identity.user", "identity.membership"])
    assert.ok(!JSON.stringify(seen).includes(hidden), `${hidden} is named`);
});

test("a client made from it is type-checked and drives the server", async () => {
  const folder = join(import.meta.dirname, "node_modules", ".openapi");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "schema.ts"), astToString(await openapiTypes(structuredClone(description))));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  cpSync(join(import.meta.dirname, "support", "openapi_client.ts"), join(folder, "client.ts"));
  const compiler = join(import.meta.dirname, "node_modules", "typescript", "bin", "tsc");
  const words = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"];
  const done = spawnSync(process.execPath, [compiler, ...words, "client.ts"], { cwd: folder, encoding: "utf8" });
  assert.equal(done.status, 0, done.stdout);
  const { drive } = await import(join(folder, "client.js"));
  const seen = await drive(server.url, api.token);
  assert.deepEqual(seen, {
    made: [201, "Typed", '"1"'],
    found: [1, true],
    changed: [200, "Awa", 2],
    late: [412, "entity.version_conflict", "Awa"],
    wrong: [422, "siret"],
    untyped: 422,
    gone: [204, 200],
  });
});

test("every request of the Postman collection goes to an operation there is", async () => {
  const collection = await api.get("openapi/postman.json");
  const requests = collection.item.flatMap((folder) => folder.item);
  const wanted = operations(description).map((one) => `${one.method.toUpperCase()} ${one.path}`);
  const had = requests.map(({ request }) => `${request.method} ${request.url.raw.replace("{{baseUrl}}", "").replace(/:(\w+)/g, "{$1}")}`);
  assert.deepEqual(had.toSorted(), wanted.toSorted());
  for (const { request } of requests) {
    const path = request.url.raw.replace("{{baseUrl}}", "").replace(/:\w+/g, "x");
    // OPTIONS names the methods of an address without doing anything.
    const allowed = await fetch(server.url + path, { method: "OPTIONS", headers: { Authorization: `Bearer ${api.token}` } });
    assert.match(allowed.headers.get("Allow") ?? "", new RegExp(`\\b${request.method}\\b`), `${request.method} ${path}`);
  }
});

test("every curl sample is answered as described", async () => {
  const company = await api.create("companies", { legal_name: "Sample" });
  const folder = mkdtempSync(join(tmpdir(), "opsflux-samples-"));
  cpSync(tiersPackage, join(folder, "module.zip"));
  const last = (one) => (one.operationId === "session.logout" ? 1 : 0);
  const all = operations(description).toSorted((a, b) => last(a) - last(b));
  assert.ok(all.length > 50);
  for (const one of all) {
    const source = one["x-codeSamples"].find((sample) => sample.lang === "curl").source;
    const id = one.operationId.startsWith("tiers.company.") ? company.id : "x";
    const filled = source.replace(/\{lang\}/, "fr").replace(/\{operation\}/, "app.read").replace(/\{\w+\}(?=[/'])/g, id);
    const script = `curl() { command curl --max-time 3 -o answer -w '%{http_code}' "$@"; }\n${filled}`;
    const done = spawnSync("sh", ["-c", script], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, OPSFLUX_URL: server.url, OPSFLUX_TOKEN: api.token },
    });
    assert.ok(one.responses[done.stdout], `${one.operationId}: ${done.stdout} ${done.stderr}\n${filled}`);
    assert.ok(Number(done.stdout) !== 401 || one.operationId.startsWith("session."), one.operationId);
    // An example of the description must never be refused as not understood.
    assert.notEqual(done.stdout, "400", `${one.operationId}: ${filled}`);
  }
  rmSync(folder, { recursive: true });
  await api.logIn(administrator);
});

test("a sample is given alone, and a wrong one is told", async () => {
  const answer = async (path) => {
    const got = await fetch(`${server.url}/api/v1/openapi/samples/${path}`, { headers: { Authorization: `Bearer ${api.token}` } });
    return [got.status, await got.text()];
  };
  const [status, python] = await answer("tiers.company.create?lang=python");
  assert.equal(status, 200);
  execFileSync("python3", ["-c", "import ast,sys; ast.parse(sys.stdin.read())"], { input: python });
  const [refused, why] = await answer("tiers.company.create?lang=cobol");
  assert.equal(refused, 400);
  assert.match(why, /Les exemples existent en curl/);
  const [missing, what] = await answer("no.such");
  assert.equal(missing, 404);
  assert.match(what, /no\.such/);
});
