// What people do in the application, in the words on the screen.
import assert from "node:assert/strict";
import { pause } from "./server.mjs";

/** Waits until the text, or what the locator finds, is on the screen. */
export const shows = (where, what) =>
  (what === undefined ? where : where.getByText(what).first()).waitFor({ state: "visible" });

export const gone = (where) => where.waitFor({ state: "hidden" });

/** Waits until `probe` answers `wanted`; what it answered last stands in the failure. */
export async function becomes(probe, wanted, timeoutMs = 30_000) {
  const end = Date.now() + timeoutMs;
  let last = await probe();
  while (JSON.stringify(last) !== JSON.stringify(wanted) && Date.now() < end) {
    await pause(50);
    last = await probe();
  }
  assert.deepEqual(last, wanted);
}

export async function setUp(page, link, { name, email, password }) {
  await page.goto(link);
  await page.getByLabel("Nom", { exact: true }).fill(name);
  await page.getByLabel("Adresse e-mail").fill(email);
  await page.getByLabel("Mot de passe", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Créer le compte" }).click();
}

export async function fillLogIn(page, { email, password }) {
  await page.getByLabel("Adresse e-mail").fill(email);
  await page.getByLabel("Mot de passe", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Se connecter" }).click();
}

/** Comes in by the log-in page; it leads to `path`. */
export async function logIn(page, user, path = "/") {
  await page.goto(path);
  await fillLogIn(page, user);
  await page
    .getByRole("button", { name: `Compte de ${user.name}` })
    .first()
    .waitFor();
}

export async function logOut(page, user) {
  await page.getByRole("button", { name: `Compte de ${user.name}` }).click();
  await page.getByRole("button", { name: "Se déconnecter" }).click();
  await shows(page.getByRole("heading", { name: "Connexion" }));
}

export const sidebar = (page) => page.getByRole("navigation", { name: "Navigation principale" });

/** The module's entry in the sidebar. */
export const menu = (page, name) => sidebar(page).getByRole("button", { name, exact: true });

/** Chooses a package on the modules page. */
export const upload = (page, file) => page.locator("input[type=file]").first().setInputFiles(file);

/** Approves the plan on the screen, as the administrator reads it. */
export async function approve(page) {
  const shown = await page.locator("code, span").filter({ hasText: /^…/ }).first().innerText();
  await page.getByLabel("Saisissez les 4 derniers caractères pour approuver").fill(shown.slice(-4));
  await page.getByRole("button", { name: "Approuver le plan" }).click();
}

/** The field of a form by its label; what stands after it, as "(facultatif)", does not matter. */
export const field = (where, label) =>
  where.getByLabel(new RegExp(`^${label.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}( \\(|$)`)).first();

/** What stands on the screen, with plain spaces where the typography wants ones that do not break. */
export const textOf = async (where) => (await where.innerText()).replace(/[\u00a0\u202f]/g, " ");

/** The note that belongs to a field: its error, or else its help. */
export async function noteOf(input) {
  const id = await input.getAttribute("aria-describedby");
  return id === null ? undefined : textOf(input.page().locator(`[id="${id}"]`));
}

export const save = (page) => page.getByRole("button", { name: "Enregistrer" }).first().click();

/** The names in the list, in their order. */
export const names = (page) => page.locator("tbody tr td a").allInnerTexts();

export const toast = (page) => page.getByRole("region", { name: "Messages" });

/** The value beside a label on the page of a record. */
export const value = (page, label) =>
  page
    .locator("dl > div")
    .filter({ has: page.locator("dt", { hasText: new RegExp(`^${label}$`) }) })
    .first()
    .locator("dd")
    .first();
