import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox, Serving } from "../../support/binary.ts";
import type { TestDatabase } from "../../support/postgres.ts";
import type { FakeClock } from "../fake-clock.ts";
import type { Tally } from "../tally.ts";
import { endsInWrite } from "../write-ahead-log.ts";
import type { Kill, LedgerStep } from "./plan.ts";
import { momentOf, prepareStrike } from "./strike.ts";
import { writtenAfter } from "./written.ts";

const MOST_SENT = 500;
const MOST_TRIES = 3;
const DATABASE_TROUBLE = 6;
const UNAVAILABLE = 503;
/** A body is taken faster than a table is read. */
const HASTE = 10;

/** A service that takes records, and LiteLLM's callback, which sends them again until they are taken. */
export type Intake = {
  /** The service's process, while there is one. */
  readonly pids: readonly number[];
  /** Sends what was written since the last time. */
  sendNew(kill: Kill | undefined): Promise<void>;
  /** Sends or imports once more what was taken before. */
  sendAgain(how: NonNullable<LedgerStep["again"]>): Promise<void>;
  endService(signal: NodeJS.Signals): Promise<void>;
};

/** What an intake needs. */
export type IntakeOptions = {
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  readonly database: TestDatabase;
  readonly tally: Tally;
  readonly isDiskFull: () => boolean;
  readonly path: string;
  readonly set: Readonly<Record<string, string>>;
};

/** Makes the intake of a world; nothing runs yet. */
export function createIntake({ sandbox, clock, database, tally, isDiskFull, path, set }: IntakeOptions): Intake {
  let running: Serving | undefined;
  let sentUntil = 0;

  const service = async (): Promise<Serving> => {
    if (running === undefined) {
      running = await sandbox.serve({ set: { ...set, LOG_LEVEL: "info" }, env: clock.env });
      tally.count("services started");
    }
    return running;
  };

  const strike = async (kill: Kill, isAnswered: () => boolean): Promise<void> => {
    await momentOf(kill.kind === "after" ? { ...kill, ms: kill.ms / HASTE } : kill, path, isAnswered);
    await intake.endService("SIGKILL");
    tally.count("kill -9 of serve that takes records");
    if (endsInWrite(path)) tally.count("kills in the middle of a transaction");
  };

  const send = async (texts: readonly string[], kill: Kill | undefined): Promise<boolean> => {
    const { url, pid } = await service();
    prepareStrike(kill, [pid], path);
    const posted = fetch(`${url}/ingest`, { method: "POST", body: `[${texts.join(",")}]` }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => ({ status: 0, text: "" }),
    );
    let isAnswered = false;
    const answered = posted.finally(() => {
      isAnswered = true;
    });
    if (kill) await strike(kill, () => isAnswered);
    const { status, text } = await answered;
    tally.count("bodies sent to /ingest");
    const isExpected = status === 200 || status === 0 || ((isDiskFull() || kill) && status === UNAVAILABLE);
    if (!isExpected) tally.differ(`/ingest answers ${status}: ${text}`);
    if (status === 200 && !text.includes('"rejected":[]')) tally.differ(`/ingest rejects: ${text.slice(0, 300)}`);
    return status === 200;
  };

  const intake: Intake = {
    get pids() {
      return running ? [running.pid] : [];
    },
    async sendNew(kill) {
      for (let tries = 0; tries < MOST_TRIES; ) {
        const batch = await writtenAfter(database, sentUntil, MOST_SENT);
        const last = batch.at(-1);
        if (last === undefined) return;
        const texts = batch.map(({ text }) => text);
        if (await send(texts, tries === 0 ? kill : undefined)) sentUntil = last.number;
        else if (isDiskFull()) return;
        else tries += 1;
      }
    },
    async sendAgain(how) {
      if (sentUntil === 0) return;
      const batch = await writtenAfter(database, Math.floor(sentUntil / 2), MOST_SENT);
      const texts = batch.map(({ text }) => text);
      tally.count(how === "resent" ? "rows sent again" : "rows imported again", batch.length);
      if (how === "resent") {
        await send(texts, undefined);
        return;
      }
      const file = join(sandbox.folder, "again.jsonl");
      writeFileSync(file, texts.join("\n"));
      const { code, stderr } = await sandbox.run(["import", file], { set, env: clock.env });
      if (code !== 0 && !(isDiskFull() && code === DATABASE_TROUBLE))
        tally.differ(`import ended with ${code}: ${stderr}`);
    },
    async endService(signal) {
      running?.kill(signal);
      await running?.finished;
      if (running) clock.tidy(running.pid);
      running = undefined;
    },
  };
  return intake;
}
