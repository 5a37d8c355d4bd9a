import { observe, pageSum, sumBy } from "../support/raw-pages.ts";
import {
  NOTHING,
  PROMETHEUS_NAMES,
  type RecordedPage,
  recordedPages,
  truthBetween,
  USAGE_NAMES,
  type Usage,
  type UsageBy,
} from "../support/recorded.ts";

/** A recording, and what a perfect observer of its pages knows at the end. */
export type Recording = {
  readonly pages: readonly RecordedPage[];
  readonly known: UsageBy;
  /** Which process answered each page. */
  readonly processes: string;
  /** The page that shows a restart, counted from 0. */
  readonly restart: number | undefined;
};

/** The pages of one process from its very start on, and the last of them once more as OpenMetrics. */
const MIXED = ["fresh.prom", "few-requests.prom", "mixed.prom", "mixed.openmetrics.txt"];

/** The recordings by what they show. */
export const RECORDINGS = {
  "one process that restarts": () => {
    const pages = recordedPages("sequence");
    return { pages, known: truthBetween(pages[0], pages.at(-1)), processes: "AAAAAABBBB", restart: 6 };
  },
  "two workers that share nothing": () => {
    const pages = recordedPages("workers");
    // Only one of them is on each page: what the last page does not show cannot be known.
    return { pages, known: observedUsage(pages), processes: "AABAABBA", restart: undefined };
  },
  "two workers that share a folder": () => {
    const pages = recordedPages("multiproc");
    return { pages, known: truthBetween(pages[0], pages.at(-1)), processes: "AAAA", restart: undefined };
  },
  "a process from its first moment on, as text and as OpenMetrics": () => {
    const pages = recordedPages("pages").filter(({ file }) => MIXED.includes(file));
    return { pages, known: truthBetween(pages[0], pages[2]), processes: "AAAA", restart: undefined };
  },
} as const satisfies Readonly<Record<string, () => Recording>>;

/** What a tiny reader of the pages can know of them. */
export function observedUsage(pages: readonly RecordedPage[]): UsageBy {
  const groups = groupOfDeployment(pages);
  const counted = observePages(pages).map((each) => {
    const group = each.labels.get("requested_model") ?? groups.get(each.labels.get("model_id") ?? "") ?? "None";
    return { ...each, labels: new Map(each.labels).set("requested_model", group) };
  });
  const by = (...labels: readonly string[]) => {
    const usage = new Map<string, Usage>();
    for (const name of USAGE_NAMES) {
      for (const [value, amount] of sumBy(counted, PROMETHEUS_NAMES[name], ...labels)) {
        if (amount !== 0) usage.set(value, { ...(usage.get(value) ?? NOTHING), [name]: amount });
      }
    }
    return usage;
  };
  return {
    total: by("no such label").get("None") ?? NOTHING,
    byGroup: by("requested_model"),
    byKey: by("api_key_alias", "hashed_api_key"),
  };
}

/** What each model of a provider cost; the truth knows only what clients asked for. */
export function observedCosts(pages: readonly RecordedPage[]): Map<string, number> {
  return new Map([...sumBy(observePages(pages), PROMETHEUS_NAMES.cost, "model")].filter(([, cost]) => cost !== 0));
}

/** LiteLLM's own values at a page: the newest sums of each process that has answered since a restart. */
export function ownValues({ pages, processes, restart = 0 }: Recording, index: number): Usage {
  const answered = [...processes].slice(index < restart ? 0 : restart, index + 1);
  const sums = { ...NOTHING };
  for (const process of new Set(answered)) {
    const text = pages[processes.lastIndexOf(process, index)]?.text ?? "";
    for (const name of USAGE_NAMES) sums[name] += pageSum(text, PROMETHEUS_NAMES[name]);
  }
  return sums;
}

/** Whether a page is whole: the recorded OpenMetrics page is a cut. */
export function isWhole(page: RecordedPage | undefined): boolean {
  return page?.contentType.startsWith("text/plain") ?? false;
}

function observePages(pages: readonly RecordedPage[]) {
  return observe(pages.map(({ text, dateAt }) => ({ text, markAt: dateAt - 1000 })));
}

/** The spend counter names no group: which group a deployment belongs to, the token counters say. */
function groupOfDeployment(pages: readonly RecordedPage[]): Map<string, string> {
  const series = pages.flatMap(({ text }) => observe([{ text, markAt: 0 }]));
  return new Map(
    series.flatMap(({ labels }) => {
      const id = labels.get("model_id");
      const group = labels.get("requested_model");
      return id === undefined || group === undefined ? [] : [[id, group] as const];
    }),
  );
}
