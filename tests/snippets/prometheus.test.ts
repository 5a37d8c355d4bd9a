import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { YAML } from "bun";
import { PageParser } from "../../lib/parser/page-parser.ts";
import { MINUTE, openWorld } from "../support/api.ts";
import { runTool, snippetText } from "./place.ts";

type Rule = { readonly alert: string; readonly expr: string; readonly annotations: { readonly summary: string } };
type Panel = {
  readonly title: string;
  readonly id: number;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
};

/** What YAML and JSON give is unknown, and the tests look into it. */
function rulesOf(text = snippetText("prometheus", "rules")): readonly Rule[] {
  return (YAML.parse(text) as { groups: [{ rules: Rule[] }] }).groups[0].rules;
}

function dashboardOf(): { readonly panels: readonly Panel[]; readonly timezone: string } {
  return JSON.parse(snippetText("grafana"));
}

function expressions(): string[] {
  const panels = dashboardOf().panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  return [...rulesOf().map(({ expr }) => expr), ...panels];
}

async function ownPage(): Promise<string> {
  using world = openWorld();
  world.scrape();
  world.send({ spend: 0.5 });
  world.pass(MINUTE);
  return (await world.get("/metrics")).text();
}

/** Runs promtool on a file of this text; undefined where it is not there. */
async function promtool(args: readonly string[], text: string): Promise<ReturnType<typeof runTool> | undefined> {
  if (Bun.which("promtool") === null) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "litellm-pulse-promtool-"));
  const path = join(folder, "file.yml");
  await Bun.write(path, text);
  const ran = runTool(["promtool", ...args, path]);
  rmSync(folder, { recursive: true });
  return ran;
}

test("every rule and every panel asks for metrics and labels that our own page has", async () => {
  const parser = new PageParser({ wants: () => true, format: "text" });
  parser.push(new TextEncoder().encode(await ownPage()));
  const outcome = parser.finish();
  if (outcome.kind === "refused") throw new Error(outcome.message);
  const { samples } = outcome.page;
  const found = expressions().flatMap((expr) => [...expr.matchAll(/(litellm_pulse_\w+)(?:\{(\w+)(!?=)"(\w+)"\})?/g)]);
  expect(found.length).toBeGreaterThan(15);
  const missing = found.filter(
    ([, name, label, operator, value]) =>
      !samples.some(
        (sample) =>
          sample.name === name &&
          (label === undefined ||
            sample.labels.pairs.some(([key, text]) => key === label && (operator === "!=" || text === value))),
      ),
  );
  expect(missing.map(([text]) => text)).toEqual([]);
});

describe("snippet prometheus", () => {
  test("scrapes our address at our rhythm", () => {
    expect(YAML.parse(snippetText("prometheus"))).toEqual({
      scrape_configs: [
        { job_name: "litellm-pulse", scrape_interval: "60s", static_configs: [{ targets: ["pulse.lan:8123"] }] },
      ],
    });
  });

  test("knows https, a path of its own, and a key", () => {
    const place = { url: "https://home.example/pulse", hasApiKey: true, scrapeIntervalSeconds: 1 };
    expect(YAML.parse(snippetText("prometheus", "scrape", place))).toEqual({
      scrape_configs: [
        {
          job_name: "litellm-pulse",
          scrape_interval: "15s",
          scheme: "https",
          metrics_path: "/pulse/metrics",
          authorization: { credentials_file: "/etc/prometheus/litellm-pulse.key" },
          static_configs: [{ targets: ["home.example"] }],
        },
      ],
    });
  });

  test("rules have names of their own and say what is the matter", () => {
    const rules = rulesOf();
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    expect(rules.filter(({ annotations }) => annotations.summary.length < 20)).toEqual([]);
  });

  test("promtool accepts both, where it is there", async () => {
    for (const place of [{}, { url: "https://home.example/pulse", hasApiKey: true }]) {
      const config = await promtool(["check", "config", "--syntax-only"], snippetText("prometheus", "scrape", place));
      expect(config?.code ?? 0).toBe(0);
    }
    const rules = await promtool(["check", "rules"], snippetText("prometheus", "rules"));
    expect(rules?.said ?? "SUCCESS: 5 rules found").toContain("SUCCESS: 5 rules found");
  });
});

describe("snippet grafana", () => {
  test("is a dashboard whose panels do not lie on each other, in our zone", () => {
    const { panels, timezone } = dashboardOf();
    expect(timezone).toBe("America/New_York");
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });

  test("promtool understands every expression, where it is there", async () => {
    const exprs = expressions().map((expr) => expr.replaceAll("$__rate_interval", "5m"));
    const rules = exprs.map((expr, index) => ({ record: `panel_${index}`, expr }));
    const checked = await promtool(["check", "rules"], JSON.stringify({ groups: [{ name: "panels", rules }] }));
    expect(checked?.said ?? `SUCCESS: ${rules.length} rules`).toContain(`SUCCESS: ${rules.length} rules`);
  });
});

test("promtool finds nothing to say against our own metrics, where it is there", async () => {
  if (Bun.which("promtool") === null) return;
  expect(runTool(["promtool", "check", "metrics"], await ownPage())).toEqual({ code: 0, said: "" });
});
