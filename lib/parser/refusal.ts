import type { Refusal, RefusalReason } from "./page.ts";

/** What a body has shown once it is read to its end. */
type Evidence = {
  /** Excerpt of its first line that is not blank, empty where there is none. */
  readonly opening: string;
  /** It has a good sample or names a family. */
  readonly isExposition: boolean;
  readonly isOpenMetrics: boolean;
  /** Nothing of it is missing by the rules of its format. */
  readonly isComplete: boolean;
  readonly lineCount: number;
};

const EXPECTATION = "where Prometheus metrics were expected";

/** Why a body must not be counted, undefined where it may. */
export function refusalOf({
  opening,
  isExposition,
  isOpenMetrics,
  isComplete,
  lineCount,
}: Evidence): Refusal | undefined {
  if (opening === "") return refused("empty", `Received an empty body ${EXPECTATION}`);
  if (opening.startsWith("<")) return refused("html", `Received an HTML page ${EXPECTATION}`);
  if (!isExposition) {
    return /^["[{]/.test(opening)
      ? refused("json", `Received JSON ${EXPECTATION}: ${opening}`)
      : refused("not_exposition", `Received other text ${EXPECTATION}: ${opening}`);
  }
  if (!isComplete) {
    return isOpenMetrics
      ? refused(
          "cut_off",
          `Received an OpenMetrics page that stops in line ${lineCount} where "# EOF" was expected at its end`,
        )
      : refused("cut_off", `Received a page that stops in line ${lineCount} where a newline was expected at its end`);
  }
  return undefined;
}

function refused(reason: RefusalReason, message: string): Refusal {
  return { kind: "refused", reason, message };
}
