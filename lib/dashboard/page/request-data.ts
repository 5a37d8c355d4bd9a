import type { Dimension } from "../../litellm/dimensions.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import type { UsageGroup } from "../../query/usage/groups.ts";
import { type ChartData, type Layer, nameOf, timeAxis } from "./chart-data.ts";
import type { View } from "./view.ts";

/** What the spend ledger keeps latencies by. */
const ROUTES: readonly Dimension[] = ["model", "model_group", "provider"];

/** What requests are told apart by: as the view does, or by model where no latencies are kept by that. */
export function requestGrouping({ by }: View): Dimension {
  return ROUTES.includes(by) ? by : "model";
}

/** A group of requests with how long its successes took, in milliseconds; null where it is not known. */
export type RequestRow = {
  readonly name: string;
  readonly requests: number | null;
  readonly failed: number | null;
  /** In percent. */
  readonly errorRate: number | null;
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly firstToken: number | null;
};

/** The row of a group, or of the total. */
export function requestRow(group: UsageGroup, by: Dimension): RequestRow {
  const { requests, failed_requests: failed } = group;
  return {
    name: nameOf(group, by).name,
    requests,
    failed,
    errorRate: errorRate(group),
    mean: group.avg_latency_ms ?? null,
    p50: group.p50_latency_ms ?? null,
    p95: group.p95_latency_ms ?? null,
    p99: group.p99_latency_ms ?? null,
    firstToken: group.avg_ttft_ms ?? null,
  };
}

/** Requests in the steps of an answer, those that failed on top. */
export function trafficData(answer: UsageAnswer): ChartData {
  const failed = answer.steps.map((step) => step.failed_requests);
  const succeeded = answer.steps.map(({ requests }, index) =>
    requests === null ? null : requests - (failed[index] ?? 0),
  );
  return {
    ...timeAxis(answer),
    unit: "count",
    totals: answer.steps.map(({ requests }) => requests),
    layers: [layer("Succeeded", "rest", succeeded), layer("Failed", "bad", failed)],
  };
}

/** What part of the requests failed in the steps of an answer, in percent. */
export function errorRateData(answer: UsageAnswer): ChartData {
  const rates = answer.steps.map(errorRate);
  return { ...timeAxis(answer), unit: "percent", totals: rates, layers: [layer("Error rate", "bad", rates)] };
}

/** Of no requests there is no rate. */
function errorRate({ requests, failed_requests }: Pick<UsageGroup, "requests" | "failed_requests">): number | null {
  return !requests || failed_requests === null ? null : (failed_requests / requests) * 100;
}

function layer(name: string, color: Layer["color"], amounts: readonly (number | null)[]): Layer {
  const total = amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
  return { name, value: undefined, color, total, amounts };
}
