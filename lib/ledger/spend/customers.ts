import type { Database } from "bun:sqlite";
import { ALL_DAYS, liveSheets } from "./days.ts";
import { textsOf } from "./names.ts";

/** Every end user that requests ever named; NULL and the empty text are two of them. In no order. */
export function endUsers(db: Database): (string | null)[] {
  const ids = new Set<number>();
  const statement = db.query<{ customer: number }, [number]>(
    "SELECT DISTINCT customer FROM customer_day WHERE sheet = ? AND shift IN (-1, 0, 1)",
  );
  db.transaction(() => {
    for (const { id } of liveSheets(db, ALL_DAYS)) for (const { customer } of statement.all(id)) ids.add(customer);
  })();
  const texts = textsOf(db, ids);
  return [...ids].map((id) => texts.get(id) ?? null);
}
