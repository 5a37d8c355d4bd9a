import type { Dimension } from "../../litellm/dimensions.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import type { ExitCode } from "../exit-code.ts";

/** An answer with what a table tells beside it. */
export type Told = {
  readonly kind: "told";
  readonly answer: UsageAnswer;
  /** When the newest good page came; undefined where there is none. */
  readonly newestAt: number | undefined;
  /** What is wrong although there is an answer, each with what cures it. */
  readonly notes: readonly string[];
};

/**
 * Why there is no answer: one line for people, the exit code, and for scripts the answer with nothing in it, if that is
 * why.
 */
export type Untold = {
  readonly kind: "untold";
  readonly message: string;
  readonly code: ExitCode;
  readonly empty?: () => UsageAnswer;
};

/** Where `report` has its answer from: the database file, or a running `serve`. */
export type ReportSource = {
  /** Asks the question of this source at a moment. */
  ask(now: number): Promise<Told | Untold>;
  /** Every value of a dimension that was ever seen. */
  valuesOf(dimension: Dimension): Promise<readonly string[]>;
};
