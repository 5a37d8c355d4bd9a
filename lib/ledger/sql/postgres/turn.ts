import type { PostgresAddress } from "../../postgres/address.ts";
import { LedgerError } from "../ledger-error.ts";
import { type PostgresConnection, schemaOf } from "./connection.ts";
import { lockKey } from "./lock.ts";

const SECOND_MS = 1000;
const HEARTBEAT_MS = 10 * SECOND_MS;
/** A process that stands still for longer loses its turn: the server ends its session. */
const STANDSTILL_MS = 45 * SECOND_MS;

/** The turn to read a table into a ledger; it goes with the connection that holds it, however that ends. */
type HeldTurn = {
  /** Whether another process waits for one run. Also false where the turn was lost. */
  isWanted(): Promise<boolean>;
  release(): Promise<void>;
};

/** The turns at one ledger: one process among all that use it has it. */
export type Turns = {
  /**
   * Tries to take the turn; undefined while another has it. `once`, for a single run: whoever holds it on and on is asked
   * to let it go, until this is given or `giveUp` is called. @throws LedgerError
   */
  take(how: "once" | "standing"): Promise<HeldTurn | undefined>;
  /** Asks for a single run no longer. */
  giveUp(): Promise<void>;
  /** The connection over which everything is written as long as the turn is held. @throws LedgerError where it was lost */
  boundTo(): PostgresConnection | undefined;
  /** Forgets the turn without a word to the server. */
  end(): void;
};

/** `next` runs work between transactions, `connected` gives the connection for writing. */
export function createTurns(
  address: PostgresAddress,
  {
    next,
    connected,
  }: {
    readonly next: <Value>(work: () => Promise<Value>) => Promise<Value>;
    readonly connected: () => Promise<PostgresConnection>;
  },
): Turns {
  const turnKey = lockKey("turn", schemaOf(address));
  const wishKey = lockKey("wish", schemaOf(address));
  let holder: PostgresConnection | undefined;
  let wisher: PostgresConnection | undefined;
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  const giveUp = async () => {
    const asking = wisher;
    wisher = undefined;
    if (asking && !asking.isLost) await unlock(asking, wishKey);
  };
  const begin = (connection: PostgresConnection): HeldTurn => {
    holder = connection;
    heartbeat = setInterval(() => {
      // A heartbeat that fails tells the next one who writes.
      next(() => connection.script("SELECT 1")).catch(() => {});
    }, HEARTBEAT_MS);
    heartbeat.unref();
    return {
      isWanted: () => next(async () => !connection.isLost && !(await isFree(connection, wishKey))),
      release: () =>
        next(async () => {
          end();
          if (connection.isLost) return;
          await setStandstill(connection, 0);
          await unlock(connection, turnKey);
        }),
    };
  };
  const end = () => {
    holder = undefined;
    clearInterval(heartbeat);
  };
  return {
    take: (how) =>
      next(async () => {
        const connection = await connected();
        if (how === "standing" && !(await isFree(connection, wishKey))) return undefined;
        if (how === "once" && (wisher === undefined || wisher.isLost)) {
          wisher = (await lock(connection, wishKey)) ? connection : undefined;
          if (wisher === undefined) return undefined;
        }
        if (!(await lock(connection, turnKey))) return undefined;
        await giveUp();
        await setStandstill(connection, STANDSTILL_MS);
        return begin(connection);
      }),
    giveUp: () => next(giveUp),
    boundTo() {
      if (holder?.isLost) {
        const message = `The connection to PostgreSQL at ${address.label} was lost, and with it the turn to write the spend ledger`;
        throw new LedgerError(message, { reason: "away" });
      }
      return holder;
    },
    end,
  };
}

async function lock({ sql }: PostgresConnection, key: string): Promise<boolean> {
  const [row] = await sql.rows<{ got: number }>(`SELECT pg_try_advisory_lock(${key})::int AS got`);
  return row?.got === 1;
}

async function unlock({ sql }: PostgresConnection, key: string): Promise<void> {
  await sql.rows(`SELECT pg_advisory_unlock(${key})::int AS done`);
}

/** Whether nobody holds a lock. */
async function isFree(connection: PostgresConnection, key: string): Promise<boolean> {
  const isMine = await lock(connection, key);
  if (isMine) await unlock(connection, key);
  return isMine;
}

/** Servers before 14 do not know this setting, and their turns end with the process only. */
async function setStandstill({ sql }: PostgresConnection, ms: number): Promise<void> {
  await sql.rows("SELECT set_config(name, ?1, false) FROM pg_settings WHERE name = 'idle_session_timeout'", [
    String(ms),
  ]);
}
