import { describe, expect, test } from "bun:test";
import { QUIET_WATCH, type TurnWatch } from "../../../lib/aggregator/turns.ts";
import {
  clockAheadMs,
  insertTarget,
  pointUrlAt,
  saveTarget,
  targetById,
  targetByUrl,
} from "../../../lib/store/tables/targets.ts";
import { MINUTE, NOON, openTestStore } from "../../support/store.ts";

describe("a target", () => {
  test("is read back as it was written", () => {
    const db = openTestStore();
    const target = insertTarget(db, "http://one", NOON, NOON - 1000);
    expect(target).toMatchObject({
      pages: 0,
      turns: QUIET_WATCH,
      restarts: 0,
      lastProcess: undefined,
      isForeign: false,
    });
    const turns: TurnWatch = {
      isInTurn: true,
      falls: new Map([
        [3, true],
        [5, false],
      ]),
      open: [{ page: 5, series: 9, before: 4, to: 1.5 }],
      lows: [
        [
          [9, 1.5],
          [10, 0],
        ],
      ],
      highs: new Map([[9, { value: 4, page: 5, below: 1.5 }]]),
    };
    const after = {
      ...target,
      lastPageAt: NOON + MINUTE,
      pages: 5,
      restarts: 2,
      lastRestartPage: 3,
      forgottenBefore: NOON,
      turns,
      isForeign: true,
    };
    saveTarget(db, after);
    expect(targetById(db, target.id)).toEqual(after);
    saveTarget(db, { ...after, turns: QUIET_WATCH });
    expect(targetById(db, target.id).turns).toEqual(QUIET_WATCH);
  });

  test.each(["", "{", '{"falls":7}', "null"])("watches its falls anew where a damaged disk left %j of them", (text) => {
    const db = openTestStore();
    const target = insertTarget(db, "http://one", NOON, NOON);
    db.run("UPDATE target SET turns = ? WHERE id = ?", [text, target.id]);
    expect(targetById(db, target.id).turns).toEqual(QUIET_WATCH);
  });

  test("is known by each URL that was pointed at it, the last one it was", () => {
    const db = openTestStore();
    const [one, two] = ["http://one", "http://two"].map((url) => insertTarget(db, url, NOON, NOON));
    for (const url of ["http://a", "http://b"]) pointUrlAt(db, url, one?.id ?? 0);
    pointUrlAt(db, "http://b", two?.id ?? 0);
    expect(["http://a", "http://b", "http://c"].map((url) => targetByUrl(db, url)?.id)).toEqual([
      one?.id,
      two?.id,
      undefined,
    ]);
  });
});

test.each<[string, firstPageAt: number, date: number, aheadMs: number]>([
  ["agrees with ours where its second is the page's", NOON + 900, NOON, 0],
  ["agrees with ours where the answer took a second", NOON + 1900, NOON, 0],
  ["is not behind ours by what a page took to come", NOON + 2000, NOON, 0],
  ["is ahead of ours where its second is a later one", NOON, NOON + 2000, 3000],
  ["is ahead of ours by hours", NOON, NOON + 5 * 3_600_000, 5 * 3_600_000 + 1000],
  ["is behind ours by hours", NOON, NOON - 5 * 3_600_000, -5 * 3_600_000 + 1000],
  ["is not held against one of ours that was not set", 1000, NOON, 0],
])("LiteLLM's clock %s", (_, firstPageAt, date, aheadMs) => {
  expect(clockAheadMs({ firstPageAt, firstMarkAt: date - 1000 })).toBe(aheadMs);
});
