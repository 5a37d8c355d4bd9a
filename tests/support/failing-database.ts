import type { Database } from "bun:sqlite";

/** A database in which the program is killed (an error "Killed") when it executes its nth statement, counted from 0. */
export function failingAt(db: Database, statement: number): Database {
  let executed = 0;
  const tick = (): void => {
    if (executed++ === statement) throw new Error("Killed");
  };
  const counted = (query: object): object =>
    new Proxy(query, {
      get(target, key) {
        const value = Reflect.get(target, key, target);
        if (typeof value !== "function") return value;
        return (...given: unknown[]) => {
          if (key === "run" || key === "get" || key === "all") tick();
          return Reflect.apply(value, target, given);
        };
      },
    });
  return new Proxy(db, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        const result: object = Reflect.apply(value, target, given);
        return key === "query" ? counted(result) : result;
      };
    },
  });
}
