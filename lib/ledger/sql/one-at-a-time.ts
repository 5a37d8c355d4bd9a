/** Runs pieces of work one after the other, in the order in which they came, whatever becomes of each. */
export function oneAtATime(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let before: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = before.then(work);
    before = mine.catch(() => {});
    return mine;
  };
}
