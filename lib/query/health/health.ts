import type { Database } from "bun:sqlite";
import { configuredTarget } from "../../store/read/state.ts";

/** Good pages may be this many scrape intervals old. */
const STALE_AFTER_INTERVALS = 3;

/** Whether fresh numbers are coming in. `notes` are problems that do not make it unhealthy. */
export type Health = {
  readonly status: "ok" | "starting" | "stale";
  readonly reason?: string;
  readonly notes?: readonly string[];
};

/** Judges the newest good page of the configured target against the scrape interval. */
export function readHealth(
  db: Database,
  context: {
    readonly url: string;
    readonly now: number;
    readonly intervalMs: number;
    readonly error: string | undefined;
    /** Whether this process has had a good page yet. */
    readonly hasScraped: boolean;
  },
): Health {
  const target = configuredTarget(db, context.url);
  const age = target && context.now - target.lastPageAt;
  const longest = STALE_AFTER_INTERVALS * context.intervalMs;
  const notes = target ? notesOf(target) : [];
  const withNotes = (all: readonly string[]) => (all.length > 0 ? { notes: all } : {});
  // After the clock was set back the next good page is dated right again; where none comes, nothing tells its age.
  const isFresh = age !== undefined && age <= longest && (age >= -longest || context.error === undefined);
  if (isFresh) return { status: "ok", ...withNotes(context.error === undefined ? notes : [context.error, ...notes]) };
  const because = context.error === undefined ? "" : `: ${context.error}`;
  if (!context.hasScraped || age === undefined) {
    return { status: "starting", reason: `No good scrape yet${because}`, ...withNotes(notes) };
  }
  const seconds = Math.round(Math.abs(age) / 1000);
  const howFar = age < 0 ? `dated ${seconds} s ahead of the clock` : `${seconds} s old`;
  return { status: "stale", reason: `The newest good scrape is ${howFar}${because}`, ...withNotes(notes) };
}

/** What has to be known of the pages of a target although they are good, each with what cures it. */
export function notesOf(target: {
  readonly turns: { readonly isInTurn: boolean };
  readonly isForeign: boolean;
  readonly isSimulated: boolean;
}): string[] {
  const notes: string[] = [];
  if (target.isSimulated) notes.push("This is a demo: its LiteLLM is simulated and every number is made up");
  if (target.turns.isInTurn) {
    notes.push(
      "Several LiteLLM workers answer in turn and nothing on their pages tells them apart, so only growth beyond the highest values is counted: set PROMETHEUS_MULTIPROC_DIR for LiteLLM",
    );
  }
  if (target.isForeign) {
    notes.push(
      'The page has no metrics of LiteLLM: add "prometheus" to litellm_settings.callbacks, or correct LITELLM_PULSE_METRICS_URL',
    );
  }
  return notes;
}
