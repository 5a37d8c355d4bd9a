/** A long question holds up everything else of its process no longer than about this. */
const MOST_MS = 10;

/** Makes a pause that lets others go first, where its owner has been busy for some milliseconds. */
export function createPause(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < MOST_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}
