import { describe, expect, test } from "bun:test";
import { createZone } from "../../../lib/aggregator/zone.ts";
import { createScrapeService } from "../../../lib/cli/scrape/scrape-service.ts";
import { openForWriting, type openInMemory } from "../../../lib/store/open/database.ts";
import { createStoreHandle } from "../../../lib/store/open/store-handle.ts";
import { DAY, HOUR, MINUTE, NAMES, NOON, URL_SCRAPED } from "../../support/api.ts";
import { openFile, sumsOf, temporaryPath } from "../../support/store.ts";
import { closed, loud, opened, page, runService as serve } from "../run-service.ts";

const BAD = "<html></html>";

describe("a failure", () => {
  test("is logged once, and again only when it changes", async () => {
    const seen = await serve([page(1), BAD, BAD, "", "", BAD]);
    expect(seen.map((each) => loud(each).map(([level]) => level))).toEqual([
      ["info"],
      ["error"],
      [],
      ["error"],
      [],
      ["error"],
    ]);
    expect(seen[2]?.lines[0]?.[0]).toBe("debug");
    expect(loud(seen[1])[0]?.[1]).toMatch(/stdin.*\. Give it a whole page as LiteLLM/);
  });

  test("is the error until a scrape works again, which is one line", async () => {
    const seen = await serve([page(1), BAD, BAD, page(2), BAD, page(3)]);
    expect(seen.map(({ live }) => live.error !== undefined)).toEqual([false, true, true, false, true, false]);
    expect(loud(seen[3])).toEqual([
      ["info", "Scraping works again after 2 failed tries"],
      ["info", "Booked $1.00 (1 kB page, 1 series) in 0 ms"],
    ]);
    expect(loud(seen[5])[0]).toEqual(["info", "Scraping works again after 1 failed try"]);
  });

  test("changes nothing but the error", async () => {
    const seen = await serve([page(1), BAD]);
    expect(seen[1]?.live).toMatchObject({ hasScraped: true, isInMemory: false });
    expect(seen[1]?.live.rawSums).toBe(seen[0]?.live.rawSums ?? new Map());
    expect(seen[1]?.live.revision).toBeGreaterThan(seen[0]?.live.revision ?? 0);
  });

  test("of a connection that cannot write any more is cured by a new one, and the page is booked", async () => {
    const path = temporaryPath();
    const seen = await serve([page(1), page(2), page(4)], {
      opens: [openForWriting(path), openForWriting(path)],
      before(service, index) {
        if (index === 1) service.live().db.run("PRAGMA query_only = 1");
      },
    });
    expect(seen.map(({ live }) => live.error)).toEqual([undefined, undefined, undefined]);
    const db = openFile(path);
    expect(sumsOf(db, "lifetime")).toEqual({ cost: 3 });
    db.close();
  });

  test("of the database is an error too, and heals", async () => {
    const seen = await serve([page(1), page(2), page(2), page(4)], {
      before(service, index) {
        const { db } = service.live();
        if (index === 1)
          db.run("CREATE TRIGGER refuse BEFORE INSERT ON snapshot BEGIN SELECT RAISE(ABORT, 'full'); END");
        if (index === 3) db.run("DROP TRIGGER refuse");
      },
    });
    expect(loud(seen[1])).toEqual([["error", "Cannot write the scrape to the database :memory:: full"]]);
    expect(loud(seen[2])).toEqual([]);
    expect(seen[2]?.live.error).toBe("Cannot write the scrape to the database :memory:: full");
    expect(loud(seen[3]).map(([, message]) => message)).toEqual([
      "Booked 2 pages that had waited for the database",
      "Scraping works again after 2 failed tries",
      "Booked $2.00 (1 kB page, 1 series) in 0 ms",
    ]);
  });
});

describe("a warning", () => {
  test("that lasts is said once, a restart each time", async () => {
    const odd = (cost: number) => `${page(cost)}m 12abc\n`;
    const started = (seconds: number) => `process_start_time_seconds ${NOON / 1000 + seconds}\n${page(1)}`;
    const lasting = await serve([page(1), odd(2), odd(3), page(4), odd(5)]);
    expect(lasting.map((each) => loud(each).filter(([level]) => level === "warning").length)).toEqual([0, 1, 0, 0, 1]);
    const restarts = await serve([started(-9), started(30), started(100)]);
    expect(restarts.map((each) => loud(each).filter(([level]) => level === "warning").length)).toEqual([0, 1, 1]);
  });

  test("says what is wrong with a page that is not LiteLLM's", async () => {
    const seen = await serve(["up 1\n", "up 1\n"]);
    expect(seen.map((each) => loud(each).filter(([level]) => level === "warning").length)).toEqual([1, 0]);
  });
});

