import type { SimulationOptions } from "../../../lib/demo/litellm.ts";
import type { Naming } from "../../support/fake-litellm.ts";
import type { Loss } from "./plan.ts";

/** LiteLLM as it may be set up. */
export type Setup = {
  readonly name: string;
  readonly options: Partial<SimulationOptions>;
  /** What its pages tell about who answered. */
  readonly naming: Naming;
  /** How many different pages there are to ask for. */
  readonly pages: number;
  /** What may be lost in a way that can be known. */
  readonly losses: readonly Loss[];
  /** Whether pages tell every restart, so that the log of events says what must be booked. */
  readonly isKnowable: boolean;
  /** LiteLLM's clock minus the true time. */
  readonly skewMs: number;
};

const CREATED: Naming = { start: "own", created: true };

/** The ways in which a LiteLLM runs, each with what its pages tell. */
export const SETUPS = [
  {
    name: "one process",
    isKnowable: true,
    options: {},
    naming: CREATED,
    pages: 1,
    losses: ["restart", "restart", "dropped series"],
    skewMs: 0,
  },
  {
    name: "three workers",
    isKnowable: true,
    options: { workers: 3 },
    naming: CREATED,
    pages: 3,
    losses: ["restart", "worker restart", "worker restart", "dropped series"],
    skewMs: 0,
  },
  {
    name: "one process that hides when its series began",
    isKnowable: true,
    options: { created: false },
    naming: { start: "own", created: false },
    pages: 1,
    losses: ["restart"],
    skewMs: 0,
  },
  {
    name: "two workers whose clock is 41 minutes ahead of ours, newest labels",
    isKnowable: true,
    options: { workers: 2, labels: "newest", details: true },
    naming: CREATED,
    pages: 2,
    losses: ["restart", "worker restart", "dropped series"],
    skewMs: 41 * 60_000,
  },
  {
    name: "workers that share a folder",
    isKnowable: false,
    options: { workers: 2, multiprocess: true },
    naming: { start: "none", created: false },
    pages: 1,
    losses: ["restart", "worker restart"],
    skewMs: 0,
  },
  {
    name: "workers that began in the same hundredth of a second",
    isKnowable: true,
    options: { workers: 2, workerSpreadMs: 0 },
    naming: { start: "shared", created: true },
    pages: 2,
    losses: ["worker restart", "dropped series", "restart"],
    skewMs: -13 * 60_000,
  },
] as const satisfies readonly Setup[];
