import { createAsk } from "./api.ts";
import { showControls } from "./controls.ts";
import { byId } from "./dom.ts";
import { startLive } from "./live.ts";
import { needsKey } from "./load.ts";
import { createPicture } from "./picture.ts";
import { createRefresh } from "./refresh.ts";
import { keepSessionKey, sessionKey } from "./session-key.ts";
import { showSignIn } from "./sign-in.ts";
import { startTheme } from "./theme.ts";
import { parseView, searchOf, type View } from "./view.ts";

const AGE_EVERY_MS = 5000;

/** Starts the page: the address says what is shown, the server's events when to show it anew. */
function main(): void {
  const find = byId("find");
  let view = parseView(location.search);

  const showView = (): void => {
    showControls(view, go);
    if (find instanceof HTMLInputElement && find !== document.activeElement) find.value = view.find;
  };
  const go = (next: View): void => {
    view = next;
    history.pushState(null, "", searchOf(view));
    showView();
    void refresh();
  };
  const signIn = (key: string): void => {
    keepSessionKey(key);
    live.restart();
    void refresh();
  };

  const picture = createPicture(go);
  const refresh = createRefresh({
    ask: createAsk(sessionKey),
    view: () => view,
    onLoaded(loaded, key) {
      picture.show(loaded);
      if (!needsKey(loaded)) return;
      live.stop();
      showSignIn(key !== undefined, signIn);
    },
  });
  startTheme(picture.redraw);
  followLinks(go);
  find.addEventListener("input", () => {
    if (!(find instanceof HTMLInputElement)) return;
    view = { ...view, find: find.value };
    history.replaceState(null, "", searchOf(view));
    picture.showRows(view);
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
    } else if (!byId("content").hidden) {
      live.restart();
      void refresh();
    }
  });
  byId("sign-out").addEventListener("click", () => {
    keepSessionKey(undefined);
    location.reload();
  });
  setInterval(picture.showAge, AGE_EVERY_MS);

  showView();
  const live = startLive(sessionKey, () => void refresh());
  void refresh();
}

/** Goes to the view of a link in place, unless it is to be opened elsewhere. */
function followLinks(go: (view: View) => void): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-view]") : null;
    if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(parseView(new URL(link.href).search));
  });
}

main();
