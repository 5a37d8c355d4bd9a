import { expect } from "bun:test";
import type { Truth } from "../../lib/demo/truth.ts";
import type { RunOptions, Sandbox } from "../support/binary.ts";
import { USAGE_NAMES, type Usage } from "../support/recorded.ts";

type Group = Readonly<Record<string, unknown>>;

/** A usage answer, as far as these tests look at it. */
export type UsageAnswer = {
  readonly total: Group;
  readonly groups: readonly Group[];
  readonly steps: readonly Group[];
};

/** The body of `GET /api/v1/metrics`, as far as these tests look at it. */
export type MetricsAnswer = Readonly<Record<string, unknown>> & {
  readonly lifetime: Group;
  readonly error?: string;
  readonly last_scrape: string | null;
};

/** The body of `GET /api/v1/history`. */
export type HistoryAnswer = { readonly snapshots: readonly Group[]; readonly count: number };

/** Fetches JSON; whatever the status is. */
export async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<T> {
  // The tests know what they asked for.
  return (await (await fetch(url, { headers })).json()) as T;
}

/** What `report --json` answers, of a day in the middle of which it is now. */
export async function reportOf(
  sandbox: Sandbox,
  args: readonly string[] = [],
  options?: RunOptions,
): Promise<UsageAnswer> {
  const { code, stdout, stderr } = await sandbox.run(["report", "--json", ...args], options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
}

/** The groups of an answer by a dimension, without those that used nothing. */
export function groupsBy(answer: UsageAnswer | undefined, dimension: string): Map<string, Group> {
  const used = (answer?.groups ?? []).filter((group) =>
    USAGE_NAMES.some((name) => group[name] !== 0 && group[name] !== null),
  );
  return new Map(used.map((group) => [String(group[dimension]), group]));
}

/** Counts must be equal, money to 1e-9. `suffix` is what the names of the actual numbers end in. */
export function expectUsage(actual: Group | undefined, expected: Usage, suffix = ""): void {
  const counted = ({ cost: _, ...counts }: Usage) => counts;
  const found = Object.fromEntries(USAGE_NAMES.map((name) => [name, actual?.[`${name}${suffix}`]]));
  expect<unknown>(counted(found as Usage)).toEqual(counted(expected));
  expect(Number(found["cost"])).toBeCloseTo(expected.cost, 9);
}

/** Every group must have its usage, and no other group may have any. */
export function expectGroups(actual: ReadonlyMap<string, Group>, expected: ReadonlyMap<string, Usage>): void {
  expect([...actual.keys()].toSorted()).toEqual([...expected.keys()].toSorted());
  for (const [name, usage] of expected) expectUsage(actual.get(name), usage);
}

/** What a simulated LiteLLM has truly counted, in the words of the product's answers. */
export function usageOf({ total }: Truth): Usage {
  return toUsage(total);
}

/** The same by the alias of the key. */
export function usageByKey({ byKeyAlias }: Truth): Map<string, Usage> {
  return new Map([...byKeyAlias].map(([alias, totals]) => [alias, toUsage(totals)]));
}

/** The same by what the client asked for. */
export function usageByGroup({ byModelGroup }: Truth): Map<string, Usage> {
  return new Map([...byModelGroup].map(([group, totals]) => [group, toUsage(totals)]));
}

function toUsage({ requests, failed, tokens, input, output, cost }: Truth["total"]): Usage {
  return { requests, failed_requests: failed, tokens, input_tokens: input, output_tokens: output, cost };
}
