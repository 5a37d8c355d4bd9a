import { minute, type OldDatabase, type OldModel, type OldScrape } from "./old-database.ts";

const RESTART = 90;
const OUTAGE = { from: 48, to: 52 };

/** Rows that need all that is carried from step to step: gaps, a restart, pages without requests, models that come and go. */
export function eventfulDatabase(): OldDatabase {
  const scrapes: OldScrape[] = [];
  const models: OldModel[] = [];
  let raw = 100;
  let second = minute(0);
  for (let index = 0; index < 160; index++) {
    const isOut = index >= OUTAGE.from && index < OUTAGE.to;
    const before = raw;
    raw = index === RESTART ? 7 : raw + 1 + (index % 3);
    const isFromZero = index === RESTART || index === OUTAGE.to;
    const delta = index === 0 ? 0 : isFromZero ? raw : raw - before;
    second += index % 29 === 28 ? 1200 : 60;
    const mark = index === OUTAGE.from || index === RESTART ? "reset" : undefined;
    scrapes.push([second, isOut ? {} : { requests: [raw, delta], cost: [raw / 8, delta / 8] }, mark]);
    if (isOut) continue;
    models.push([second, "b", "cost", raw / 16, delta / 16]);
    if (index % 7 !== 6) models.push([second, "a", "cost", raw / 16, index % 7 === 0 ? raw / 16 : delta / 16]);
  }
  return { scrapes, models };
}
