// Arranges what a test starts from through the REST interface, as a script would.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pause, tiersPackage } from "./server.mjs";

export const administrator = {
  name: "Jeanne Mabika",
  email: "jeanne.mabika@opsflux.example",
  password: "quatre palmiers au vent",
};

export class Api {
  constructor(server) {
    this.server = server;
  }

  async call(method, path, body, headers = {}) {
    const binary = body instanceof Uint8Array;
    const answer = await fetch(`${this.server.url}/api/v1/${path}`, {
      method,
      headers: {
        "Accept-Language": "fr",
        ...(body === undefined ? {} : { "Content-Type": binary ? "application/zip" : "application/json" }),
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      body: body === undefined || binary ? body : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  get = (path) => this.call("GET", path);
  post = (path, body) => this.call("POST", path, body);

  /** The first administrator, by the token of the set-up link. */
  async setUp() {
    const token = new URL(this.server.setupLink).searchParams.get("token");
    const answer = await this.post("setup", { token, language: "fr", ...administrator });
    this.token = answer.access_token;
    return this;
  }

  async logIn({ email, password }) {
    this.token = (await this.call("POST", "auth/login", { email, password })).access_token;
    return this;
  }

  async finished(operation) {
    let now = operation;
    while (now.state === "running") {
      await pause(50);
      now = await this.get(`modules/operations/${operation.id}`);
    }
    if (now.state !== "done") throw new Error(`operation ${now.kind}: ${JSON.stringify(now.error)}`);
  }

  async install(file = tiersPackage) {
    const plan = await this.post("modules", readFileSync(file));
    await this.finished(
      await this.post(`modules/plans/${plan.digest}/approve`, { accept: plan.accept_required }),
    );
  }

  async run(module, action, body) {
    await this.finished(await this.post(`modules/${module}/${action}`, body ?? {}));
  }

  create = (plural, record) => this.post(`tiers/${plural}`, record);

  change = (plural, { id, version }, changes) =>
    this.call("PATCH", `tiers/${plural}/${id}`, changes, { "If-Match": `"${version}"` });

  async user(name, password, role = "user") {
    const email = `${name.toLowerCase().replace(/[^a-z]+/g, ".")}@opsflux.example`;
    const user = await this.post("identity/users", { name, email, role });
    await this.post(`identity/users/${user.id}/password`, { password });
    return { ...user, password };
  }

  /** The module's demo records; "@key" in them points to a record before it. */
  async demo(folder) {
    const ids = new Map();
    const plurals = { company: "companies", contact: "contacts", affiliation: "affiliations" };
    for (const name of readdirSync(folder).sort()) {
      const { entity, records } = JSON.parse(readFileSync(join(folder, name), "utf8"));
      for (const { _key: key, ...fields } of records) {
        for (const [field, value] of Object.entries(fields))
          if (typeof value === "string" && value.startsWith("@")) fields[field] = ids.get(value.slice(1));
        ids.set(key, (await this.create(plurals[entity], fields)).id);
      }
    }
    return ids;
  }
}
