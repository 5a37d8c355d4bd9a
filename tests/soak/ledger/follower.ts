import type { Running, Sandbox, Serving } from "../../support/binary.ts";
import type { CuttingProxy } from "../../support/cutting-proxy.ts";
import type { PostgresServer } from "../../support/postgres.ts";
import type { FakeClock } from "../fake-clock.ts";
import { DAY } from "../moments.ts";
import type { Tally } from "../tally.ts";
import { endsInWrite } from "../write-ahead-log.ts";
import type { LedgerStep } from "./plan.ts";
import type { LedgerReaders } from "./readers.ts";
import { momentOf, prepareStrike } from "./strike.ts";

/** A cut connection, a source that is away, a disk that is full: what a folder may end with. */
const ALLOWED_ENDS: ReadonlySet<number | null> = new Set([0, 4]);
const DATABASE_TROUBLE = 6;
const BEFORE_TROUBLE_MS = 50;

/** Who follows a source in a world: a service, and runs of `sync` beside it. */
export type Follower = {
  /** The service's process, while there is one. */
  readonly pids: readonly number[];
  /** The running service; started where there is none. */
  service(): Promise<Serving>;
  endService(signal: NodeJS.Signals): Promise<void>;
  /** Runs `sync` with what goes wrong at a step; true where every run went well. */
  fold(step: LedgerStep): Promise<boolean>;
  /** One run in which nothing may go wrong. */
  foldAll(): Promise<void>;
};

/** What a follower needs. */
export type FollowerOptions = {
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  readonly server: PostgresServer;
  readonly proxy: CuttingProxy;
  readonly readers: LedgerReaders;
  readonly tally: Tally;
  readonly isDiskFull: () => boolean;
  readonly path: string;
  readonly set: Readonly<Record<string, string>>;
};

/** Makes the follower of a world; nothing runs yet. */
export function createFollower(options: FollowerOptions): Follower {
  const { sandbox, clock, server, proxy, readers, tally, isDiskFull, path, set } = options;
  let running: Serving | undefined;
  let hadRoom = true;
  /** The service may write no further, which is a full disk to it, until it is killed. */
  let isLimited = false;

  const trouble = async (step: LedgerStep): Promise<void> => {
    const { source } = step;
    if (source === undefined || source.kind === "cut") return;
    await Bun.sleep(step.kill?.kind === "after" ? step.kill.ms : BEFORE_TROUBLE_MS);
    await (source.kind === "killed" ? server.kill() : server.stop());
    await server.start();
    tally.count(source.kind === "killed" ? "kill -9 of the source" : "source stopped");
  };

  const strike = async ({ kill }: LedgerStep, runs: readonly Running[]): Promise<void> => {
    if (kill === undefined || kill.who === "intake") return;
    await momentOf(kill, path, () => runs.every(({ hasEnded }) => hasEnded()));
    if (kill.who === "folders") {
      for (const run of runs) run.kill("SIGKILL");
      tally.count("kill -9 of sync", runs.length);
    } else {
      await follower.endService("SIGKILL");
      tally.count("kill -9 of serve that follows");
    }
    await Promise.all(runs.map(({ finished }) => finished));
    if (endsInWrite(path)) tally.count("kills in the middle of a transaction");
  };

  const follower: Follower = {
    get pids() {
      return running ? [running.pid] : [];
    },
    async service() {
      if (running === undefined) {
        running = await sandbox.serve({ set: { ...set, LOG_LEVEL: "info" }, env: clock.env });
        hadRoom = !isDiskFull();
        isLimited = false;
        tally.count("services started");
      }
      readers.ask(running.url, () => isLimited || (!hadRoom && isDiskFull()));
      return running;
    },
    async endService(signal) {
      readers.ask(undefined);
      running?.kill(signal);
      await running?.finished;
      if (running) clock.tidy(running.pid);
      running = undefined;
    },
    async fold(step) {
      const since = new Date(step.at - 3 * DAY).toISOString().slice(0, 10);
      const args = step.isFull ? ["sync", "--full", "--since", since] : ["sync"];
      if (step.isFull) tally.count("days read anew");
      if (step.source?.kind === "cut") {
        proxy.cutAfter = step.source.bytes;
        tally.count("connections cut");
      }
      const runs = Array.from({ length: step.folders }, () => sandbox.start(args, { set, env: clock.env }));
      tally.count("runs of sync", runs.length);
      if (runs.length > 1) tally.count("two folders at once");
      if (step.kill?.who === "folders")
        prepareStrike(
          step.kill,
          runs.map(({ pid }) => pid),
          path,
        );
      if (step.kill?.who === "service") {
        isLimited = step.kill.kind === "in the write";
        prepareStrike(step.kill, follower.pids, path);
      }
      await trouble(step);
      await strike(step, runs);
      const ended = await Promise.all(runs.map(({ finished }) => finished));
      for (const { pid } of runs) clock.tidy(pid);
      proxy.cutAfter = undefined;
      for (const { code, signal, stderr } of ended) {
        const hasNoRoom = isDiskFull() || (step.kill?.who === "folders" && step.kill.kind === "in the write");
        const isExpected = signal === "SIGKILL" || ALLOWED_ENDS.has(code) || (hasNoRoom && code === DATABASE_TROUBLE);
        if (!isExpected) tally.differ(`at ${new Date(step.at).toISOString()}: sync ended with ${code}: ${stderr}`);
      }
      return ended.every(({ code }) => code === 0);
    },
    async foldAll() {
      const { code, stderr } = await sandbox.run(["sync"], { set, env: clock.env });
      if (code !== 0) tally.differ(`the last sync ended with ${code}: ${stderr}`);
    },
  };
  return follower;
}
