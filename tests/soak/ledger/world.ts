import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openSandbox, type Serving } from "../../support/binary.ts";
import { openCuttingProxy } from "../../support/cutting-proxy.ts";
import { openDatabase, type PostgresServer } from "../../support/postgres.ts";
import { openSmallDisk } from "../../support/small-disk.ts";
import { fillSpendLogs } from "../../support/spend-rows.ts";
import { createFakeClock } from "../fake-clock.ts";
import { DAY, HOUR } from "../moments.ts";
import type { Tally } from "../tally.ts";
import { checkAnswers, checkFile } from "./check.ts";
import { type LedgerPlan, type LedgerStep, PAST_MS } from "./plan.ts";
import { startLedgerReaders } from "./readers.ts";
import { countWritten, keepWritten, writtenAfter } from "./written.ts";

const DISK_MEGABYTES = 96;
const MOST_SENT = 500;
/** A cut connection, a source that is away, a disk that is full: what a folder may end with. */
const ALLOWED_ENDS: ReadonlySet<number | null> = new Set([0, 4]);

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
  const followed = join(disk.folder, "followed.db");
  const sent = join(disk.folder, "sent.db");
  const url = database.url.replace(`:${server.port}/`, `:${proxy.port}/`);
  const common = { TIMEZONE: "UTC", LEDGER_INTERVAL: "1", LOG_LEVEL: "warning" };
  const following = { ...common, LEDGER_PATH: followed, DATABASE_URL: url };
  const taking = { ...common, LEDGER_PATH: sent };
  await keepWritten(database);
  await using readers = startLedgerReaders(tally, () => announced);

  let rows = 0;
  let announced = 0;
  let isFull = false;
  let service: Serving | undefined;
  let intake: Serving | undefined;
  let sentUntil = 0;

  const start = async (set: Readonly<Record<string, string>>): Promise<Serving> => {
    tally.count("services started");
    return await sandbox.serve({ set: { ...set, LOG_LEVEL: "info" }, env: clock.env });
  };
  const end = async (serving: Serving | undefined, signal: NodeJS.Signals): Promise<void> => {
    if (serving === undefined) return;
    serving.kill(signal);
    await serving.finished;
    clock.tidy(serving.pid);
  };
  const theService = async (): Promise<Serving> => {
    service ??= await start(following);
    readers.ask(service.url);
    return service;
  };
  const killService = async (): Promise<void> => {
    readers.ask(undefined);
    await end(service, "SIGKILL");
    service = undefined;
    tally.count("kill -9 of serve that follows");
  };

  const write = async (step: LedgerStep, days: number): Promise<void> => {
    const fill = (count: number, until: number, length: number, seed: number) =>
      fillSpendLogs(database.sql, { rows: count, days: length, until, seed, from: rows });
    announced = rows + step.rows + step.late.reduce((sum, late) => sum + late.rows, 0);
    await fill(step.rows, step.at, days, ((plan.seed + rows) % 997) / 997);
    rows += step.rows;
    for (const late of step.late) {
      await fill(late.rows, step.at - late.ms, 0.001, 0.5);
      rows += late.rows;
      tally.count("late rows", late.rows);
    }
    if ((await countWritten(database)) !== rows) tally.differ(`${rows} rows were written, but the shadow holds others`);
  };

  const fold = async (step: LedgerStep): Promise<boolean> => {
    const args = step.isFull
      ? ["sync", "--full", "--since", new Date(step.at - 3 * DAY).toISOString().slice(0, 10)]
      : ["sync"];
    if (step.isFull) tally.count("days read anew");
    if (step.source?.kind === "cut") {
      proxy.cutAfter = step.source.bytes;
      tally.count("connections cut");
    }
    const runs = Array.from({ length: step.folders }, () => sandbox.start(args, { set: following, env: clock.env }));
    tally.count("runs of sync", runs.length);
    if (runs.length > 1) tally.count("two folders at once");
    if (step.source?.kind === "stopped" || step.source?.kind === "killed") {
      await Bun.sleep(step.kill?.afterMs ?? 50);
      await (step.source.kind === "killed" ? server.kill() : server.stop());
      await server.start();
      tally.count(step.source.kind === "killed" ? "kill -9 of the source" : "source stopped");
    }
    if (step.kill?.who === "folders") {
      await Bun.sleep(step.kill.afterMs);
      for (const run of runs) run.kill("SIGKILL");
      tally.count("kill -9 of sync", runs.length);
    } else if (step.kill?.who === "service") {
      await Bun.sleep(step.kill.afterMs);
      await killService();
    }
    const ended = await Promise.all(runs.map(({ finished }) => finished));
    for (const { pid } of runs) clock.tidy(pid);
    proxy.cutAfter = undefined;
    for (const { code, signal, stderr } of ended) {
      const isExpected = signal === "SIGKILL" || ALLOWED_ENDS.has(code) || (isFull && code === 6);
      if (!isExpected) tally.differ(`sync ended with ${code}: ${stderr}`);
    }
    return ended.every(({ code }) => code === 0);
  };

  /** Sends records; a client of LiteLLM's kind sends them again until they are taken. */
  const send = async (texts: readonly string[], kill?: { readonly afterMs: number }): Promise<boolean> => {
    intake ??= await start(taking);
    const { url: to } = intake;
    const posted = fetch(`${to}/ingest`, { method: "POST", body: `[${texts.join(",")}]` }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => ({ status: 0, text: "" }),
    );
    if (kill) {
      await Bun.sleep(kill.afterMs / 10);
      await end(intake, "SIGKILL");
      intake = undefined;
      tally.count("kill -9 of serve that takes records");
    }
    const { status, text } = await posted;
    tally.count("bodies sent to /ingest");
    if (status !== 200 && status !== 0 && !(isFull && status === 503))
      tally.differ(`/ingest answers ${status}: ${text}`);
    if (status === 200 && !text.includes('"rejected":[]')) tally.differ(`/ingest rejects: ${text.slice(0, 300)}`);
    return status === 200;
  };

  const sendNew = async (step: LedgerStep): Promise<void> => {
    let kill = step.kill?.who === "intake" ? step.kill : undefined;
    for (let tries = 0; tries < 3; ) {
      const batch = await writtenAfter(database, sentUntil, MOST_SENT);
      const last = batch.at(-1);
      if (last === undefined) return;
      const isTaken = await send(
        batch.map(({ text }) => text),
        kill,
      );
      kill = undefined;
      if (isTaken) sentUntil = last.number;
      else if (isFull) return;
      else tries += 1;
    }
  };

  const sendAgain = async (step: LedgerStep): Promise<void> => {
    if (step.again === undefined || sentUntil === 0) return;
    const batch = await writtenAfter(database, Math.floor(sentUntil / 2), MOST_SENT);
    tally.count(step.again === "resent" ? "rows sent again" : "rows imported again", batch.length);
    if (step.again === "resent") {
      await send(batch.map(({ text }) => text));
      return;
    }
    const file = join(sandbox.folder, "again.jsonl");
    writeFileSync(file, batch.map(({ text }) => text).join("\n"));
    const { code, stderr } = await sandbox.run(["import", file], { set: taking, env: clock.env });
    if (code !== 0 && !(isFull && code === 6)) tally.differ(`import ended with ${code}: ${stderr}`);
  };

  let before = plan.from - PAST_MS;
  for (const step of plan.steps) {
    clock.set(step.at);
    await write(step, (step.at - before) / DAY);
    before = step.at;
    if (step.disk === "full") {
      disk.fill(
        "bytes",
        [service, intake].flatMap((serving) => serving?.pid ?? []),
      );
      isFull = true;
      tally.count("disk full");
    } else if (step.disk === "room") {
      disk.clear([service, intake].flatMap((serving) => serving?.pid ?? []));
      isFull = false;
    }
    if (!isFull || existsSync(followed)) await theService();
    const isGood = await fold(step);
    await sendNew(step);
    await sendAgain(step);
    if (isGood && step.deletesBeforeMs !== undefined) {
      const cutoff = new Date(step.at - step.deletesBeforeMs).toISOString().slice(0, -1);
      const gone = await database.sql`DELETE FROM "LiteLLM_SpendLogs" WHERE "startTime" < ${cutoff}::text::timestamp`;
      tally.count("rows deleted at the source", gone.count);
    }
  }

  // After a day the daily count has found what came later than the overlap.
  const last = (plan.steps.at(-1)?.at ?? plan.from) + 25 * HOUR;
  clock.set(last);
  const final = await sandbox.run(["sync"], { set: following, env: clock.env });
  if (final.code !== 0) tally.differ(`the last sync ended with ${final.code}: ${final.stderr}`);
  const serving = await theService();
  await checkAnswers(serving.url, database, last, tally);
  readers.ask(undefined);
  await end(service, "SIGTERM");
  await end(intake, "SIGTERM");
  await checkFile("the ledger that follows", followed, database, tally);
  await checkFile("the ledger that takes records", sent, database, tally);
  tally.count("rows written", rows);
  tally.count("ledger worlds compared");
}
