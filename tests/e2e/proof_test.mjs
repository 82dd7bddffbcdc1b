// What is dangerous asks again who one is; and an administrator sees what somebody else sees.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { field, logIn, shows, sidebar } from "./support/acts.mjs";
import { Api, administrator } from "./support/api.mjs";
import { look } from "./support/look.mjs";
import { story } from "./support/story.mjs";

const member = { name: "Paul Ndong", email: "paul.ndong@opsflux.example" };

async function arrange(world) {
  world.api = await new Api(world.server).setUp();
  world.member = (await world.api.post("identity/users", { ...member, role: "user" })).id;
}

/** As if everybody had proved who he is long ago. */
async function forgetProofs(server) {
  await server.stop();
  execFileSync("sqlite3", [
    join(server.data, "opsflux.db"),
    "UPDATE identity_session SET confirmed_at = '2020-01-01T00:00:00.000000Z'",
  ]);
  await server.start();
}

story("Proofs and seeing as another", { arrange }, (step) => {
  let page;
  const dialog = () => page.getByRole("dialog");

  step("a change of rights asks for the password again and then goes on", async (world) => {
    page = await world.browser.person();
    await logIn(page, administrator);
    await forgetProofs(world.server);
    await page.goto(`${world.server.url}/identity/users/new`);
    await field(page, "Nom").fill("Marc Obiang");
    await field(page, "Adresse e-mail").fill("marc.obiang@opsflux.example");
    await page.getByRole("button", { name: "Enregistrer" }).first().click();
    await shows(dialog().getByRole("heading", { name: "Confirmez que c’est bien vous" }));
    await look(page, "160-proof");
    await dialog().getByLabel("Mot de passe", { exact: true }).fill("pas le bon mot");
    await dialog().getByRole("button", { name: "Confirmer" }).click();
    await shows(dialog().getByText(/mot de passe actuel est faux|incorrect/i));
    await dialog().getByLabel("Mot de passe", { exact: true }).fill(administrator.password);
    await dialog().getByRole("button", { name: "Confirmer" }).click();
    await shows(page.getByRole("heading", { name: "Marc Obiang" }));
  });

  step("an administrator sees what a member sees, and a strip says so", async (world) => {
    await page.goto(`${world.server.url}/identity/users/${world.member}`);
    await page.getByRole("button", { name: "Voir comme cette personne" }).first().click();
    await look(page, "161-see-as-dialog");
    await dialog().getByRole("button", { name: "Voir comme cette personne" }).click();
    const strip = page.getByRole("region", { name: "Vue d’une autre personne" });
    await shows(strip.getByText(`${administrator.name}, vous voyez ce que voit ${member.name}`, { exact: false }));
    await look(page, "162-seeing-as");
    assert.equal(await sidebar(page).getByRole("link", { name: "Journal d’audit" }).count(), 0);
  });

  step("nothing can be changed meanwhile, and one comes back", async () => {
    const answer = await page.evaluate(async () => {
      const refused = await fetch("/api/v1/auth/me", {
        method: "PATCH",
        headers: { "Content-Type": "application/json", "X-Opsflux-Client": "web" },
        body: JSON.stringify({ name: "Autre" }),
      });
      return (await refused.json()).code;
    });
    assert.equal(answer, "identity.seeing_only");
    await page.getByRole("button", { name: "Revenir à moi" }).click();
    await shows(sidebar(page).getByRole("link", { name: "Utilisateurs" }));
    assert.equal(await page.getByRole("region", { name: "Vue d’une autre personne" }).count(), 0);
  });
});
