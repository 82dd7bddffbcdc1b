// A real SMTP server beside the one under test; what it takes is read as a person's mailbox would show it.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pause } from "./server.mjs";

const program = resolve(import.meta.dirname, "..", "..", "support", "smtp_server.py");

export class MailServer {
  #process;
  #folder = mkdtempSync(join(tmpdir(), "opsflux-e2e-mail-"));

  async start() {
    this.#process = spawn("/usr/bin/python3", [program, "--out", this.#folder], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.port = await new Promise((said, failed) => {
      createInterface({ input: this.#process.stdout }).on("line", (line) => said(Number(line.match(/^port (\d+)$/)?.[1])));
      this.#process.on("exit", () => failed(new Error("the SMTP server ended before it listened")));
    });
    return this;
  }

  /** What the server under test needs to send through this one. */
  get settings() {
    return {
      host: "127.0.0.1",
      port: this.port,
      security: "none",
      from: "opsflux@example.org",
      base_url: "https://ops.example.org",
    };
  }

  /** In order of arrival. */
  messages() {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(this.#folder, name), "utf8")));
  }

  /** The newest mail to an address, once there are `count`. */
  async newestTo(address, count = 1) {
    const end = Date.now() + 30_000;
    for (;;) {
      const mine = this.messages().filter(({ to }) => to.includes(address));
      if (mine.length >= count) return mine.at(-1);
      if (Date.now() > end) throw new Error(`${mine.length} of ${count} mails to ${address}`);
      await pause(50);
    }
  }

  stop() {
    this.#process?.removeAllListeners("exit");
    this.#process?.kill("SIGTERM");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** The link of a mail, as an address of this instance. */
export const linkIn = ({ text }) => text.match(/^https:\/\/ops\.example\.org(\/\S+)$/m)?.[1];
