/** Long work holds up everything else of its process no longer than about this. */
const MOST_MS = 10;

/** Lets everything else that the process has to do go first. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Makes a pause for long work: it lets others go first once its owner has been busy for some milliseconds. */
export function createPause(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < MOST_MS) return;
    await nextTurn();
    since = performance.now();
  };
}
