// The first administrator, where administrators must have a second factor, as they must unless somebody says otherwise.
import assert from "node:assert/strict";
import { becomes, fillLogIn, logOut, shows, textOf } from "./support/acts.mjs";
import { administrator } from "./support/api.mjs";
import { desktop } from "./support/browser.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";
import { codeOf } from "./support/totp.mjs";

const variables = { OPSFLUX_SETTING__IDENTITY__SECOND_FACTOR_ROLES: '["administrator"]' };

const code = (page) => page.getByLabel("Code de l’application");

story("The first administrator", { variables }, (step) => {
  let page;
  let secret;

  step("who sets the instance up goes on to a second factor", async (world) => {
    page = await world.browser.person();
    await page.goto(world.server.setupLink);
    await page.getByLabel("Nom").fill(administrator.name);
    await page.getByLabel("Adresse e-mail").fill(administrator.email);
    await page.getByLabel("Mot de passe", { exact: true }).fill(administrator.password);
    await page.getByRole("button", { name: "Créer le compte" }).click();
    await shows(page.getByRole("heading", { name: "Ajouter un second facteur" }));
    await shows(page, "Votre rôle exige un second facteur.");
    await look(page, "160-first-factor");
    // Nobody is signed in before it is there.
    assert.equal(await page.evaluate(() => fetch("/api/v1/auth/me").then((answer) => answer.status)), 401);
    secret = await textOf(page.locator("code"));
  });

  step("its first code opens the instance, with codes on paper", async () => {
    await code(page).fill(await codeOf(secret, -1));
    await page.getByRole("button", { name: "Confirmer le code" }).click();
    await shows(page.getByRole("list", { name: "Codes de secours" }));
    await look(page, "161-first-codes", { desktop });
    await page.getByRole("button", { name: "Je les ai gardés" }).click();
    await shows(page.getByRole("heading", { name: `Bonjour, ${administrator.name}` }));
  });

  step("from then on the log-in asks for a code", async () => {
    await logOut(page, administrator);
    await page.goto("/account");
    await fillLogIn(page, administrator);
    await code(page).fill(await codeOf(secret));
    await page.getByRole("button", { name: "Se connecter" }).click();
    await shows(page.getByRole("heading", { name: "Mon compte" }));
    await shows(page, "Votre rôle exige un second facteur.");
    await becomes(() => page.getByRole("list", { name: "Second facteur" }).getByRole("listitem").count(), 1);
  });
});
