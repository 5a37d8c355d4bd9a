import { isDamage } from "../open/failure-reason.ts";

/** Reads what can be done without, such as the models of a scrape; undefined where the file is damaged there. */
export function unlessDamaged<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
