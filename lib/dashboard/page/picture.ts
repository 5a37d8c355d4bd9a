import { showCards } from "./cards.ts";
import { showPeople } from "./controls.ts";
import { showCustomRange } from "./custom-range.ts";
import { byId } from "./dom.ts";
import { createExplore } from "./explore.ts";
import { showFooter } from "./footer.ts";
import { isUnreachable, type Loaded, needsKey } from "./load.ts";
import { createRequests } from "./requests.ts";
import { keepSessionKey, sessionKey } from "./session-key.ts";
import { hideSignIn } from "./sign-in.ts";
import { showStatus } from "./status.ts";
import type { View } from "./view.ts";

/** What the page shows of what was loaded last. */
type Picture = {
  /** Shows what was loaded; where a key is needed, everything is hidden and the key is forgotten. */
  show(next: Loaded): void;
  /** Shows the rows of the table that fit what it is searched for. */
  showRows(view: View): void;
  /** Shows how old the numbers have become. */
  showAge(): void;
  /** Draws the charts again, as after a change of colors. */
  redraw(): void;
};

/** Makes the picture; `go` is called with the view that somebody chooses in it. */
export function createPicture(go: (view: View) => void): Picture {
  const explore = createExplore(go);
  const requests = createRequests(go);
  let loaded: Loaded | undefined;
  let shownText = "";
  let skewMs = 0;
  const serverNow = (): number => Date.now() + skewMs;
  return {
    show(next) {
      const { health, people, chart } = next;
      if (health.kind === "answer" && health.serverNow !== undefined) skewMs = health.serverNow - Date.now();
      if (lock(needsKey(next))) return;
      hideSignIn();
      showStatus(next, serverNow());
      // What was shown before is better than nothing while the server is away.
      if (isUnreachable(next) && loaded) return;
      loaded = next;
      const text = JSON.stringify(next, (name, value) => (name === "serverNow" ? undefined : value));
      if (text === shownText) return;
      shownText = text;
      showPeople(people.kind === "refused" ? (people.hint ?? people.error) : undefined);
      showCards(next);
      explore.show(next);
      requests.show(next);
      showCustomRange(next.view, chart.kind === "answer" ? chart.body.period : undefined, go);
      showFooter(next);
    },
    showRows: (view) => explore.showRows(view),
    showAge() {
      if (loaded) showStatus(loaded, serverNow());
    },
    redraw() {
      explore.redraw();
      requests.redraw();
    },
  };
}

/** Hides the page behind the sign-in, or shows it again; gives back whether it is hidden. */
function lock(isLocked: boolean): boolean {
  byId("content").hidden = isLocked;
  byId("foot").hidden = isLocked;
  byId("sign-out").hidden = isLocked || sessionKey() === undefined;
  if (isLocked) keepSessionKey(undefined);
  return isLocked;
}
