import { isoIn } from "../../aggregator/iso.ts";
import type { Zone } from "../../aggregator/zone.ts";
import { closest } from "../../config/closest.ts";
import { quoted } from "../../config/mask.ts";
import type { UsageAnswer } from "../../query/usage/answer.ts";
import { exactMoneyText } from "../../report/money-text.ts";
import type { UsageFilter } from "../../store/read/usage-rows.ts";
import { EXIT, type ExitCode } from "../exit-code.ts";
import type { ReportSource, Told } from "./source.ts";

/** What an answer means to the caller: the exit code, and why it is not 0. */
export type Verdict = { readonly code: ExitCode; readonly messages: readonly string[] };

/** Judges an answer: passed limits come first, then names that nobody knows, then a period of which nothing is known. */
export async function verdictOn(
  told: Told,
  source: ReportSource,
  asked: { readonly filters: readonly UsageFilter[]; readonly failOver: number | undefined; readonly zone: Zone },
): Promise<Verdict> {
  const { answer } = told;
  const passed = passedLimits(answer, asked.failOver);
  if (passed.length > 0) return { code: EXIT.limitPassed, messages: passed };
  const unknown = await unknownNames(source, asked.filters);
  if (unknown.length > 0) return { code: EXIT.usage, messages: unknown };
  if (answer.coverage.from === null) return { code: EXIT.noData, messages: [absence(told, asked.zone)] };
  if (asked.failOver !== undefined && answer.total.cost === null) {
    const message = "LiteLLM has not shown any spend, so --fail-over cannot be judged: check LITELLM_PULSE_METRIC_COST";
    return { code: EXIT.noData, messages: [message] };
  }
  return { code: EXIT.done, messages: [] };
}

function passedLimits({ budget, total }: UsageAnswer, failOver: number | undefined): string[] {
  const cost = total.cost ?? 0;
  const messages: string[] = [];
  if (budget?.passed) {
    messages.push(
      `The ${budget.window} budget of ${exactMoneyText(budget.limit)} is passed: ${exactMoneyText(cost)} is spent`,
    );
  }
  if (failOver !== undefined && cost > failOver) {
    messages.push(`${exactMoneyText(cost)} is spent, more than the ${exactMoneyText(failOver)} of --fail-over`);
  }
  return messages;
}

/** A line for each filter value that was never seen, where others were. */
async function unknownNames(source: ReportSource, filters: readonly UsageFilter[]): Promise<string[]> {
  const messages: string[] = [];
  for (const { dimension, values } of filters) {
    const known = await source.valuesOf(dimension);
    if (known.length === 0) continue;
    for (const value of values.filter((one) => !known.includes(one))) {
      const similar = closestName(value, known);
      const next =
        similar === undefined
          ? `litellm-pulse report --month --by ${dimension} lists them`
          : `did you mean ${quoted(similar)}?`;
      messages.push(`There is no ${dimension.replace("_", " ")} ${quoted(value)}: ${next}`);
    }
  }
  return messages;
}

/** The known name that is most like another, whatever their case. */
function closestName(text: string, known: readonly string[]): string | undefined {
  const lower = text.toLowerCase();
  const names = new Map(known.map((name) => [name.toLowerCase(), name]));
  const found =
    closest(lower, [...names.keys()]) ?? [...names.keys()].find((name) => lower.length > 2 && name.includes(lower));
  return found === undefined ? undefined : names.get(found);
}

function absence({ answer, newestAt }: Told, zone: Zone): string {
  const { from, to } = answer.period;
  const span = from === to ? `since ${from}` : `between ${from} and ${to}`;
  if (answer.source === "ledger") {
    const newest = newestAt === undefined ? "" : `, the newest is from ${isoIn(newestAt, zone)}`;
    return `There is no record in the spend ledger ${span}${newest}: check that litellm-pulse serve, sync or import runs`;
  }
  const next = "check that litellm-pulse serve or scrape-once runs";
  if (newestAt === undefined) return `There is no good scrape in the database yet: ${next}`;
  return `There is no good scrape ${span}, the newest is from ${isoIn(newestAt, zone)}: ${next}`;
}
