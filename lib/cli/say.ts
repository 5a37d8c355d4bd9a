import type { Io } from "./io.ts";

/** Tells people one thing, on stderr. */
export function say(io: Io, message: string): void {
  io.err(`litellm-pulse: ${message}\n`);
}
