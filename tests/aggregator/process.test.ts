import { describe, expect, test } from "bun:test";
import { couldBe, fellByHalf, identifyProcess, isRestart, type KnownProcess } from "../../lib/aggregator/process.ts";

const process = (id: number, startSeconds: number | undefined, lastPage: number): KnownProcess => ({
  id,
  startSeconds,
  lastPage,
});
const KNOWN = [process(1, 1000.5, 7), process(2, 1000.5, 9), process(3, 2000, 4), process(4, undefined, 2)];

type Signs = Parameters<typeof identifyProcess>[0];
const signs = (startSeconds: number | undefined, owners: number[] = [], lacking: number[] = []): Signs => ({
  startSeconds,
  owners: new Set(owners),
  lacking: new Set(lacking),
});

describe("the process that answered a page", () => {
  test.each<[string, Signs, number | undefined]>([
    ["is new where nobody is known", signs(3000), undefined],
    ["is the one with its start", signs(2000), 3],
    ["is the newest of those with its start where nothing else tells them apart", signs(1000.5), 2],
    ["is the one whose series are on the page", signs(1000.5, [1]), 1],
    ["is the one whose series are on a page that gives no start", signs(undefined, [3]), 3],
    ["is the one whose series are on the page, though it gave no start before", signs(9000, [4]), 4],
    ["is not one whose series are all missing from the page", signs(1000.5, [], [2]), 1],
    ["is new where the series of all with its start are missing", signs(1000.5, [], [1, 2]), undefined],
    ["is the nameless one where the page names none", signs(undefined), 4],
    [
      "is new where a page names none for the first time and the named ones' series are missing",
      signs(undefined, [], [1, 2, 3, 4]),
      undefined,
    ],
  ])("%s", (_, given, id) => {
    expect(identifyProcess(given, KNOWN)?.id).toBe(id);
  });

  test("is new on the first page", () => {
    expect(identifyProcess(signs(1000.5), [])).toBeUndefined();
  });
});

test.each<[string, number | undefined, number | undefined, boolean]>([
  ["where both name the same start", 1000.5, 1000.5, true],
  ["where the page names none", 1000.5, undefined, true],
  ["where it never named one", undefined, 1000.5, true],
  ["not where they name different ones", 1000.5, 1000.51, false],
])("a process could have answered a page %s", (_, known, startSeconds, expected) => {
  expect(couldBe(process(1, known, 7), startSeconds)).toBe(expected);
});

describe("a new process", () => {
  const FIRST = 1_790_000_000_000;
  test.each<[string, number, number[], boolean]>([
    ["that began after the first good page is a restart", FIRST + 1, [], true],
    ["that began with the first good page is a worker that was there", FIRST, [], false],
    ["that began before the first good page is a worker that was there", FIRST - 86_400_000, [], false],
    ["that began within a minute of a restart belongs to it", FIRST + 160_000, [FIRST + 100_000], false],
    ["that began a little before a restart that was seen belongs to it", FIRST + 100_000, [FIRST + 160_000], false],
    ["that began over a minute after a restart is another one", FIRST + 160_001, [FIRST + 100_000], true],
    ["is held against every restart", FIRST + 500_000, [FIRST + 100_000, FIRST + 480_000], false],
  ])("%s", (_, beganAt, flaggedAt, expected) => {
    expect(isRestart({ beganAt, firstPageAt: FIRST, flaggedAt })).toBe(expected);
  });
});

describe("requests of a page that names no process", () => {
  test.each<[string, [number, number][], boolean]>([
    ["fell by more than half", [[100, 49]], true],
    ["fell by exactly half", [[100, 50]], false],
    ["did not fall", [[100, 150]], false],
    [
      "fell by more than half in all, though one series rose",
      [
        [100, 2],
        [10, 20],
      ],
      true,
    ],
    [
      "fell in one series only",
      [
        [10, 0],
        [100, 100],
      ],
      false,
    ],
    ["have no series in common with the page before", [], false],
    ["were and are nothing", [[0, 0]], false],
  ])("%s", (_, pairs, expected) => {
    expect(fellByHalf(pairs.map(([last, value]) => ({ last, value })))).toBe(expected);
  });
});
