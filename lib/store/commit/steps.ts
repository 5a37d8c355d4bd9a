/** Work that is done in steps of about a millisecond, between which something else may have its turn. */
export type Steps<Result> = Generator<undefined, Result>;

/** Items in a step. */
const ITEMS = 250;

/** Does the same with each item. */
export function* forEachInSteps<Item>(items: Iterable<Item>, work: (item: Item) => void): Steps<void> {
  let count = 0;
  for (const item of items) {
    work(item);
    count++;
    if (count % ITEMS === 0) yield;
  }
}

/** Does all steps without a pause. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
