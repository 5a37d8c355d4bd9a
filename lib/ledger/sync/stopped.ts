/** Somebody asked to stop: not a failure. */
export class Stopped extends Error {
  constructor() {
    super("Stopped");
  }
}

/** Another program writes the same days into the same ledger at the same time. */
export class Overtaken extends Error {
  constructor() {
    super("Another program keeps writing the same days into this ledger: let one of them read");
  }
}
