import { existsSync } from "node:fs";
import { join } from "node:path";
import { openSandbox } from "../../support/binary.ts";
import { openCuttingProxy } from "../../support/cutting-proxy.ts";
import { openDatabase, type PostgresServer } from "../../support/postgres.ts";
import { openSmallDisk } from "../../support/small-disk.ts";
import { createFakeClock } from "../fake-clock.ts";
import { HOUR } from "../moments.ts";
import type { Tally } from "../tally.ts";
import { checkAnswers, checkFile } from "./check.ts";
import { createFollower } from "./follower.ts";
import { createIntake } from "./intake.ts";
import type { LedgerPlan } from "./plan.ts";
import { startLedgerReaders } from "./readers.ts";
import { createSourceRows } from "./source-rows.ts";

const DISK_MEGABYTES = 96;

/** Plays a plan against the compiled program with a real PostgreSQL, and compares two ledgers with all rows ever written. */
export async function playLedgerWorld(
  plan: LedgerPlan,
  server: PostgresServer,
  library: string,
  tally: Tally,
): Promise<void> {
  await using database = await openDatabase({ schema: "schema.sql", server });
  await using sandbox = openSandbox();
  using disk = openSmallDisk(DISK_MEGABYTES);
  using proxy = await openCuttingProxy(server.port);
  const clock = createFakeClock(library, sandbox.folder, plan.from);
  const rows = await createSourceRows(plan, database, tally);
  await using readers = startLedgerReaders(tally, () => rows.announced);

  const common = { TIMEZONE: "UTC", LEDGER_INTERVAL: "1", LOG_LEVEL: "warning" };
  const followed = join(disk.folder, "followed.db");
  const taken = join(disk.folder, "taken.db");
  const url = database.url.replace(`:${server.port}/`, `:${proxy.port}/`);
  const following = { ...common, LEDGER_PATH: followed, DATABASE_URL: url };
  let isDiskFull = false;
  const parts = { sandbox, clock, tally, isDiskFull: () => isDiskFull };
  const follower = createFollower({ ...parts, server, proxy, readers, path: followed, set: following });
  const intake = createIntake({ ...parts, database, path: taken, set: { ...common, LEDGER_PATH: taken } });

  for (const step of plan.steps) {
    clock.set(step.at);
    await rows.write(step);
    const running = [...follower.pids, ...intake.pids];
    if (step.disk === "full") {
      disk.fill("bytes", running);
      isDiskFull = true;
      tally.count("disk full");
    } else if (step.disk === "room") {
      disk.clear(running);
      isDiskFull = false;
    }
    if (!isDiskFull || existsSync(followed)) await follower.service();
    const isGood = await follower.fold(step);
    await intake.sendNew(step.kill?.who === "intake" ? step.kill : undefined);
    if (step.again !== undefined) await intake.sendAgain(step.again);
    if (isGood && step.deletesBeforeMs !== undefined) await rows.deleteBefore(step.at - step.deletesBeforeMs);
  }

  // After a day the daily count has found what came later than the overlap.
  const last = (plan.steps.at(-1)?.at ?? plan.from) + 25 * HOUR;
  clock.set(last);
  await follower.foldAll();
  const { url: asked } = await follower.service();
  await checkAnswers(asked, database, last, tally);
  await follower.endService("SIGTERM");
  await intake.endService("SIGTERM");
  await checkFile("the ledger that follows", followed, database, tally);
  await checkFile("the ledger that takes records", taken, database, tally);
  tally.count("rows written", rows.announced);
  tally.count("ledger worlds compared");
}
