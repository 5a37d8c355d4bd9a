/** What the shell is told. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  limitPassed: 3,
  unreachable: 4,
  noData: 5,
  database: 6,
} as const;

export type ExitName = keyof typeof EXIT;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each exit code means, in the words of `--help`. */
export const EXIT_MEANINGS: { readonly [Name in ExitName]: string } = {
  done: "done",
  unexpected: "something unexpected, or not healthy",
  usage: "wrong usage or setting",
  limitPassed: "a limit is passed",
  unreachable: "LiteLLM is unreachable or refuses",
  noData: "no data",
  database: "the database cannot be used",
};

// The keys of a constant table are what its type says.
export const EXIT_NAMES: readonly ExitName[] = Object.keys(EXIT) as ExitName[];
