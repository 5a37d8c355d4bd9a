import { startServer } from "../../support/postgres.ts";
import { createTally, type Tally } from "../tally.ts";
import { planLedger } from "./plan.ts";
import { playLedgerWorld } from "./world.ts";

/** Plays one world of the ledger after another until the time is over; at least one. */
export async function soakLedger(options: {
  readonly seed: number;
  readonly seconds: number;
  readonly stepsPerWorld: number;
  readonly library: string;
  readonly firstWorld?: number;
  readonly onWorld?: (text: string) => void;
}): Promise<Tally> {
  const { seed, seconds, stepsPerWorld, library, firstWorld = 0, onWorld = () => undefined } = options;
  const tally = createTally();
  const server = await startServer();
  try {
    const end = performance.now() + seconds * 1000;
    for (let number = firstWorld; number === firstWorld || performance.now() < end; number += 1) {
      onWorld(`ledger world ${number}`);
      await playLedgerWorld(planLedger(seed, number, stepsPerWorld), server, library, tally.within(`world ${number}`));
    }
  } finally {
    await server.stop();
  }
  return tally;
}
