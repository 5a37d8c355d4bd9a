import type { Database } from "bun:sqlite";
import { createZone, type Zone } from "../../lib/aggregator/zone.ts";
import type { Dimension } from "../../lib/litellm/dimensions.ts";
import { COUNTERS, type CounterName, METRICS } from "../../lib/litellm/metrics.ts";
import { parseQuestion } from "../../lib/query/question/parse-question.ts";
import { answerUsage, type UsageAnswer } from "../../lib/query/usage/answer.ts";
import { type Budgets, NO_BUDGETS } from "../../lib/query/usage/budget.ts";
import { openInMemory } from "../../lib/store/open/database.ts";
import { bookPage, MINUTE } from "./api.ts";

/** What was used, by the names of the counters; `requests` is 1 unless given. */
type Amounts = { readonly [C in CounterName]?: number };
type Names = { readonly [D in Dimension]?: string };
type Use = { readonly at: number; readonly names: Names; readonly amounts: Amounts };

const LABELS: { readonly [D in Dimension]: string } = {
  model: "model",
  model_group: "requested_model",
  provider: "api_provider",
  team: "team_alias",
  key: "api_key_alias",
  user: "user",
  end_user: "end_user",
};

/** A store that knows exactly what a test used and when, without a LiteLLM. */
export type MeteredStore = Disposable & {
  readonly db: Database;
  readonly zone: Zone;
  /** Everything that was used since the first scrape. */
  readonly uses: readonly Use[];
  /** Scrapes at a moment. */
  scrape(at: number | string): void;
  /** Lets something be used and scraped at a moment, with a scrape one minute before it. */
  use(at: number | string, names: Names, amounts: Amounts): void;
  /** Answers a question in the words of the API; `now` is the newest scrape unless given. */
  answer(words?: Readonly<Record<string, string>>, now?: number): UsageAnswer;
};

/** Opens a store whose first scrape was at a moment, with a zero for each of these counters. */
export function openMetered(
  first: number | string,
  options: {
    readonly zone?: string;
    readonly counters?: readonly CounterName[];
    readonly db?: Database;
    readonly budgets?: Budgets;
  } = {},
): MeteredStore {
  const { counters = COUNTERS, db = openInMemory(), budgets = NO_BUDGETS } = options;
  const zone = createZone(options.zone ?? "UTC");
  const values = new Map<string, number>();
  const uses: Use[] = [];
  let newest = 0;
  const instant = (at: number | string) => (typeof at === "string" ? Date.parse(at) : at);
  const scrape = (moment: number | string) => {
    newest = Math.max(newest, instant(moment));
    const types = counters.map((counter) => `# TYPE ${nameOf(counter)} counter\n`);
    const lines = [...values].map(([series, value]) => `${series} ${value}\n`);
    bookPage(db, [...types, ...lines, "up 1\n"].join(""), { at: instant(moment), zone });
  };
  scrape(first);
  return {
    db,
    zone,
    uses,
    scrape,
    use(moment, names, amounts) {
      const at = instant(moment);
      if (at - MINUTE > newest) scrape(at - MINUTE);
      const all = { requests: 1, ...amounts };
      uses.push({ at, names, amounts: all });
      for (const counter of counters) {
        const series = `${nameOf(counter)}{${labelText(names)}}`;
        values.set(series, (values.get(series) ?? 0) + (all[counter] ?? 0));
      }
      scrape(at);
    },
    answer(words = {}, now = newest) {
      const parsed = parseQuestion(new Map(Object.entries(words).map(([name, value]) => [name, [value]])), zone, now);
      if (parsed.kind === "bad") throw new Error(parsed.error);
      return answerUsage(db, parsed.question, now, parsed.zone, budgets);
    },
    [Symbol.dispose]: () => db.close(),
  };
}

function nameOf(counter: CounterName): string {
  return METRICS.find(({ name }) => name === counter)?.prometheusName ?? "";
}

function labelText(names: Names): string {
  return Object.entries(names)
    .map(([name, value]) => `${LABELS[name as Dimension]}=${JSON.stringify(value)}`) // The keys of Names are dimensions.
    .join(",");
}
