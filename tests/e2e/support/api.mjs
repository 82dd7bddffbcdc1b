// Arranges what a test starts from through the REST interface, as a script would.
import { readFileSync } from "node:fs";
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
    return plan;
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
}

/** An instance with its administrator and the module Tiers with its demo data; for `arrange` of a story. */
export async function demoData(world) {
  world.api = await new Api(world.server).setUp();
  await world.api.install();
  await world.api.post("modules/tiers/demo");
}

/** The company with this name. */
export async function company(api, name) {
  const filter = `legal_name == ${JSON.stringify(name)}`;
  return (await api.get(`tiers/companies?${new URLSearchParams({ filter })}`)).data[0];
}
