/** Workers of one restart start within this time of each other. */
const SAME_RESTART_MS = 60_000;

/** A process of LiteLLM that answered before. `startSeconds` is its `process_start_time_seconds`. */
export type KnownProcess = {
  readonly id: number;
  readonly startSeconds: number | undefined;
  /** Number of the newest good page of the target that it answered. */
  readonly lastPage: number;
};

/** What a page says about the process that answered it. */
export type ProcessSigns = {
  readonly startSeconds: number | undefined;
  /** Of the processes that could have answered this page those that own most of its series, by label set and `_created`. */
  readonly owners: ReadonlySet<number>;
  /** Processes whose newest page had series with `_created` under the names of this one, none of which is on it. */
  readonly lacking: ReadonlySet<number>;
};

/** Whether a process could have answered a page: two that name when they began must name the same moment. */
export function couldBe(process: KnownProcess, startSeconds: number | undefined): boolean {
  return startSeconds === undefined || process.startSeconds === undefined || process.startSeconds === startSeconds;
}

/**
 * The known process that answered, or undefined for a new one. The start time alone does not tell workers apart
 * (recorded: two that started in the same hundredth of a second), the `_created` of a series does.
 */
export function identifyProcess(signs: ProcessSigns, known: readonly KnownProcess[]): KnownProcess | undefined {
  const { startSeconds, owners, lacking } = signs;
  const owning = known.filter(({ id }) => owners.has(id));
  const candidates =
    owning.length > 0
      ? owning
      : known.filter((process) => process.startSeconds === startSeconds && !lacking.has(process.id));
  return candidates.toSorted((a, b) => b.lastPage - a.lastPage)[0];
}

/** Whether a new process means that LiteLLM restarted. Moments are UTC milliseconds on LiteLLM's clock. */
export function isRestart(options: {
  /** When the process began: its start time, else the oldest `_created` of its page. */
  readonly beganAt: number;
  /** The target's first good page. */
  readonly firstPageAt: number;
  /** When the processes began that were taken for a restart before. */
  readonly flaggedAt: readonly number[];
}): boolean {
  const { beganAt } = options;
  if (beganAt <= options.firstPageAt) return false;
  return !options.flaggedAt.some((at) => Math.abs(at - beganAt) <= SAME_RESTART_MS);
}

/** Whether a page that names no process shows a restart: `requests` fell by more than half over the common series. */
export function fellByHalf(common: readonly { readonly last: number; readonly value: number }[]): boolean {
  let before = 0;
  let after = 0;
  for (const { last, value } of common) {
    before += last;
    after += value;
  }
  return after < before / 2;
}
