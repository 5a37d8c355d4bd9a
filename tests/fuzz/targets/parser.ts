import { createZone } from "../../../lib/aggregator/zone.ts";
import { readMetrics, wantedNames } from "../../../lib/litellm/reading.ts";
import { PageParser } from "../../../lib/parser/page-parser.ts";
import { commitScrape } from "../../../lib/store/commit/commit-scrape.ts";
import { openInMemory } from "../../../lib/store/open/database.ts";
import { lifetimeTotals } from "../../../lib/store/read/totals.ts";
import { MINUTE, NAMES, NOON, URL_SCRAPED } from "../../support/api.ts";
import { fixture } from "../../support/fixtures.ts";
import { mutate } from "../mutate.ts";
import { below, oneOf, type Target } from "../target.ts";

const FILES = [
  "fresh.prom",
  "few-requests.prom",
  "mixed.prom",
  "mixed.openmetrics.txt",
  "seq-3.prom.gz",
  "multiproc-4.prom.gz",
];
/** A page is no longer than this before it is changed: what is interesting does not need more. */
const MOST_BYTES = 120_000;
const BOOKED_INTO_ONE = 200;

/** Pages of LiteLLM that were changed, read in pieces and booked. */
export const parserTarget: Target = {
  name: "parser",
  inTests: 300,
  async open() {
    const pages = FILES.map((file) => fixture(`metrics/${file}`).subarray(0, MOST_BYTES));
    let db = openInMemory();
    let booked = 0;
    return {
      attempt(random) {
        const input = mutate(oneOf(random, pages), random, pages);
        const format = oneOf(random, ["text", "openmetrics", "unknown"] as const);
        const pieces = 1 + below(random, 4);
        const wantsAll = random() < 0.3;
        return {
          input,
          run() {
            const parser = new PageParser({ wants: wantsAll ? () => true : wantedNames(NAMES), format });
            const size = Math.ceil(input.length / pieces) || 1;
            for (let at = 0; at < input.length; at += size) parser.push(input.subarray(at, at + size));
            const outcome = parser.finish();
            if (outcome.kind === "refused") {
              if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(outcome.message)) throw new Error(`It steers: ${outcome.message}`);
              return;
            }
            if (booked++ === BOOKED_INTO_ONE) {
              db.close();
              db = openInMemory();
              booked = 1;
            }
            const at = NOON + booked * MINUTE;
            const scraped = { url: URL_SCRAPED, reading: readMetrics(outcome.page, NAMES), dateAt: at, readAt: at };
            commitScrape(db, scraped, { now: at, zone: createZone("UTC"), names: NAMES, maxValues: 1000 });
            for (const [name, value] of Object.entries(lifetimeTotals(db))) {
              if (!(value >= 0 && value <= Number.MAX_VALUE)) throw new Error(`The lifetime of ${name} is ${value}`);
            }
          },
        };
      },
      async [Symbol.asyncDispose]() {
        db.close();
      },
    };
  },
};
