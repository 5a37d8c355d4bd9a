import { expect, test } from "bun:test";
import { schemaProblem } from "../../../lib/query/check-schema.ts";
import { answerForms } from "../../../lib/server/openapi/answer-forms.ts";
import { ROUTES } from "../../../lib/server/openapi/route-list.ts";
import { openWorld } from "../../support/api.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { AS_OF } from "../../support/spend-api.ts";

const forms = answerForms();

test("every route says what it answers with, and nothing else does", () => {
  expect(new Set(forms.keys())).toEqual(new Set(ROUTES.map(({ path }) => path)));
});

test("answers are of the form that is declared, before the first page and after it", async () => {
  using world = openWorld();
  for (const step of ["before", "after"] as const) {
    if (step === "after") world.scrape();
    for (const { path } of ROUTES.filter(({ method }) => method === "GET")) {
      const form = forms.get(path);
      if (path === "/api/v1/events" || path === "/assets/:file" || form === undefined) continue;
      const name = path.startsWith("/badge") ? "cost-today.svg" : "cost_daily";
      const response = await world.get(path.replace(":name", name));
      // Without a ledger two of them have nothing to say.
      if (response.status === 404) continue;
      expect([path, response.headers.get("Content-Type")?.split(";")[0]]).toEqual([path, form.type]);
      if (form.type !== "application/json") continue;
      expect(schemaProblem(await response.json(), form.schema, false, `${step} ${path}`)).toBeUndefined();
    }
  }
});

test("what the ledger takes and answers is of the form that is declared", async () => {
  using world = openWorld({ now: AS_OF });
  const body = fixtureText("spend-api/rows.jsonl");
  const taken = await world.get("/ingest", { method: "POST", body, headers: { Host: "localhost:8000" } });
  expect(schemaProblem(await taken.json(), forms.get("/ingest")?.schema ?? {}, true)).toBeUndefined();
  for (const path of ["/aggregate", "/usage", "/api/v1/usage?source=ledger&by=tag"]) {
    const response = await world.get(path, { headers: { Host: "localhost:8000" } });
    expect([path, response.status]).toEqual([path, 200]);
    const schema = forms.get(path.split("?")[0] ?? "")?.schema ?? {};
    expect(schemaProblem(await response.json(), schema, false, path)).toBeUndefined();
  }
});
