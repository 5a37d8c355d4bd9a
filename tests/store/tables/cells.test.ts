import { describe, expect, test } from "bun:test";
import { DIMENSIONS } from "../../../lib/litellm/dimensions.ts";
import { openCells } from "../../../lib/store/tables/cells.ts";
import { MINUTE, NOON, openTestStore, scrape, sumsOf } from "../../support/store.ts";

const START = NOON / 1000 - 3600;
const OTHER = "other";
const NOTHING = { model: null, model_group: null, provider: null, team: null, key: null, user: null, end_user: null };

describe("cells", () => {
  test("have one id for each combination, which lasts", () => {
    const db = openTestStore();
    const cells = openCells(db, 100);
    const id = cells.idOf({ ...NOTHING, model: "a" });
    expect(cells.idOf({ ...NOTHING, model: "b" })).not.toBe(id);
    expect(cells.idOf({ ...NOTHING, model: "a" })).toBe(id);
    expect(openCells(db, 100).idOf({ ...NOTHING, model: "a" })).toBe(id);
  });

  test("keep a value that is absent apart from one that is empty or reads null", () => {
    const cells = openCells(openTestStore(), 100);
    const ids = [null, "null", "other"].map((model) => cells.idOf({ ...NOTHING, model }));
    expect(new Set(ids).size).toBe(3);
  });

  test("count beyond the limit of values under one name, in each dimension", () => {
    for (const dimension of DIMENSIONS) {
      const db = openTestStore();
      const cells = openCells(db, 3);
      for (let index = 0; index < 10; index++) cells.idOf({ ...NOTHING, [dimension]: `v${index}` });
      const values = db.query<{ value: string }, []>(`SELECT ${dimension} AS value FROM cell ORDER BY id`).all();
      expect(values.map(({ value }) => value)).toEqual(["v0", "v1", "v2", OTHER]);
      expect(openCells(db, 3).idOf({ ...NOTHING, [dimension]: "v9" })).toBe(4);
    }
  });

  test("fold end users, users and keys, in that they keep models and teams, where there are too many combinations", () => {
    const db = openTestStore();
    const cells = openCells(db, 5);
    for (let model = 0; model < 5; model++) {
      for (let key = 0; key < 5; key++) {
        for (let user = 0; user < 4; user++) {
          cells.idOf({ ...NOTHING, model: `m${model}`, team: "t", key: `k${key}`, user: `u${user}` });
        }
      }
    }
    const count = db.query<{ n: number }, []>("SELECT COUNT(*) AS n FROM cell").get()?.n ?? 0;
    expect(count).toBeLessThanOrEqual(5 * 10 + 5);
    const folded = db
      .query<{ model: string; key: string; user: string; team: string }, []>("SELECT * FROM cell WHERE id > 50")
      .all();
    expect(folded.map(({ model, team, key, user }) => [model, team, key, user])).toEqual(
      ["m2", "m3", "m4"].map((model) => [model, "t", OTHER, OTHER]),
    );
  });

  test("change no sum when they fold", () => {
    const db = openTestStore();
    const page = (factor: number) => ({
      start: START,
      requests: Array.from(
        { length: 40 },
        (_, index) =>
          [{ requested_model: `m${index}`, api_key_alias: `k${index % 7}` }, factor * (index + 1), START] as const,
      ),
      cost: Array.from(
        { length: 40 },
        (_, index) => [{ model: `m${index}` }, (factor * (index + 1)) / 8, START] as const,
      ),
    });
    for (const factor of [1, 2, 3]) scrape(db, page(factor), { at: NOON + factor * MINUTE, maxValues: 5 });
    for (const table of ["bucket", "day", "lifetime", "snapshot"] as const) {
      expect(sumsOf(db, table)).toEqual({ requests: 2 * 820, cost: (2 * 820) / 8 });
    }
    const models = db.query<{ model: string }, []>("SELECT DISTINCT model FROM cell JOIN lifetime ON cell = id").all();
    expect(models.map(({ model }) => model).toSorted()).toEqual(["m0", "m1", "m2", "m3", "m4", OTHER]);
  });
});
