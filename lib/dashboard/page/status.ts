import { byId, replace } from "./dom.ts";
import { isUnreachable, type Loaded } from "./load.ts";
import { notice } from "./notice.ts";
import { agoText } from "./wall-time.ts";

/** What the numbers are worth at this moment. */
type Standing =
  | { readonly kind: "live"; readonly text: string; readonly notes: readonly string[] }
  | {
      readonly kind: "starting" | "stale" | "away";
      readonly text: string;
      readonly title: string;
      readonly hint: string;
    };

/** Shows how fresh the numbers are, in the head and, where something is wrong, in a banner. */
export function showStatus(loaded: Loaded, now: number): void {
  const standing = standingOf(loaded, now);
  const status = byId("status");
  status.dataset["state"] = standing.kind;
  // The same words again would be read out again.
  if (status.textContent !== standing.text) status.textContent = standing.text;
  document.body.classList.toggle("is-old", standing.kind === "away");
  const banner = byId("banner");
  const notes = notesOf(standing);
  const key = JSON.stringify(notes);
  if (banner.dataset["shown"] === key) return;
  banner.dataset["shown"] = key;
  replace(banner, ...notes.map((note) => notice(note)));
}

function notesOf(standing: Standing): Parameters<typeof notice>[0][] {
  if ("notes" in standing) return standing.notes.map((title) => ({ kind: "warn", title }));
  const { kind, title, hint } = standing;
  return [{ kind: kind === "away" ? "bad" : "warn", title, hint }];
}

function standingOf(loaded: Loaded, now: number): Standing {
  if (isUnreachable(loaded)) {
    const title = "The server does not answer";
    return { kind: "away", text: "No connection", title, hint: "What is shown is from before; trying again by itself" };
  }
  const { health, summary } = loaded;
  const lastScrape = summary.kind === "answer" ? summary.body.last_scrape : null;
  const age = lastScrape === null ? undefined : agoText(now - Date.parse(lastScrape));
  if (health.kind !== "answer") return { kind: "live", text: age ? `Scraped ${age}` : "", notes: [] };
  const { status, reason, notes = [] } = health.body;
  switch (status) {
    case "ok":
      return { kind: "live", text: age ? `Live, scraped ${age}` : "Live", notes };
    case "starting":
      return {
        kind: "starting",
        text: age ? `Starting, scraped ${age}` : "Waiting for the first scrape",
        ...untilFirst(reason),
      };
    case "stale":
      return {
        kind: "stale",
        text: `Stale, scraped ${age ?? "never"}`,
        title: "No fresh numbers from LiteLLM",
        hint: reason ?? "The newest good scrape is old",
      };
    default:
      return status satisfies never;
  }
}

/** The server's words come as `No good scrape yet: why`. */
function untilFirst(reason = "No good scrape yet"): { readonly title: string; readonly hint: string } {
  const [title = reason, ...why] = reason.split(": ");
  return { title, hint: why.join(": ") || "The first one is on its way" };
}
