// Starts the built server on a data folder of its own, and stops it by its process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

/** The build folder under test. */
export const build = resolve(
  process.env.OPSFLUX_BUILD ?? join(import.meta.dirname, "..", "..", "..", "build", "dev"),
);

/** The package of the module that the story is about. */
export const tiersPackage = join(build, "packages", "tiers-1.0.0.zip");

const startMs = 60_000;
const stopMs = 10_000;

export class Server {
  #process;
  #log = [];

  #flags = [];

  /**
   * `trusted: false` leaves this machine's key out, so that nothing it signed is accepted.
   * `development: true` enrols it for development only, and starts the server in that mode.
   * `variables` are set for the server.
   */
  constructor({ trusted = true, development = false, variables = {} } = {}) {
    this.variables = variables;
    this.data = mkdtempSync(join(tmpdir(), "opsflux-e2e-"));
    if (!trusted) return;
    const key = JSON.parse(readFileSync(join(build, "keys", "local.key.json"), "utf8"));
    if (development) {
      key.level = "development";
      this.#flags.push("--development");
    }
    mkdirSync(join(this.data, "trusted-keys"));
    writeFileSync(join(this.data, "trusted-keys", "local.key.json"), JSON.stringify(key));
  }

  /** Resolves once the server answers. After a stop it comes back under the same address. */
  async start() {
    const program = join(build, "bin", "opsflux");
    if (!existsSync(program)) throw new Error(`${program} is missing: build the target opsflux first`);
    const words = ["serve", "--data", this.data, "--port", String(this.port ?? 0), ...this.#flags];
    this.#process = spawn(program, words, {
      stdio: ["ignore", "pipe", "pipe"],
      // Variables of this name configure the server; those of the tests are none of its keys.
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("OPSFLUX_"))),
        OPSFLUX_SETTING__IDENTITY__SECOND_FACTOR_ROLES: "[]",
        OPSFLUX_SETTING__IDENTITY__ANONYMOUS_REQUESTS: "0",
        ...this.variables,
      },
    });
    const ended = once(this.#process, "exit").then(() => {
      throw new Error(`the server ended before it served:\n${this.log}`);
    });
    ended.catch(() => undefined);
    createInterface({ input: this.#process.stderr }).on("line", (line) => this.#log.push(line));
    const said = new Promise((resolveAddress) => {
      createInterface({ input: this.#process.stdout }).on("line", (line) => {
        this.#log.push(line);
        this.setupLink ??= line.match(/https?:\S+\/setup\?token=\S+/)?.[0];
        const address = line.match(/ serves at (http\S+)/)?.[1];
        if (address) resolveAddress(address);
      });
    });
    const late = AbortSignal.timeout(startMs);
    this.url = await Promise.race([
      said,
      ended,
      once(late, "abort").then(() => Promise.reject(new Error(`no address within a minute:\n${this.log}`))),
    ]);
    this.port = Number(new URL(this.url).port);
    // The set-up link is the line after the address.
    while ((await fetch(`${this.url}/readyz`)).status !== 200 && !late.aborted) await pause(50);
    return this;
  }

  get log() {
    return this.#log.join("\n");
  }

  async stop() {
    const running = this.#process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGTERM");
    const timer = setTimeout(() => running.kill("SIGKILL"), stopMs);
    await ended;
    clearTimeout(timer);
  }

  async remove() {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
