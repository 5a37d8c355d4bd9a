/** Makes a value once for each version and key, and gives it again; who asks while it is made waits for the same. */
export type PromisedKeep<Value> = (version: string, key: string, make: () => Promise<Value>) => Promise<Value>;

/** How much is kept: the keys that a client can choose are many. */
type Limits<Value> = {
  readonly mostValues: number;
  readonly mostSize: number;
  sizeOf(value: Value): number;
};

/** Keeps values of one version. A version stands for what a value is at least as new as; failures are not kept. */
export function createPromisedKeep<Value>({ mostValues, mostSize, sizeOf }: Limits<Value>): PromisedKeep<Value> {
  let current = { version: "", values: new Map<string, Promise<Value>>(), size: 0 };
  const clear = (version: string) => {
    current = { version, values: new Map(), size: 0 };
  };
  return (version, key, make) => {
    if (current.version !== version || current.values.size > mostValues) clear(version);
    const mine = current;
    const known = mine.values.get(key);
    if (known) return known;
    const made = make();
    mine.values.set(key, made);
    made.then(
      (value) => {
        mine.size += sizeOf(value);
        if (mine.size > mostSize && mine === current) clear(version);
      },
      () => mine.values.delete(key),
    );
    return made;
  };
}