describe("without a file", () => {
  const opens = () => [closed("No room"), closed("No room"), closed("Still no room"), opened()];

  test("numbers are kept in memory with the error set, until the file can be opened", async () => {
    const seen = await serve([page(1), page(2), page(3), page(4)], { opens: opens() });
    expect(seen.map(({ live }) => [live.isInMemory, live.error])).toEqual([
      [true, "No room"],
      [true, "Still no room"],
      [false, undefined],
      [false, undefined],
    ]);
    expect(loud(seen[2]).map(([, message]) => message)).toEqual([
      "The database can be opened again",
      "Booked 2 pages that had waited for the database",
      "Booked $1.00 (1 kB page, 1 series) in 0 ms",
    ]);
  });

  test("answers come from the file as soon as there is one", async () => {
    const seen = await serve([page(1), page(2), BAD], { opens: opens() });
    const [, before, after] = seen.map(({ live }) => live.db);
    expect(after === before).toBe(false);
    expect(seen[2]?.live.revision).toBeGreaterThan((seen[1]?.live.revision ?? 0) + 1);
  });
});

describe("what is past its retention", () => {
  test("is purged at the start and once an hour", async () => {
    const purged: number[] = [];
    const seen = await serve(
      Array.from({ length: 125 }, (_, index) => page(index)),
      {
        retentionDays: 1,
        before(service, index) {
          const { db } = service.live();
          purged.push(db.query<{ n: number }, []>("SELECT COUNT(*) AS n FROM snapshot WHERE at = 5").get()?.n ?? -1);
          db.run(`INSERT INTO snapshot (target, page, at) VALUES (1, ${100_000 + index}, 5)`);
        },
      },
    );
    const hours = seen.flatMap((each, index) =>
      loud(each).some(([, text]) => text.startsWith("Purged")) ? [index] : [],
    );
    expect(hours).toEqual([60, 120]);
    expect(purged[59]).toBe(59);
    expect(purged[60]).toBe(0);
    expect(loud(seen[60]).at(-1)).toEqual(["info", "Purged 0 quarter-hour rows and 60 snapshots"]);
  });

  test("is purged right after a start, however short the run", async () => {
    const kept = opened();
    if (kept.kind === "failed") throw new Error("It is open");
    await serve([page(1), page(2)], { opens: [{ ...kept, db: withOldSnapshots(kept.db) }], retentionDays: 1 }).then(
      (seen) => {
        expect(loud(seen[0]).at(-1)?.[1]).toBe("Purged 0 quarter-hour rows and 3 snapshots");
      },
    );
  });

  test("that cannot be purged is an error line, and scraping goes on", async () => {
    const kept = opened();
    if (kept.kind === "failed") throw new Error("It is open");
    kept.db.run("CREATE TRIGGER refuse BEFORE DELETE ON snapshot BEGIN SELECT RAISE(ABORT, 'busy'); END");
    const seen = await serve([page(1), page(2)], {
      opens: [{ ...kept, db: withOldSnapshots(kept.db) }],
      retentionDays: 1,
      intervalMs: HOUR,
    });
    for (const each of seen) expect(loud(each).at(-1)).toEqual(["error", "Cannot purge the database :memory:: busy"]);
    expect(seen[1]?.live.error).toBeUndefined();
  });
});

function withOldSnapshots(db: ReturnType<typeof openInMemory>): typeof db {
  db.run(`INSERT INTO target (id, url, first_page_at, first_mark_at, last_page_at, pages) VALUES (9, 'x', 1, 1, 1, 1)`);
  for (let index = 1; index <= 3; index++) {
    db.run(`INSERT INTO snapshot (target, page, at) VALUES (9, ${index}, ${NOON - index * 10 * DAY})`);
  }
  return db;
}

test("a stop ends the service after the scrape that runs, and a scrape it breaks off is no failure", async () => {
  const stop = new AbortController();
  const lines: string[] = [];
  const store = createStoreHandle(opened);
  const say = (message: string) => void lines.push(message);
  const service = createScrapeService({
    store,
    job: {
      source: {
        kind: "file",
        path: "-",
        stdin: () => {
          stop.abort();
          return new Blob([BAD]).stream();
        },
      },
      target: { url: URL_SCRAPED, verifySsl: false, timeoutMs: 1000 },
      names: NAMES,
      zone: createZone("UTC"),
      maxValues: 1000,
      version: "0",
      now: () => NOON,
    },
    intervalMs: MINUTE,
    retentionDays: 1,
    source: URL_SCRAPED,
    log: { debug: say, info: say, warning: say, error: say },
    signal: stop.signal,
    sleep: async () => {},
  });
  await service.run();
  expect([lines, service.live().error]).toEqual([[], undefined]);
  store.close();
});
