import type { Route } from "../../../lib/server/spend/declaration.ts";
import { openApi } from "../../../lib/server/spend/openapi.ts";
import { SPEND_ROUTES } from "../../../lib/server/spend/routes/all.ts";
import { MADE_UP_PEOPLE, madeUpRows, NOW } from "../../support/spend-rows-made-up.ts";
import { openSpendWorld, type SpendWorld } from "../../support/spend-world.ts";
import { hostileText, mutate, mutateJson, nested } from "../mutate.ts";
import { expectNoStack, oneOf, type Random, type Target } from "../target.ts";

const STATUSES: ReadonlySet<number> = new Set([200, 204, 400, 401, 403, 404, 405, 429]);
const ROWS = madeUpRows(200);
/** An admin, everybody else who is known, and nobody. */
const KEYS = ["sk-boss", "sk-boss", "sk-boss", ...MADE_UP_PEOPLE.keys.map(({ key }) => key), "sk-nobody", undefined];
const GOOD = [
  "2026-11-01",
  "2026-11-21",
  "2026-11-01 00:00:00",
  "2026-11-21 23:59:59",
  "1",
  "10",
  "100",
  "true",
  "false",
  "desc",
  "spend",
  "team",
  "customer",
  "api_key",
  "success",
  "failure",
  "smart",
  "sk-boss",
  ROWS[0]?.request_id ?? "",
  ROWS[0]?.user ?? "",
];
const BODIES: readonly unknown[] = [
  { startTime: "2026-11-01T00:00:00Z", endTime: "2026-11-21T00:00:00Z", api_key: "sk-boss" },
  {
    model: "gpt-4o",
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "hello" },
          { type: "image_url", image_url: "data:x" },
        ],
      },
    ],
  },
  {
    completion_response: {
      model: "gpt-4o",
      usage: { prompt_tokens: 10, completion_tokens: 5, prompt_tokens_details: {} },
    },
  },
];

/** LiteLLM's spend API with whatever parameters and bodies, as whoever has a key or none. */
export const spendRoutesTarget: Target = {
  name: "spend routes",
  inTests: 300,
  async open() {
    const world = await openSpendWorld(ROWS, MADE_UP_PEOPLE, { now: NOW });
    const parameters = parametersByRoute();
    return {
      attempt(random) {
        const route = oneOf(random, SPEND_ROUTES);
        const { address, init } = anyRequest(random, route, parameters.get(`${route.method} ${route.path}`) ?? []);
        return { input: JSON.stringify({ address, ...init }), run: () => ask(world, address, init) };
      },
      [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
    };
  },
};

/** The names of the parameters of each route, from the document that describes them. */
function parametersByRoute(): Map<string, string[]> {
  // The document's own test holds its form.
  const { paths } = openApi(SPEND_ROUTES, "0") as {
    paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
  };
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [] }]): [string, string[]] => [
        `${method.toUpperCase()} ${path}`,
        parameters.filter((each) => each.in === "query").map(({ name }) => name),
      ]),
    ),
  );
}

type Init = { readonly method: string; readonly headers: Record<string, string>; readonly body?: string };

function anyRequest(random: Random, route: Route, names: readonly string[]): { address: string; init: Init } {
  const dates = names.includes("start_date") && random() < 0.8 ? datesOf(random, names) : [];
  const others = Array.from({ length: Math.floor(random() * 4) }, () => {
    const name = names.length > 0 && random() < 0.9 ? oneOf(random, names) : hostileText(random);
    return [name, anyValue(random)] as const;
  });
  const query = [...new Map([...dates, ...others])].map((pair) => pair.map(encode).join("=")).join("&");
  const path = route.path.replace(/\{\w+\}/g, () => encode(anyValue(random)).slice(0, 5000));
  const key = random() < 0.05 ? hostileText(random).replace(/[^\x20-\x7e]/g, "") : oneOf(random, KEYS);
  const headers: Record<string, string> =
    key === undefined ? {} : { [oneOf(random, ["Authorization", "x-litellm-api-key"])]: `Bearer ${key}` };
  const method = random() < 0.95 ? route.method : oneOf(random, ["HEAD", "OPTIONS", "DELETE", "POST", "GET"]);
  const address = `${path}?${query}`;
  return { address, init: method === "POST" ? { method, headers, body: anyBody(random) } : { method, headers } };
}

function datesOf(random: Random, names: readonly string[]): (readonly [string, string])[] {
  const time = names.includes("page_size") ? [" 00:00:00", " 23:59:59"] : ["", ""];
  const end = oneOf(random, ["2026-11-01", "2026-11-21"]);
  return [
    ["start_date", `2026-11-01${time[0]}`],
    ["end_date", `${end}${time[1]}`],
  ];
}

function anyValue(random: Random): string {
  return random() < 0.5 ? oneOf(random, GOOD) : hostileText(random);
}

function anyBody(random: Random): string {
  const body = oneOf(random, BODIES);
  if (random() < 0.03) return `{"model":${nested(100_000)}}`;
  const text = JSON.stringify(random() < 0.7 ? mutateJson(body, random) : body) ?? "";
  return random() < 0.3 ? new TextDecoder().decode(mutate(new TextEncoder().encode(text), random)) : text;
}

function encode(text: string): string {
  return text.startsWith("%") ? text : encodeURIComponent(text.toWellFormed());
}

async function ask({ api }: SpendWorld, address: string, init: Init): Promise<void> {
  const response = await api.request(address, init);
  const text = await response.text();
  if (!STATUSES.has(response.status)) throw new Error(`The status is ${response.status}: ${text.slice(0, 300)}`);
  expectNoStack(text);
  if (text.includes("never-shown")) throw new Error("The answer holds a user's password");
  if (text !== "" && response.headers.get("Content-Type")?.startsWith("application/json")) JSON.parse(text);
}
