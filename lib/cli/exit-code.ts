/** What the shell is told (DESIGN §5). */
export const EXIT = {
  done: 0,
  unexpected: 1,
  usage: 2,
  limitPassed: 3,
  unreachable: 4,
  noData: 5,
  database: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
