import { describe, expect, test } from "bun:test";
import { createGroupBatch } from "../../../lib/ledger/batch/group-batch.ts";
import { NULL_TEXT, Texts } from "../../../lib/ledger/batch/texts.ts";
import { recordsPerDay } from "../../../lib/ledger/counts.ts";
import { foldBatch } from "../../../lib/ledger/fold/fold-batch.ts";
import { beginDay } from "../../../lib/ledger/fold/fold-day.ts";
import { removeUnfinished } from "../../../lib/ledger/fold/remove-sheet.ts";
import { makeSheet } from "../../../lib/ledger/sheets.ts";
import { sourceProgress } from "../../../lib/ledger/source.ts";
import { batchOf, breakingOff, openTestLedger } from "../../support/ledger.ts";
import { recordWith } from "../../support/records.ts";
import { differences, rollupsOf, truthOf } from "../truth.ts";

const DAY_MS = 86_400_000;
const DAY = Date.UTC(2026, 10, 9) / DAY_MS;
const NOW = (DAY + 30) * DAY_MS;
const RECORDS = Array.from({ length: 5 }, (_, i) => recordWith({ id: `r${i}`, at: DAY * DAY_MS + i * 3_600_000 }));

describe("a day that is folded as a whole", () => {
  test("takes the place of what the ledger had, with the progress of its source", async () => {
    const ledger = openTestLedger();
    await foldBatch(ledger, batchOf(RECORDS.slice(0, 2)), { now: NOW, source: "table", progress: "old" });
    const fold = beginDay(ledger, DAY, { now: NOW, keepsIdentities: true });
    fold.add(batchOf(RECORDS));
    expect(await fold.commit({ source: "table", progress: "new" })).toEqual({
      kind: "replaced",
      records: 5,
      before: 2,
    });
    expect(differences(await rollupsOf(ledger), truthOf(RECORDS, "UTC"))).toEqual([]);
    expect(await sourceProgress(ledger, "table")).toBe("new");
    expect(ledger.db.query("SELECT counted, duplicates, too_old FROM source").get()).toEqual({
      ...{ counted: 7, duplicates: 0, too_old: 0 },
    });
    expect(ledger.db.query("SELECT COUNT(*) AS n FROM sheet").get()).toEqual({ n: 1 });
  });

  test("is left alone where the source holds fewer records, unless that is wanted", async () => {
    const ledger = openTestLedger();
    await foldBatch(ledger, batchOf(RECORDS), { now: NOW, source: "table" });
    const fold = beginDay(ledger, DAY, { now: NOW, keepsIdentities: true });
    fold.add(batchOf(RECORDS.slice(0, 3)));
    expect(await fold.commit({ source: "table" })).toEqual({ kind: "fewer", source: 3, ledger: 5 });
    expect(differences(await rollupsOf(ledger), truthOf(RECORDS, "UTC"))).toEqual([]);
    expect(await fold.commit({ source: "table", force: true })).toMatchObject({ kind: "replaced", records: 3 });
    expect((await recordsPerDay(ledger.sql)).get(DAY)).toEqual({ records: 3, isClosed: false });
  });

  test("is not replaced when records came to it in the meantime", async () => {
    const ledger = openTestLedger();
    const fold = beginDay(ledger, DAY, { now: NOW, keepsIdentities: true });
    fold.add(batchOf(RECORDS.slice(0, 4)));
    await foldBatch(ledger, batchOf(RECORDS), { now: NOW, source: "table" });
    expect(await fold.commit({ source: "table" })).toEqual({ kind: "changed" });
    expect(differences(await rollupsOf(ledger), truthOf(RECORDS, "UTC"))).toEqual([]);
  });

  test("that two fold at the same moment is counted once, whoever comes first", async () => {
    const many = Array.from({ length: 9000 }, (_, i) =>
      recordWith({ id: `r${i}`, at: DAY * DAY_MS + i, user: `user-${i}`, endUser: `customer-${i}` }),
    );
    const ledger = openTestLedger();
    const folds = [0, 1, 2].map((_) => {
      const fold = beginDay(ledger, DAY, { now: NOW, keepsIdentities: false });
      fold.add(batchOf(many));
      return fold;
    });
    const ended = folds.map(async (fold, turns) => {
      // Each begins to write when the one before is in the middle of it.
      for (let turn = 0; turn < turns; turn++) await Bun.sleep(0);
      return fold.commit({ source: "table" });
    });
    const kinds = (await Promise.all(ended)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== "changed")).toEqual(["replaced"]);
    expect(differences(await rollupsOf(ledger), truthOf(many, "UTC"))).toEqual([]);
    expect(ledger.db.query("SELECT COUNT(*) AS n FROM payer_day").get()).toEqual({ n: 9000 });
  });

  test("is closed to later records where no identities are kept", async () => {
    const ledger = openTestLedger();
    const fold = beginDay(ledger, DAY, { now: NOW, keepsIdentities: false });
    fold.add(batchOf(RECORDS));
    await fold.commit({ source: "table" });
    expect(await foldBatch(ledger, batchOf(RECORDS), { now: NOW, source: "table" })).toMatchObject({
      counted: 0,
      tooOld: 5,
    });
  });

  test("a failed transaction of another fold in the meantime does no harm", async () => {
    const ledger = openTestLedger();
    const texts = new Texts();
    const fold = beginDay(ledger, DAY, { now: NOW, keepsIdentities: true });
    fold.add(batchOf(RECORDS.slice(0, 2), texts));
    const other = [recordWith({ id: "x", at: (DAY + 1) * DAY_MS, model: "other", key: "other", user: "other" })];
    const broken = breakingOff(ledger, new Error("the disk is full"));
    const failed = foldBatch(broken, batchOf(other, texts), { now: NOW, source: "table" });
    expect(await failed.catch(String)).toBe("Error: the disk is full");
    fold.add(batchOf(RECORDS.slice(2), texts));
    await fold.commit({ source: "table" });
    await foldBatch(ledger, batchOf(other, texts), { now: NOW, source: "table" });
    expect(differences(await rollupsOf(ledger), truthOf([...RECORDS, ...other], "UTC"))).toEqual([]);
  });

  test("what a killed process left unfinished is not seen, and goes", async () => {
    const ledger = openTestLedger();
    const left = await makeSheet(ledger.sql, { day: DAY, zone: "UTC", isLive: false, isClosed: false, now: NOW });
    ledger.db.query("INSERT INTO tag_day VALUES (?, 0, 0, 9, 0, 0, 0, 0, 0)").run(left?.id ?? 0);
    await foldBatch(ledger, batchOf(RECORDS), { now: NOW, source: "table" });
    expect(differences(await rollupsOf(ledger), truthOf(RECORDS, "UTC"))).toEqual([]);
    await removeUnfinished(ledger);
    expect(ledger.db.query("SELECT COUNT(*) AS n FROM tag_day").get()).toEqual({ n: 0 });
    expect(ledger.db.query("SELECT COUNT(*) AS n FROM sheet").get()).toEqual({ n: 1 });
  });

  test("counts a row that its source gives twice once where that may be, and else as often as it comes", async () => {
    for (const mayRepeat of [true, undefined]) {
      const fold = beginDay(openTestLedger(), DAY, {
        now: NOW,
        keepsIdentities: true,
        ...(mayRepeat && { mayRepeat }),
      });
      const texts = new Texts();
      fold.add(batchOf(RECORDS, texts));
      fold.add(batchOf(RECORDS, texts));
      expect(await fold.commit({ source: "table" })).toMatchObject({ records: mayRepeat ? 5 : 10 });
    }
  });

  test("adds up groups that a source has counted by itself as it does their rows one by one", async () => {
    const [grouped, single] = [openTestLedger("Asia/Kathmandu"), openTestLedger("Asia/Kathmandu")];
    const plain = { prompt: 0, completion: 0, latencyMs: Number.NaN, user: null, cache: 0, spend: 0.25 } as const;
    const quarters = [0, 5, 5, 95].map((quarter) => DAY * DAY_MS + quarter * 900_000);
    const records = quarters.flatMap((at, n) =>
      Array.from({ length: n + 2 }, (_, i) =>
        recordWith({ ...plain, id: `r${n} ${i}`, at, model: `m${n % 2}`, provider: n < 2 ? "a" : "b", group: "g" }),
      ),
    );
    const rows = batchOf(records);
    rows.key.fill(NULL_TEXT);
    const byRow = beginDay(single, DAY, { now: NOW, keepsIdentities: false });
    byRow.add(rows);
    await byRow.commit({ source: "table" });
    const texts = new Texts();
    const groups = createGroupBatch(texts, quarters.length);
    for (const [n, at] of quarters.entries()) {
      groups.at[n] = at + 899_999;
      groups.requests[n] = n + 2;
      groups.spend[n] = 0.25 * (n + 2);
      groups.model[n] = texts.numberOf(`m${n % 2}`);
      groups.modelGroup[n] = texts.numberOf("g");
      groups.provider[n] = texts.numberOf(n < 2 ? "a" : "b");
    }
    const byGroup = beginDay(grouped, DAY, { now: NOW, keepsIdentities: false });
    for (const n of quarters.keys()) byGroup.addGroup(groups, n);
    expect(await byGroup.commit({ source: "table" })).toMatchObject({ records: records.length });
    expect(differences(await rollupsOf(grouped), await rollupsOf(single))).toEqual([]);
    const sketches = "SELECT shift, route, latency, first_token, tokens FROM route_day ORDER BY 1, 2";
    expect(grouped.db.query(sketches).all()).toEqual(single.db.query(sketches).all());
  });

  test("refuses a record of another day and texts of another source", () => {
    const begin = () => beginDay(openTestLedger(), DAY, { now: NOW, keepsIdentities: true });
    const fold = begin();
    fold.add(batchOf(RECORDS));
    expect(() => fold.add(batchOf([]))).toThrow(TypeError);
    const at = (ms: number) => batchOf([recordWith({ id: "r", at: DAY * DAY_MS + ms })]);
    for (const ms of [-1, DAY_MS]) expect(() => begin().add(at(ms))).toThrow(RangeError);
    for (const ms of [0, DAY_MS - 1]) begin().add(at(ms));
  });
});
