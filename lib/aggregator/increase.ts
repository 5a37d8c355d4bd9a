import { beganAt, type Origin } from "./origin.ts";

/** What is known of a series before the page is read: nothing, that it was there with an unusable value, or its value. */
type Known = { readonly value: number | undefined } | undefined;

/** Everything that decides what one sample adds. Moments are UTC milliseconds on LiteLLM's clock. */
export type IncreaseInput = {
  readonly value: number;
  readonly known: Known;
  readonly origin: Origin;
  /** When the process that answered began; undefined where the page does not say. */
  readonly processBeganAt: number | undefined;
  /** The page is the first good one of the target that was read while the name was mapped. */
  readonly isMark: boolean;
  readonly markAt: number;
  /** The page names no process and was taken for a restart of LiteLLM. */
  readonly isNamelessRestart: boolean;
  /** An earlier good page since the mark was of the same process, or neither that page nor this one names one. */
  readonly sawProcessSinceMark: boolean;
  /** State of series that began before this was dropped; undefined where none ever was. */
  readonly forgottenBefore: number | undefined;
};

export type IncreaseCase = "baseline" | "grew" | "reset" | "born" | "stale" | "refused";

/** What a counter grew between two scrapes, resets corrected. Never negative. */
export type Increase = { readonly kind: IncreaseCase; readonly amount: number };

const BASELINE: Increase = { kind: "baseline", amount: 0 };
const REFUSED: Increase = { kind: "refused", amount: 0 };
const STALE: Increase = { kind: "stale", amount: 0 };

/**
 * The increase of one series by the table of accounting rule 2 (README.md). Beside it stands `stale`: a counter with its own
 * `_created` cannot fall within its process, so a lower value comes from a page that is older than the state (a cache,
 * or two scrapes that overtook each other), and nothing changes.
 */
export function increase(input: IncreaseInput): Increase {
  const { value, known, origin } = input;
  if (!Number.isFinite(value) || value < 0) return REFUSED;
  if (input.isMark) return BASELINE;
  if (known?.value === undefined) return isBorn(input) ? { kind: "born", amount: value } : BASELINE;
  if (input.isNamelessRestart && origin.kind === "unknown") return { kind: "reset", amount: value };
  if (value >= known.value) return { kind: "grew", amount: value - known.value };
  return origin.kind === "created" ? STALE : { kind: "reset", amount: value };
}

function isBorn({ known, origin, ...input }: IncreaseInput): boolean {
  // A series that was there with an unusable value may be of any age; one that was not there is younger than that page.
  if (origin.kind !== "created" && input.sawProcessSinceMark && !known) return true;
  const began = beganAt(origin, input.processBeganAt);
  if (began === undefined || began <= input.markAt) return false;
  return input.forgottenBefore === undefined || began >= input.forgottenBefore;
}
