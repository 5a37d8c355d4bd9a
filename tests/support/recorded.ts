import { fixture, fixtureText } from "./fixtures.ts";

/** A page as it was recorded, with what clients had truly done until then. */
export type RecordedPage = {
  readonly file: string;
  readonly body: Uint8Array;
  readonly text: string;
  readonly contentType: string;
  /** The `Date` header, and the same in UTC milliseconds. */
  readonly date: string;
  readonly dateAt: number;
  readonly truth: RecordedTruth;
};

/** True sums since the very start of a recording, restarts included, by the names that clients used. */
type RecordedTruth = {
  readonly total: ClientSums;
  readonly by_model: Readonly<Record<string, ClientSums>>;
  readonly by_key: Readonly<Record<string, ClientSums>>;
};

type ClientSums = {
  readonly requests: number;
  readonly failures: number;
  readonly refused_keys: number;
  readonly cache_hits: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly spend: number;
};

/** What was used, in the words of the product's answers. */
export type Usage = {
  readonly requests: number;
  readonly failed_requests: number;
  readonly tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost: number;
};

/** Usage in total and by model group and key, without those that used nothing. */
export type UsageBy = {
  readonly total: Usage;
  readonly byGroup: ReadonlyMap<string, Usage>;
  readonly byKey: ReadonlyMap<string, Usage>;
};

export const NOTHING: Usage = {
  requests: 0,
  failed_requests: 0,
  tokens: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost: 0,
};

/** Where each number stands on a page of LiteLLM 1.82. */
export const PROMETHEUS_NAMES: Readonly<Record<keyof Usage, string>> = {
  requests: "litellm_proxy_total_requests_metric_total",
  failed_requests: "litellm_proxy_failed_requests_metric_total",
  tokens: "litellm_total_tokens_metric_total",
  input_tokens: "litellm_input_tokens_metric_total",
  output_tokens: "litellm_output_tokens_metric_total",
  cost: "litellm_spend_metric_total",
};

export const USAGE_NAMES = ["requests", "failed_requests", "tokens", "input_tokens", "output_tokens", "cost"] as const;

/** The pages of a recording of which there is a file, in the order of time. */
export function recordedPages(recording: "pages" | "sequence" | "workers" | "multiproc"): RecordedPage[] {
  const { scrapes }: { scrapes: RecordedScrape[] } = JSON.parse(fixtureText(`metrics/${recording}.json`));
  return scrapes.flatMap(({ file, headers, truth }) => {
    if (file === null) return [];
    const body = fixture(`metrics/${file}`);
    const date = headers["date"] ?? "";
    const contentType = headers["content-type"] ?? "";
    return [{ file, body, text: new TextDecoder().decode(body), contentType, date, dateAt: Date.parse(date), truth }];
  });
}

/** One page of a recording. */
export function recordedPage(recording: "pages" | "sequence", file: string): RecordedPage {
  const page = recordedPages(recording).find((each) => each.file === file);
  if (page === undefined) throw new RangeError(`No such page: ${file}`);
  return page;
}

/** What clients used between two pages of a recording. */
export function truthBetween(from: RecordedPage | undefined, to: RecordedPage | undefined): UsageBy {
  if (from === undefined || to === undefined) throw new RangeError("There is no such page");
  return {
    total: minus(usageOf(to.truth.total), usageOf(from.truth.total)),
    byGroup: difference(from.truth.by_model, to.truth.by_model, (name) => FELL_BACK_TO.get(name) ?? name),
    byKey: difference(from.truth.by_key, to.truth.by_key, keyName),
  };
}

/** What was used between two moments. */
export function minus(a: Usage, b: Usage): Usage {
  return combine(a, b, (x, y) => x - y);
}

type RecordedScrape = {
  readonly file: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly truth: RecordedTruth;
};

/** LiteLLM counts a request that fell back under the group that answered (see the fixtures' README). */
const FELL_BACK_TO: ReadonlyMap<string, string> = new Map([["falls-back", "gemini-flash"]]);

/** The alias of a key as the people who made it wrote it; its hash where it has none. */
function keyName(key: string): string {
  const people: Record<string, { key_alias?: string }> = JSON.parse(fixtureText("spend/people.json"));
  return people[key]?.key_alias ?? new Bun.CryptoHasher("sha256").update(key).digest("hex");
}

function usageOf(sums: ClientSums): Usage {
  return {
    requests: sums.requests - sums.refused_keys,
    failed_requests: sums.failures,
    tokens: sums.total_tokens,
    input_tokens: sums.prompt_tokens,
    output_tokens: sums.completion_tokens,
    cost: sums.spend,
  };
}

function plus(a: Usage, b: Usage): Usage {
  return combine(a, b, (x, y) => x + y);
}

function combine(a: Usage, b: Usage, one: (x: number, y: number) => number): Usage {
  return {
    requests: one(a.requests, b.requests),
    failed_requests: one(a.failed_requests, b.failed_requests),
    tokens: one(a.tokens, b.tokens),
    input_tokens: one(a.input_tokens, b.input_tokens),
    output_tokens: one(a.output_tokens, b.output_tokens),
    cost: one(a.cost, b.cost),
  };
}

function difference(
  from: Readonly<Record<string, ClientSums>>,
  to: Readonly<Record<string, ClientSums>>,
  nameOf: (name: string) => string,
): Map<string, Usage> {
  const usage = new Map<string, Usage>();
  for (const [name, sums] of Object.entries(to)) {
    const before = from[name];
    const grown = minus(usageOf(sums), before === undefined ? NOTHING : usageOf(before));
    if (grown.requests > 0) usage.set(nameOf(name), plus(grown, usage.get(nameOf(name)) ?? NOTHING));
  }
  return usage;
}
