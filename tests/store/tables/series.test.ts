import { describe, expect, test } from "bun:test";
import {
  labelsHash,
  ownersOfSeries,
  processesWithCreated,
  seriesOfProcess,
  targetOfSeries,
} from "../../../lib/store/tables/series.ts";
import { MINUTE, NOON, openTestStore, scrape } from "../../support/store.ts";

const START = NOON / 1000 - 3600;

describe("the state of a series", () => {
  test("is found by name, label set and origin, in its target alone", () => {
    const db = openTestStore();
    scrape(db, { start: START, requests: [[{ m: "a" }, 5, START + 1.25]] }, { at: NOON });
    const identity = {
      name: 1,
      labels: labelsHash('[["m","a"]]'),
      origin: { kind: "created", seconds: START + 1.25 },
    } as const;
    expect(ownersOfSeries(db, 1, identity)).toEqual([1]);
    expect(ownersOfSeries(db, 2, identity)).toEqual([]);
    expect(ownersOfSeries(db, 1, { ...identity, origin: { kind: "process", seconds: START + 1.25 } })).toEqual([]);
    expect(ownersOfSeries(db, 1, { ...identity, labels: labelsHash("[]") })).toEqual([]);
    expect(targetOfSeries(db, identity)).toBe(1);
    expect([...seriesOfProcess(db, 1)]).toMatchObject([{ value: 5, originKind: "created", lastSeenAt: undefined }]);
    scrape(db, { start: START + 1, requests: [[{ m: "a" }, 6, START + 1.25]] }, { at: NOON + MINUTE });
    expect(ownersOfSeries(db, 1, identity).toSorted()).toEqual([1, 2]);
  });

  test("keeps the seven decimals of `_created` to the last digit", () => {
    const db = openTestStore();
    const seconds = 1_795_293_297.750_309_7;
    scrape(db, { requests: [[{}, 5, 1_795_293_297.750_309_7]] }, { at: NOON });
    expect(ownersOfSeries(db, 1, { name: 1, labels: labelsHash("[]"), origin: { kind: "created", seconds } })).toEqual([
      1,
    ]);
  });

  test("says since when it is absent from its process's pages, and forgets that when it is back", () => {
    const db = openTestStore();
    const both = {
      start: START,
      requests: [
        [{ m: "a" }, 5],
        [{ m: "b" }, 6],
      ] as const,
    };
    const one = { start: START, requests: [[{ m: "a" }, 5]] as const };
    const b = () => [...seriesOfProcess(db, 1)].find(({ value }) => value === 6);
    scrape(db, both, { at: NOON });
    scrape(db, one, { at: NOON + MINUTE });
    scrape(db, { start: START + 9, requests: [[{ m: "c" }, 1]] }, { at: NOON + 2 * MINUTE });
    scrape(db, one, { at: NOON + 3 * MINUTE });
    expect(b()).toMatchObject({ lastSeenAt: NOON, absentSince: NOON + MINUTE });
    scrape(db, both, { at: NOON + 4 * MINUTE });
    expect(b()).toMatchObject({ lastSeenAt: undefined, absentSince: undefined });
  });

  test("tells the processes that have series with `_created` on their newest page, by name", () => {
    const db = openTestStore();
    scrape(db, { start: START, requests: [[{}, 5, START + 1]] }, { at: NOON });
    scrape(db, { start: START + 1, cost: [[{}, 5, START + 2]] }, { at: NOON + MINUTE });
    scrape(db, { start: START + 2, requests: [[{}, 5]] }, { at: NOON + 2 * MINUTE });
    const names = db.query<{ id: number; name: string }, []>("SELECT id, name FROM name").all();
    const idOf = (part: string) => names.find(({ name }) => name.includes(part))?.id ?? 0;
    expect(processesWithCreated(db, 1, [idOf("proxy_total")])).toEqual([1]);
    expect(processesWithCreated(db, 1, [idOf("proxy_total"), idOf("spend")])).toEqual([1, 2]);
    expect(processesWithCreated(db, 2, [idOf("spend")])).toEqual([]);
    expect(processesWithCreated(db, 1, [])).toEqual([]);
  });
});

test("the hash of a label set is short and its own", () => {
  const hashes = ["[]", '[["a","1"]]', '[["a","2"]]', '[["b","1"]]'].map(labelsHash);
  expect(new Set(hashes).size).toBe(4);
  expect(hashes.every((hash) => /^[\w-]{22}$/.test(hash))).toBe(true);
});
