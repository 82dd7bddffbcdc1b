// A real HTTP server that takes messages as an SMS provider does.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const program = resolve(import.meta.dirname, "..", "..", "support", "sms_provider.py");

export class SmsProvider {
  #process;
  #folder = mkdtempSync(join(tmpdir(), "opsflux-e2e-sms-"));

  async start() {
    this.#process = spawn("/usr/bin/python3", [program, "--out", this.#folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.port = await new Promise((said, failed) => {
      createInterface({ input: this.#process.stdout }).on("line", (line) => said(Number(line.match(/^port (\d+)$/)?.[1])));
      this.#process.on("exit", () => failed(new Error("the SMS provider ended before it listened")));
    });
    return this;
  }

  url(path = "/messages") {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  /** What came, in order of arrival: {path, fields, body}. */
  messages() {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(this.#folder, name), "utf8")));
  }

  stop() {
    this.#process?.removeAllListeners("exit");
    this.#process?.kill("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
