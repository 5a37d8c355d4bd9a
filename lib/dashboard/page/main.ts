import { createAsk } from "./api.ts";
import { showCards } from "./cards.ts";
import { showControls, showPeople } from "./controls.ts";
import { showCustomRange } from "./custom-range.ts";
import { byId } from "./dom.ts";
import { createExplore } from "./explore.ts";
import { showFooter } from "./footer.ts";
import { startLive } from "./live.ts";
import { isUnreachable, type Loaded, load, needsKey } from "./load.ts";
import { createRequests } from "./requests.ts";
import { keepSessionKey, sessionKey } from "./session-key.ts";
import { hideSignIn, showSignIn } from "./sign-in.ts";
import { showStatus } from "./status.ts";
import { startTheme } from "./theme.ts";
import { parseView, searchOf, type View } from "./view.ts";

const AGE_EVERY_MS = 5000;

/** What of a view the server is asked for: everything but what the table looks for by itself. */
function questionOf(view: View): string {
  return searchOf({ ...view, find: "", sort: undefined, ascending: false });
}

/** Starts the page: the address says what is shown, the server's events when to show it anew. */
function main(): void {
  const ask = createAsk(sessionKey);
  const content = byId("content");
  const signOut = byId("sign-out");
  const find = byId("find");
  let view = parseView(location.search);
  let loaded: Loaded | undefined;
  let shownText = "";
  let asking: View | undefined;
  let isAskedAgain = false;
  let skewMs = 0;

  const serverNow = (): number => Date.now() + skewMs;

  const show = (next: Loaded): void => {
    const { health } = next;
    if (health.kind === "answer" && health.serverNow !== undefined) skewMs = health.serverNow - Date.now();
    const isLocked = needsKey(next);
    content.hidden = isLocked;
    byId("foot").hidden = isLocked;
    signOut.hidden = isLocked || sessionKey() === undefined;
    if (isLocked) {
      keepSessionKey(undefined);
      return;
    }
    hideSignIn();
    showStatus(next, serverNow());
    // What was shown before is better than nothing while the server is away.
    if (isUnreachable(next) && loaded) return;
    loaded = next;
    const text = JSON.stringify(next, (name, value) => (name === "serverNow" ? undefined : value));
    if (text === shownText) return;
    shownText = text;
    const { people } = next;
    showPeople(people.kind === "refused" ? (people.hint ?? people.error) : undefined);
    showCards(next);
    explore.show(next);
    requests.show(next);
    const period = next.chart.kind === "answer" ? next.chart.body.period : undefined;
    showCustomRange(next.view, period, go);
    showFooter(next);
  };

  const refresh = async (): Promise<void> => {
    const isSame = asking !== undefined && questionOf(asking) === questionOf(view);
    // One load of a view at a time: the answers of one that runs may be from before the change.
    isAskedAgain = isSame;
    if (isSame) return;
    const mine = view;
    asking = mine;
    const key = sessionKey();
    const next = await load(ask, mine);
    // Another view overtook this one.
    if (asking !== mine) return;
    asking = undefined;
    // Somebody signed in meanwhile: what was refused says nothing of the new key.
    if (sessionKey() !== key) return refresh();
    // What the table looks for may have changed meanwhile; that asks nothing anew.
    show({ ...next, view });
    if (needsKey(next)) {
      live.stop();
      showSignIn(key !== undefined, signIn);
    } else if (isAskedAgain) void refresh();
  };

  const signIn = (key: string): void => {
    keepSessionKey(key);
    live.restart();
    void refresh();
  };

  const go = (next: View): void => {
    view = next;
    history.pushState(null, "", searchOf(view));
    showView();
    void refresh();
  };

  const showView = (): void => {
    showControls(view, go);
    if (find instanceof HTMLInputElement && find !== document.activeElement) find.value = view.find;
  };

  const explore = createExplore(go);
  const requests = createRequests(go);
  startTheme(() => {
    explore.redraw();
    requests.redraw();
  });

  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-view]") : null;
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(parseView(new URL(link.href).search));
  });
  find.addEventListener("input", () => {
    if (!(find instanceof HTMLInputElement)) return;
    view = { ...view, find: find.value };
    history.replaceState(null, "", searchOf(view));
    explore.showRows(view);
  });
  addEventListener("popstate", () => {
    view = parseView(location.search);
    showView();
    void refresh();
  });
  document.addEventListener("visibilitychange", () => {
    // A browser has but six connections to a server for all of its tabs.
    if (document.hidden) {
      live.stop();
    } else if (!content.hidden) {
      live.restart();
      void refresh();
    }
  });
  signOut.addEventListener("click", () => {
    keepSessionKey(undefined);
    location.reload();
  });
  setInterval(() => {
    if (loaded) showStatus(loaded, serverNow());
  }, AGE_EVERY_MS);

  showView();
  const live = startLive(sessionKey, () => void refresh());
  void refresh();
}

main();
