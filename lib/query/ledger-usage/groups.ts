import type { Window } from "../../aggregator/window.ts";
import type { Zone } from "../../aggregator/zone.ts";
import type { Durations } from "../../ledger/questions/usage-rows.ts";
import type { CounterName } from "../../litellm/metrics.ts";
import { zeroSums } from "../../store/read/totals.ts";
import type { UsageQuestion } from "../question/usage-question.ts";
import { dayAt, type Group, hourAt, NO_TIME, shownGroups, type UsageGroup } from "../usage/groups.ts";
import { measuresOf } from "../usage/measures.ts";
import { addRow, latencyOf } from "./ledger-sums.ts";
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
  const groups = new Map<string, Group>();
  const durations = await reader.durations({ window, by: dimensions, time });
  const durationsOf = new Map<Group, Durations | undefined>();
  for (const row of await reader.rows({ window, by: dimensions, time })) {
    const { day, hour, at } = timeOf(row, time, zone);
    const values = question.by.map((name) => {
      if (name === "day") return day;
      return name === "hour" ? hour : (row.names[dimensions.indexOf(name)] ?? null);
    });
    const key = JSON.stringify(values);
    let group = groups.get(key);
    if (!group) {
      group = { values, at, sums: zeroSums() };
      groups.set(key, group);
      durationsOf.set(group, durations?.of(row.names, row.at));
    }
    addRow(group.sums, row);
  }
  return shownGroups([...groups.values()], question, (sums, members) => ({
    ...measuresOf(sums, known),
    ...latencyOf(members.map((member) => durationsOf.get(member))),
  }));
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
