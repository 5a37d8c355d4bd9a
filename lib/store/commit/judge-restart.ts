import { fellByHalf, isRestart } from "../../aggregator/process.ts";
import type { Process } from "../tables/processes.ts";
import type { SeriesState } from "../tables/series.ts";
import type { Target } from "../tables/targets.ts";
import type { Matched, MatchedPage } from "./match-series.ts";

/** How a page shows that LiteLLM restarted (accounting rule 3). */
export type Restart =
  | { readonly kind: "none" }
  /** No process is named, and the requests fell by more than half. */
  | { readonly kind: "nameless" }
  /** A process answers that is new to us, and it began at this moment of LiteLLM's clock. */
  | { readonly kind: "new_process"; readonly beganAt: number };

/** Judges whether a page shows a restart. `target` and `processes` are as they were before it. */
export function judgeRestart(
  target: Target,
  processes: readonly Process[],
  startSeconds: number | undefined,
  { process, matched, absent }: MatchedPage,
): Restart {
  if (process) {
    const isNameless = startSeconds === undefined && process.id === target.lastProcess && !target.turns.isInTurn;
    if (!isNameless) return { kind: "none" };
    const isRestarted = fellByHalf(commonRequests(matched)) || fellByHalf(requestsAcrossEmptyPages(matched, absent));
    return { kind: isRestarted ? "nameless" : "none" };
  }
  const beganSeconds = startSeconds ?? oldestCreated(matched);
  if (target.pages === 0 || beganSeconds === undefined) return { kind: "none" };
  const beganAt = beganSeconds * 1000;
  const flaggedAt = processes.flatMap(({ restartAt }) => (restartAt === undefined ? [] : [restartAt]));
  return isRestart({ beganAt, firstPageAt: target.firstMarkAt, flaggedAt })
    ? { kind: "new_process", beganAt }
    : { kind: "none" };
}

/** The oldest `_created` of the page in seconds, undefined where it has none. */
function oldestCreated(matched: readonly Matched[]): number | undefined {
  let oldest: number | undefined;
  for (const { observation } of matched) {
    const { origin } = observation;
    if (origin.kind === "created" && (oldest === undefined || origin.seconds < oldest)) oldest = origin.seconds;
  }
  return oldest;
}

/** The requests of series that are on this page and the one before, and that nothing ties to a process. */
function commonRequests(matched: readonly Matched[]): { last: number; value: number }[] {
  const common: { last: number; value: number }[] = [];
  for (const { observation, known } of matched) {
    const isRequests = observation.counter === "requests" && observation.origin.kind === "unknown";
    if (!isRequests || known?.value === undefined || known.lastSeenAt !== undefined) continue;
    common.push({ last: known.value, value: observation.value });
  }
  return common;
}

/**
 * On the first page with requests after pages without any: the requests of the newest page that had some, and what they are
 * now, 0 where they are missing. A process that other pages only hid shows all of them, one that began anew does not. Empty
 * on any other page.
 */
function requestsAcrossEmptyPages(
  matched: readonly Matched[],
  absent: readonly SeriesState[],
): { last: number; value: number }[] {
  const requests = matched.filter(({ observation }) => observation.counter === "requests");
  const names = new Set(requests.map(({ observation }) => observation.name));
  const values = new Map(requests.map(({ known, observation }) => [known?.id, observation.value]));
  const before = [...requests.flatMap(({ known }) => known ?? []), ...absent.filter(({ name }) => names.has(name))];
  const nameless = before.filter(({ originKind }) => originKind === "unknown");
  if (nameless.some(({ lastSeenAt }) => lastSeenAt === undefined)) return [];
  const newest = Math.max(...nameless.map(({ lastSeenAt }) => lastSeenAt ?? 0));
  return nameless
    .filter(({ lastSeenAt }) => lastSeenAt === newest)
    .map(({ id, value }) => ({ last: value ?? 0, value: values.get(id) ?? 0 }));
}
