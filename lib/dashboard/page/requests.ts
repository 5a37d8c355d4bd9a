import type { UsageAnswer } from "../../query/usage/answer.ts";
import type { Asked } from "./api.ts";
import { byId, el, replace } from "./dom.ts";
import { latencyTable } from "./latency-table.ts";
import { showLegend } from "./legend.ts";
import type { Loaded } from "./load.ts";
import { notice } from "./notice.ts";
import { countText, durationText, rateText } from "./numbers.ts";
import { errorRateData, type RequestRow, requestGrouping, requestRow, trafficData } from "./request-data.ts";
import { createStepChart } from "./step-chart.ts";
import { DIMENSIONS, type View } from "./view.ts";
import { momentText, stretchText } from "./wall-time.ts";

/** What the request logs say: how many requests there were, how many failed, and how long they took. */
export type Requests = { show(loaded: Loaded): void; redraw(): void };

/** Makes the part of the page about requests; `go` shows another view. */
export function createRequests(go: (view: View) => void): Requests {
  let shown: View | undefined;
  const zoom = (range: View["range"]): void => {
    if (shown) go({ ...shown, range });
  };
  const traffic = createStepChart("traffic", zoom);
  const errors = createStepChart("errors", zoom);

  return {
    redraw() {
      traffic.redraw();
      errors.redraw();
    },
    show({ view, requests: asked }) {
      shown = view;
      const answer = asked.kind === "answer" && (asked.body.total.requests ?? 0) > 0 ? asked.body : undefined;
      const data = answer && trafficData(answer);
      replace(byId("requests-notice"), answer ? undefined : whyNothing(asked));
      byId("requests-body").hidden = !answer;
      traffic.show("Requests over time", data && { data });
      errors.show("Error rate over time", answer && { data: errorRateData(answer) });
      showLegend(byId("traffic-legend"), data?.layers ?? []);
      if (answer) showLatency(answer, view);
    },
  };
}

function showLatency(answer: UsageAnswer, view: View): void {
  const by = requestGrouping(view);
  const label = DIMENSIONS.find(([name]) => name === by)?.[1] ?? "";
  const hasLatency = answer.latency_period !== undefined;
  const total = requestRow(answer.total, by);
  replace(byId("requests-facts"), ...facts(total, hasLatency));
  const rows = answer.groups.map((group) => requestRow(group, by));
  replace(byId("latency"), latencyTable(rows, total, { label, hasLatency }));
  byId("requests-words").textContent = wordsOf(answer);
}

function facts({ requests, failed, errorRate, p50, p95, p99, firstToken }: RequestRow, hasLatency: boolean) {
  const counts = [
    ["Requests", countText(requests)],
    ["Failed", `${countText(failed)} (${rateText(errorRate)})`],
  ] as const;
  const latencies = [
    ["Half within", durationText(p50)],
    ["95 % within", durationText(p95)],
    ["99 % within", durationText(p99)],
    ["First token, mean", durationText(firstToken)],
  ] as const;
  return [...counts, ...(hasLatency ? latencies : [])].map(([name, text]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, text)),
  );
}

/** What time the numbers are of, as far as it is not the one that is asked about. */
function wordsOf({ coverage, period, latency_period: days }: UsageAnswer): string {
  const parts: string[] = [];
  if (coverage.from !== null && coverage.observed_ratio < 1) {
    parts.push(`The request logs reach from ${momentText(coverage.from)} to ${momentText(coverage.to ?? period.to)}.`);
  }
  if (!days) {
    parts.push("How long requests took is kept by model, model group and provider: take away the other filters.");
  } else if (days.from !== period.from) {
    parts.push(`Latency is that of whole days: ${stretchText(days.from, days.to)}.`);
  }
  return parts.join(" ");
}

/** Why there are no numbers; without a ledger that is no fault, and said quietly. */
function whyNothing(asked: Asked<UsageAnswer>): HTMLElement | undefined {
  switch (asked.kind) {
    case "unreachable":
      return undefined;
    case "answer":
      return notice({
        isEmpty: true,
        title: "No requests are in the logs of this time",
        hint: "Show a longer time, or see with litellm-pulse doctor what feeds the spend ledger",
      });
    case "refused":
      return notice({ title: "Request logs are for who has the key", hint: asked.hint ?? asked.error });
    case "error": {
      const { status, error: title, hint } = asked;
      return notice({ kind: status === 404 ? undefined : "warn", title, hint });
    }
    default:
      return asked satisfies never;
  }
}
