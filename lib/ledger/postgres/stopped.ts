/** Somebody asked to stop: not a failure. */
export class Stopped extends Error {
  constructor() {
    super("Stopped");
  }
}
