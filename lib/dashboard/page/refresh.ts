import type { Ask } from "./api.ts";
import { type Loaded, load, needsKey } from "./load.ts";
import { sessionKey } from "./session-key.ts";
import { searchOf, type View } from "./view.ts";

/** What refreshing needs of the page. */
type RefreshOptions = {
  readonly ask: Ask;
  /** The view that is wanted at this moment. */
  readonly view: () => View;
  /** Called with what was loaded, and the key with which it was asked for. */
  readonly onLoaded: (loaded: Loaded, key: string | undefined) => void;
};

/**
 * Makes what loads the wanted view: one load of a view at a time, and once more after it where it was asked for again
 * meanwhile. What another view overtook, or another key, is dropped.
 */
export function createRefresh({ ask, view, onLoaded }: RefreshOptions): () => Promise<void> {
  let asking: View | undefined;
  let isAskedAgain = false;
  return async function refresh() {
    const isSame = asking !== undefined && questionOf(asking) === questionOf(view());
    // The answers of a load that runs may be from before the change.
    isAskedAgain = isSame;
    if (isSame) return;
    const mine = view();
    asking = mine;
    const key = sessionKey();
    const next = await load(ask, mine);
    if (asking !== mine) return;
    asking = undefined;
    // Somebody signed in meanwhile: what was refused says nothing of the new key.
    if (sessionKey() !== key) return refresh();
    // What the table looks for may have changed meanwhile; that asks nothing anew.
    onLoaded({ ...next, view: view() }, key);
    if (isAskedAgain && !needsKey(next)) void refresh();
  };
}

/** What of a view the server is asked for: everything but what the table looks for by itself. */
function questionOf(view: View): string {
  return searchOf({ ...view, find: "", sort: undefined, ascending: false });
}
