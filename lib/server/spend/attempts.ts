/** Failed attempts that an address may have before its next ones wait. */
const FREE = 5;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 3000;
/** After so long without a failure, an address begins anew. */
const FORGIVEN_MS = 60_000;
/** Failing attempts of one address that may wait at once. */
const MOST_WAITING = 8;
const MOST_ADDRESSES = 10_000;

type Record = { failures: number; failedAt: number; waiting: number };

/** Slows failed attempts down, by address. */
export type Attempts = {
  /** Whether an address has so many failing attempts waiting that the next one is not looked at. */
  isFull(address: string): boolean;
  /** Notes a failed attempt, and waits as long as its answer has to. */
  fail(address: string): Promise<void>;
};

/** Remembers the failed attempts of at most 10 000 addresses. */
export function createAttempts(now: () => number, sleep: (ms: number) => Promise<void>): Attempts {
  const records = new Map<string, Record>();
  const recordOf = (address: string): Record => {
    const known = records.get(address);
    if (known !== undefined && (known.waiting > 0 || now() - known.failedAt < FORGIVEN_MS)) return known;
    if (records.size >= MOST_ADDRESSES) {
      for (const [other, { waiting }] of records) if (waiting === 0) records.delete(other);
    }
    const made = { failures: 0, failedAt: now(), waiting: 0 };
    records.set(address, made);
    return made;
  };
  return {
    isFull: (address) => (records.get(address)?.waiting ?? 0) >= MOST_WAITING,
    async fail(address) {
      const record = recordOf(address);
      record.failures += 1;
      record.failedAt = now();
      if (record.failures <= FREE) return;
      record.waiting += 1;
      await sleep(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (record.failures - FREE - 1)));
      record.waiting -= 1;
    },
  };
}
