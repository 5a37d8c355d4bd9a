import { DIMENSIONS } from "../../../lib/litellm/dimensions.ts";
import { COUNTERS } from "../../../lib/litellm/metrics.ts";
import type { RouteEntry } from "../../../lib/server/openapi/route-entry.ts";
import { ROUTES } from "../../../lib/server/openapi/route-list.ts";
import { DAY, openWorld, type World, type WorldOptions } from "../../support/api.ts";
import { fixtureText } from "../../support/fixtures.ts";
import { AS_OF } from "../../support/spend-api.ts";
import { hostileText, mutate, mutateJson, nested } from "../mutate.ts";
import { expectNoStack, oneOf, type Random, type Target } from "../target.ts";

const KEY = "the key";
const STATUSES: ReadonlySet<number> = new Set([200, 204, 304, 400, 401, 404, 405, 406, 413]);
const HEADERS = [
  "Accept",
  "Accept-Encoding",
  "If-None-Match",
  "Authorization",
  "Host",
  "Origin",
  "Forwarded",
  "Range",
  "Cookie",
];
const BODIES = ["json-array-1.json", "ndjson-1.ndjson", "single-1.json"].map((name) =>
  fixtureText(`spend/generic-api-${name}`),
);
const RECORDS: unknown = JSON.parse(fixtureText("spend/generic-api-json-array-1.json"));

/** What the server may be like: open, with a key, on the network, under a path. */
const SERVERS: readonly WorldOptions[] = [
  {},
  { isLoopbackOnly: false },
  { apiKey: KEY, ingestKey: "another" },
  { isLoopbackOnly: false, basePath: "/pulse" },
];

/** Values that a parameter takes, and that mostly go together. */
const GOOD: readonly string[] = [
  "today",
  "yesterday",
  "week",
  "month",
  "7d",
  "24h",
  "2026-11-01",
  "2026-11-21T12:00:00Z",
  "15m",
  "hour",
  "day",
  "5",
  "100",
  "metrics",
  "ledger",
  "cost",
  "true",
  "1",
  "America/New_York",
  ...COUNTERS,
  ...DIMENSIONS,
  "model,day",
  "tag",
  "status",
];

/** Every route with whatever parameters, headers and bodies, as whoever. */
export const routesTarget: Target = {
  name: "routes",
  inTests: 500,
  async open() {
    const worlds = SERVERS.map(openFilled);
    return {
      attempt(random) {
        const world = oneOf(random, worlds);
        const { address, init } = anyRequest(random, oneOf(random, ROUTES), world);
        const { body, ...head } = init;
        return {
          input: `${JSON.stringify({ address, ...head })}\n${body ?? ""}`,
          run: () => ask(world, address, init),
        };
      },
      async [Symbol.asyncDispose]() {
        for (const world of worlds) world[Symbol.dispose]();
      },
    };
  },
};

type Init = { readonly method: string; readonly headers: [string, string][]; readonly body?: string | Uint8Array };

function anyRequest(random: Random, route: RouteEntry, { deps }: World): { address: string; init: Init } {
  const known = route.parameters ?? [];
  const parameters = Array.from({ length: Math.floor(random() * 5) }, () => {
    const name = known.length > 0 && random() < 0.9 ? oneOf(random, known) : hostileText(random);
    return `${encode(name)}=${encode(anyValue(random))}`;
  });
  const path = route.path.replace(/:\w+/g, () => encode(anyValue(random)).slice(0, 5000));
  const headers: [string, string][] = [["Host", "localhost:8000"]];
  if (random() < 0.7) headers.push(["Authorization", `Bearer ${oneOf(random, [KEY, "another", "wrong"])}`]);
  if (random() < 0.3) headers.push([oneOf(random, HEADERS), headerText(random)]);
  const method = random() < 0.9 ? route.method : oneOf(random, ["HEAD", "OPTIONS", "PUT", "DELETE", "POST"]);
  const address = `${deps.basePath}${path}?${parameters.join("&")}`;
  if (method !== "POST") return { address, init: { method, headers } };
  return { address, init: { method, headers, body: anyBody(random) } };
}

function anyValue(random: Random): string {
  return random() < 0.6 ? oneOf(random, GOOD) : hostileText(random);
}

function anyBody(random: Random): string | Uint8Array {
  if (random() < 0.5) return Buffer.from(mutate(new TextEncoder().encode(oneOf(random, BODIES)), random));
  if (random() < 0.03) return `[{"request_id":"x","request_tags":${nested(100_000)}}]`;
  return JSON.stringify(mutateJson(RECORDS, random)) ?? "";
}

/** As encodeURIComponent, but stray percent signs go through as they are. */
function encode(text: string): string {
  return text.startsWith("%") ? text : encodeURIComponent(text.toWellFormed());
}

function headerText(random: Random): string {
  return hostileText(random).replace(/[^\t\x20-\x7e\xa0-\xff]/g, "");
}

async function ask(world: World, address: string, init: Init): Promise<void> {
  const response = await world.get(address, init as RequestInit); // Bytes are a body, which the types of two libraries spell differently.
  if (world.bugs.length > 0) throw world.bugs.splice(0)[0];
  if (!STATUSES.has(response.status)) throw new Error(`The status is ${response.status}`);
  if (response.headers.get("X-Content-Type-Options") !== "nosniff")
    throw new Error("A browser may guess what the answer is");
  if (response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    await response.body?.cancel();
    return;
  }
  const text = await response.text();
  expectNoStack(text);
  if (response.headers.has("x-injected")) throw new Error("A header was put in");
  if (text !== "" && response.headers.get("Content-Type")?.startsWith("application/json")) JSON.parse(text);
}

function openFilled(options: WorldOptions): World {
  const world = openWorld({ ...options, now: AS_OF - 3 * DAY });
  world.scrape();
  for (let day = 0; day < 3; day += 1) {
    world.send({ spend: 1 });
    world.pass(DAY, DAY / 4);
  }
  return world;
}
