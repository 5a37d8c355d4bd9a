import type { Facts } from "../facts.ts";
import type { Finding } from "../finding.ts";

const about = "clock";
/** `Date` has whole seconds and a page may take some to make. */
const TOLERATED_MS = 30_000;
const PROGRAM_IS_YOUNGER = Date.UTC(2020, 0, 1);

/** Our clock against the page's `Date`: what was counted near midnight goes to the wrong day otherwise. */
export function checkClock({ page, now }: Facts): Finding[] {
  if (now < PROGRAM_IS_YOUNGER) {
    const message = `This machine's clock says ${new Date(now).toISOString()}`;
    return [{ about, level: "problem", exit: "usage", message, hint: "Set it, best by NTP" }];
  }
  const first = page.kind === "read" ? page.reads[0] : undefined;
  if (first?.dateAt === undefined) return [];
  const aheadMs = first.dateAt - first.readAt;
  if (Math.abs(aheadMs) <= TOLERATED_MS)
    return [{ about, level: "ok", message: "LiteLLM's clock and this machine's agree" }];
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  const message = `LiteLLM's clock is ${seconds} s ${aheadMs > 0 ? "ahead of" : "behind"} this machine's`;
  return [{ about, level: "problem", exit: "unreachable", message, hint: "Set both by NTP" }];
}
