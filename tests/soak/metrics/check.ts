import type { Sandbox } from "../../support/binary.ts";
import { startOf } from "../../support/temporal.ts";
import type { FakeClock } from "../fake-clock.ts";
import { DAY, MINUTE } from "../moments.ts";
import type { Tally } from "../tally.ts";
import type { KnownTruth } from "./truth.ts";

const COUNTERS = [
  "requests",
  "failed_requests",
  "tokens",
  "input_tokens",
  "output_tokens",
  "cost",
  "reasoning_tokens",
  "input_cached_tokens",
] as const;
const QUARTER_MS = 15 * MINUTE;
const MONEY = 1e-9;

type Sums = Readonly<Record<string, unknown>>;
type UsageBody = { readonly total: Sums; readonly groups: readonly Sums[]; readonly steps: readonly Sums[] };

/** What is asked at the end of a world. */
export type Question = {
  readonly url: string;
  readonly zone: string;
  readonly clock: FakeClock;
  readonly truth: KnownTruth;
  readonly tally: Tally;
  readonly sandbox: Sandbox;
  readonly set: Readonly<Record<string, string>>;
  /** When quarter hours may be gone. */
  readonly finestSince: number;
};

/** Compares every window, day, quarter hour and lifetime sum with what can be known. */
export async function checkWorld(question: Question): Promise<void> {
  const { url, truth, tally, zone, clock } = question;
  const body = await getJson<Sums>(`${url}/api/v1/metrics`);
  const lifetime = (body["lifetime"] ?? {}) as Sums;
  const windows = windowsAt(clock.now, zone);
  for (const metric of COUNTERS) {
    compare(
      question,
      `lifetime ${metric}`,
      metric,
      lifetime[metric],
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    );
    for (const [suffix, from] of windows) {
      compare(question, `${metric}_${suffix}`, metric, body[`${metric}_${suffix}`], from, Number.POSITIVE_INFINITY);
    }
  }
  const first = truth.growths.reduce((least, { from }) => Math.min(least, from), clock.now);
  await checkDays(question, Math.max(first, Date.UTC(2026)), clock.now);
  await checkQuarters(question);
  await checkGroups(question);
  tally.count("worlds compared");
}

/** Each local day, by the API and by `report --json`, which must be the same bytes. */
async function checkDays(question: Question, first: number, last: number): Promise<void> {
  const { url, zone, sandbox, set, clock, tally } = question;
  const since = dateIn(first - DAY, zone).toString();
  const until = dateIn(last, zone).add({ days: 1 }).toString();
  const text = await (await fetch(`${url}/api/v1/usage?since=${since}&until=${until}&step=day&by=day`)).text();
  const report = await sandbox.run(["report", "--json", "--since", since, "--until", until, "--by", "day"], {
    set,
    env: clock.env,
  });
  const { total, steps } = JSON.parse(text) as UsageBody;
  const reported = JSON.parse(report.stdout) as UsageBody;
  for (const metric of COUNTERS) {
    compare(
      question,
      `${metric} of all days`,
      metric,
      total[metric],
      startOf(dateIn(first - DAY, zone), zone),
      Number.POSITIVE_INFINITY,
    );
    if (reported.total[metric] !== total[metric]) {
      tally.differ(`report says ${reported.total[metric]} ${metric}, the API ${total[metric]}`);
    }
  }
  for (const step of steps) {
    const start = Date.parse(String(step["at"]));
    const end = startOf(dateIn(start, zone).add({ days: 1 }), zone);
    for (const metric of COUNTERS)
      compare(question, `${metric} of ${String(step["at"])}`, metric, step[metric], start, end);
    tally.count("days compared");
  }
}

async function checkQuarters(question: Question): Promise<void> {
  const { url, clock, tally, finestSince } = question;
  const since = Math.ceil(finestSince / QUARTER_MS) * QUARTER_MS;
  const until = Math.ceil((clock.now + 1) / QUARTER_MS) * QUARTER_MS;
  const query = `since=${new Date(since).toISOString()}&until=${new Date(until).toISOString()}&step=15m`;
  const { steps } = await getJson<UsageBody>(`${url}/api/v1/usage?${query}`);
  for (const step of steps) {
    const start = Date.parse(String(step["at"]));
    for (const metric of COUNTERS) {
      compare(
        question,
        `${metric} of the quarter of ${String(step["at"])}`,
        metric,
        step[metric],
        start,
        start + QUARTER_MS,
      );
    }
    tally.count("quarter hours compared");
  }
}

/** The whole month by key and by model group. */
async function checkGroups(question: Question): Promise<void> {
  const { url, truth, zone, clock } = question;
  const month = windowsAt(clock.now, zone).get("monthly") ?? 0;
  for (const [dimension, label] of [
    ["key", "api_key_alias"],
    ["team", "team_alias"],
  ] as const) {
    const { groups } = await getJson<UsageBody>(`${url}/api/v1/usage?period=month&by=${dimension}`, {
      authorization: "Bearer soak",
    });
    const names = new Set(truth.growths.map(({ labels }) => labels[label] ?? ""));
    for (const name of names) {
      const group = groups.find((each) => each[dimension] === name);
      for (const metric of COUNTERS) {
        compare(
          question,
          `${metric} of ${dimension} ${name} in the month`,
          metric,
          group?.[metric] ?? 0,
          month,
          Number.POSITIVE_INFINITY,
          [label, name],
        );
      }
    }
  }
}

function compare(
  { truth, tally }: Question,
  what: string,
  metric: string,
  actual: unknown,
  from: number,
  to: number,
  label?: readonly [string, string],
): void {
  const { sum, cuts } = truth.sum(metric, from, to, label);
  // A metric that no page ever had is null.
  const number = actual === null && sum === 0 ? 0 : Number(actual);
  tally.compare(what, number, sum, metric === "cost" ? MONEY : cuts);
}

/** The beginnings of the day, the week and the month that a moment lies in. */
function windowsAt(at: number, zone: string): Map<string, number> {
  const date = dateIn(at, zone);
  return new Map([
    ["daily", startOf(date, zone)],
    ["weekly", startOf(date.subtract({ days: date.dayOfWeek - 1 }), zone)],
    ["monthly", startOf(date.with({ day: 1 }), zone)],
  ]);
}

function dateIn(at: number, zone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone).toPlainDate();
}

async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<T> {
  // Asked for by those who know the shape.
  return (await (await fetch(url, { headers })).json()) as T;
}
