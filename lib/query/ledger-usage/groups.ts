import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import { dayAt, type Group, hourAt, NO_TIME, shownGroups, type UsageGroup } from "../groups.ts";
import type { UsageQuestion } from "../usage-question.ts";
import { addLatency, addRow, emptyTotals, type LedgerTotals, ledgerMeasures } from "./ledger-sums.ts";
import { dimensionsOf } from "./rollup.ts";
import type { TimedRow, WindowReader } from "./window-reader.ts";

/** The groups of a window, as those of the metrics are, each with how long its successes took. */
export async function ledgerGroups(
  reader: WindowReader,
  question: UsageQuestion,
  window: Window,
  known: ReadonlySet<CounterName>,
  zone: Zone,
): Promise<UsageGroup[]> {
  const dimensions = dimensionsOf(question);
  const byHour = question.by.includes("hour");
  const time = byHour ? "quarter" : question.by.includes("day") ? "day" : "none";
  const groups = new Map<string, { readonly group: Group; readonly totals: LedgerTotals }>();
  for (const row of await reader.rows({ window, by: dimensions, time })) {
    const { day, hour, at } = timeOf(row, time, zone);
    const values = question.by.map((name) => {
      if (name === "day") return day;
      return name === "hour" ? hour : (row.names[dimensions.indexOf(name)] ?? null);
    });
    const key = JSON.stringify(values);
    let held = groups.get(key);
    if (!held) {
      const totals = emptyTotals();
      held = { totals, group: { values, at, sums: totals.sums } };
      groups.set(key, held);
    }
    addRow(held.totals, row);
  }
  const totalsOf = new Map([...groups.values()].map(({ group, totals }) => [group, totals]));
  return shownGroups([...totalsOf.keys()], question, (sums, members) => {
    const totals: LedgerTotals = { ...emptyTotals(), sums };
    for (const member of members) addLatency(totals, totalsOf.get(member) ?? emptyTotals());
    return ledgerMeasures(totals, known);
  });
}

function timeOf({ at }: TimedRow, time: "none" | "day" | "quarter", zone: Zone) {
  switch (time) {
    case "none":
      return NO_TIME;
    case "day":
      return dayAt(at, zone);
    case "quarter":
      return hourAt(at, zone);
    default:
      return time satisfies never;
  }
}
