import type { Mutant } from "./mutants.ts";

/**
 * Changes of a line that no test can notice, and why; a line is known by its text, since it may move. `change` where only
 * one kind of change is meant, as in `0 -> 1`.
 */
type Explanation = { readonly file: string; readonly line: string; readonly change?: string; readonly why: string };

const PARSER = "lib/parser/";
const AGGREGATOR = "lib/aggregator/";
const HELD = "What is held in memory changes no answer";
const SAME_FOR_ALL = "A number that is the same in all keys tells none apart";
const NO_SUMS = "Nobody reads sums of names";
const ONE_MORE_QUARTER = "The place of one more quarter stays empty";
const BEHIND_THE_END = "Behind the end of a typed array nothing is read that counts, and nothing is written";
const ONLY_SLOWER = "Another order of the cells is as right, only slower";
const PARTS = "Where one part ends and the next begins changes no sum";
const FOLD: readonly (readonly [file: string, line: string, change: string, why: string])[] = [
  ["local-names.ts", "readonly #routes = new TupleTable(0);", "0 -> 1", NO_SUMS],
  ["local-names.ts", "readonly #payers = new TupleTable(0);", "0 -> 1", NO_SUMS],
  ["local-names.ts", "return this.#routes.find(model, modelGroup, provider, 0);", "0 -> 1", SAME_FOR_ALL],
  ["local-names.ts", "return this.#payers.find(key, user, team, 0);", "0 -> 1", SAME_FOR_ALL],
  ["cell-order.ts", "for (let column = columns.length - 1; column >= 0; ) {", "- -> +", ONLY_SLOWER],
  ["cell-order.ts", "for (let column = columns.length - 1; column >= 0; ) {", "1 -> 0", ONLY_SLOWER],
  ["cell-order.ts", "for (column--; column >= 0; column--) {", ">= -> >", ONLY_SLOWER],
  ["cell-order.ts", "for (column--; column >= 0; column--) {", "0 -> 1", ONLY_SLOWER],
  ["cell-order.ts", "if (wider * size > Number.MAX_SAFE_INTEGER) break;", "> -> >=", ONLY_SLOWER],
  [
    "cell-order.ts",
    "if (range * size <= Number.MAX_SAFE_INTEGER) order = sortedBy(values, order);",
    "<= -> <",
    ONLY_SLOWER,
  ],
  [
    "cell-order.ts",
    "if (range * size <= Number.MAX_SAFE_INTEGER) order = sortedBy(values, order);",
    "* -> /",
    ONLY_SLOWER,
  ],
  ["cell-order.ts", "for (let cell = 0; cell < size; cell++) {", "< -> <=", BEHIND_THE_END],
  ["day-cells.ts", "const QUARTERS = 96;", "96 -> (96 + 1)", ONE_MORE_QUARTER],
  [
    "day-cells.ts",
    "addTraffic(this.minutes, this.minutes.find(Math.floor(inDay / MINUTE_MS), route, status, 0), batch, i);",
    "0 -> 1",
    SAME_FOR_ALL,
  ],
  ["day-cells.ts", "addUse(this.payers, this.payers.find(shift, payer, route, 0), batch, i);", "0 -> 1", SAME_FOR_ALL],
  ["day-cells.ts", "addUse(this.tags, this.tags.find(shift, tags[tag] ?? 0, 0, 0), batch, i);", "0 -> 1", SAME_FOR_ALL],
  ["day-cells.ts", "const ofRoute = this.routes.find(shift, route, 0, 0);", "0 -> 1", SAME_FOR_ALL],
  ["shifts.ts", "for (let quarter = 0; quarter < QUARTERS; ) {", "< -> <=", BEHIND_THE_END],
  ["fold-day.ts", "const MOST_PARTS = 80;", "80 -> (80 + 1)", "Where a transaction ends changes no sum"],
  ["fold-day.ts", "const MOST_MS = 100;", "100 -> (100 + 1)", "Where a transaction ends changes no sum"],
  ["remove-sheet.ts", "await Bun.sleep(0);", "0 -> 1", "It only lets others have their turn"],
  ["write-cells.ts", "const COST_OF_SKETCHES = 6;", "6 -> (6 + 1)", PARTS],
  ["write-cells.ts", "const ROWS_LOOKED_UP = 4;", "4 -> (4 + 1)", PARTS],
  ...["Math.ceil -> Math.floor", "/ -> *"].map(
    (change) =>
      [
        "write-cells.ts",
        "for (const [from, to] of pieces(cells.routes.size, Math.ceil(rowsAtOnce / COST_OF_SKETCHES))) {",
        change,
        PARTS,
      ] as const,
  ),
  ["write-cells.ts", "for (const [from, to] of pieces(cells.size, rowsAtOnce * ROWS_LOOKED_UP)) {", "* -> /", PARTS],
  [
    "write-cells.ts",
    "for (let from = 0; from < size; from += length) yield [from, Math.min(size, from + length)];",
    "< -> <=",
    PARTS,
  ],
  ["write-cells.ts", "for (let at = from; at < to; at++) numbers[at - from] = at;", "< -> <=", BEHIND_THE_END],
  ["write-cells.ts", "await lookUpAll(transaction, range(0, cells.size));", "0 -> 1", ONLY_SLOWER],
  ...["=== -> !==", "|| -> &&"].map(
    (change) =>
      [
        "write-cells.ts",
        'columns.map((kind) => (kind === "held" || kind === "shift" ? undefined : ids.of(kind))),',
        change,
        ONLY_SLOWER,
      ] as const,
  ),
  [
    "fold-batch.ts",
    "return [...days].sort((a, b) => a - b);",
    "- -> +",
    "Those that wait for each other in a ring begin again",
  ],
];
const EXPLANATIONS: readonly Explanation[] = [
  ...["export const COMMA = 44;", "export const DOT = 46;", "export const OPENING_BRACE = 123;"].map((line) => ({
    file: `${PARSER}grammar/characters.ts`,
    line,
    why: "Only the quick way through a line looks at it; the slow one finds the same",
  })),
  ...[
    "for (let at = from; at < to; at++) {",
    "} else if (digit === DOT - ZERO && dot < 0) {",
    "const digit = (bytes[at] ?? 0) - ZERO;",
  ].map((line) => ({
    file: `${PARSER}grammar/number.ts`,
    line,
    why: "What is no digit is left to the slow way, which finds the same; every place up to the end has its byte",
  })),
  {
    file: `${PARSER}grammar/plain-line.ts`,
    line: "if (space >= to || bytes[space] !== SPACE || (hasLabels && !endsLabels(bytes, labelsTo))) return undefined;",
    why: "What ends a line is no space",
  },
  ...[
    "#closingBrace = -1;",
    "this.#closingBrace = -1;",
    "this.#closingBrace = found < 0 ? bytes.length : found;",
    "if (this.#closingBrace < from) {",
  ].map((line) => ({
    file: `${PARSER}grammar/plain-line.ts`,
    line,
    why: "A closing brace never stands first, so that no label text begins there",
  })),
  {
    file: `${PARSER}grammar/cursor.ts`,
    line: "} while (at >= 0 && this.#isEscaped(at));",
    why: "A closing quote never stands first, and nowhere is -1",
  },
  {
    file: `${PARSER}grammar/cursor.ts`,
    line: "return at < 0 ? this.#text.length : at;",
    why: "A closing quote never stands first, and nowhere is -1",
  },
  {
    file: `${PARSER}grammar/cursor.ts`,
    line: "for (let at = opening + 1; at < this.#text.length; at++) {",
    why: "The opening brace is no closing one, and behind the end there is no character",
  },
  ...[
    "#bytes = new Uint8Array(256);",
    "this.#reserve(8);",
    "const larger = new Uint8Array(this.#bytes.length * 2);",
  ].map((line) => ({ file: `${AGGREGATOR}byte-writer.ts`, line, why: "More room than is needed changes no byte" })),
  {
    file: `${AGGREGATOR}distinct-count.ts`,
    line: "if (rank > (registers[index] ?? 0)) registers[index] = rank;",
    why: "An index is 15 bits wide, so that its register is there",
  },
  ...[
    "let sum = REGISTERS * tau(1 - (counts[RANK_BITS + 1] ?? 0) / REGISTERS);",
    "if (start === 0 || start === 1) return 0;",
    "let sum = 1 - x;",
    "sum -= (1 - x) ** 2 * y;",
  ].map((line) => ({
    file: `${AGGREGATOR}distinct-count.ts`,
    line,
    why: "Only a register that 49 zero bits have filled gets here: 10^14 things",
  })),
  {
    file: `${AGGREGATOR}distinct-count.ts`,
    line: "for (let rank = RANK_BITS; rank >= 1; rank--) sum = 0.5 * (sum + (counts[rank] ?? 0));",
    why: "Every rank has its count",
  },
  {
    file: `${AGGREGATOR}log-sketch.ts`,
    line: "for (let i = 0; i < this.#buckets.length; i++) {",
    why: "Behind the last bucket there is nothing to write",
  },
  {
    file: `${AGGREGATOR}log-sketch.ts`,
    line: "#first = 0;",
    why: "The first value makes the buckets, and says which is their first",
  },
  {
    file: `${AGGREGATOR}log-sketch.ts`,
    line: "let amount = bytes[at++] ?? 0;",
    why: "What a sketch wrote ends behind an amount",
  },
  {
    file: `${AGGREGATOR}spread.ts`,
    line: "return Math.max(2 ** (Math.ceil(Math.log2(amount)) - 52), Number.MIN_VALUE);",
    why: "Sums are exact up to 2^53 units, and a unit that is half as large stays below that",
  },
  {
    file: `${AGGREGATOR}spread.ts`,
    line: "if (slots.length === 1) return [amount];",
    why: "The loop gives the one slot everything, too",
  },
  {
    file: `${AGGREGATOR}turns.ts`,
    line: "const WITNESSES = 50;",
    why: "It bounds what is remembered of a page; one more or less judges the same",
  },
  {
    file: `${AGGREGATOR}turns.ts`,
    line: "if (value >= high.value) highs.delete(series);",
    why: "A mark that was reached and is kept gives way to itself",
  },
  {
    file: `${AGGREGATOR}turns.ts`,
    line: "if (known === undefined && value >= last) continue;",
    why: "A series that does not leave the loop here finds its mark where it stands",
  },
  {
    file: `${AGGREGATOR}zone.ts`,
    line: "if (newest && at >= newest.start && at < newest.end) return newest;",
    why: "What the newest day does not answer is looked up, which gives the same",
  },
  {
    file: `${PARSER}excerpt.ts`,
    line: "const MAX_BYTES = MAX_CHARACTERS * 4;",
    why: "More bytes than the characters can take change nothing",
  },
  {
    file: `${AGGREGATOR}log-sketch.ts`,
    line: "const margin = 16 + (this.#buckets.length >> 2);",
    why: "More room than is needed changes no bucket",
  },
  {
    file: `${AGGREGATOR}zone.ts`,
    line: "return sign * (Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6))) * 60_000;",
    why: "The text ends there",
  },
  ...[
    [
      "close.ts",
      "if (retentionDays < 0) return { identities: 0, days: [] };",
      "The setting is -1 or at least 1, and not 0",
    ],
    ["identities.ts", "if (total <= MOST_HELD) return;", HELD],
    ["identities.ts", "total -= set.size;", HELD],
    ["identities.ts", "while (last && last.bytes <= 2 * bytes.length) {", "Other runs hold the same hashes"],
    [
      "identities.ts",
      "if (before > held.bytes) held.set.addBytes(await readRun(sql, sheet, run.run), Math.max(0, known));",
      "What is known already may be added again",
    ],
    ["identity-set.ts", "if (this.size * 4 > slots.length) this.#grow();", "How full a set may be changes no answer"],
    ["identities.ts", "#clock = 0;", HELD],
    ["identities.ts", "const bytes = lengths.reduce((sum, run) => sum + run.bytes, 0);", HELD],
    ["identities.ts", "if (!held || held.bytes > bytes) {", HELD],
    ["identities.ts", "held = { set: new IdentitySet(), bytes: 0, usedAt: 0 };", HELD],
    ["identities.ts", "held.usedAt = ++this.#clock;", HELD],
    ["identities.ts", "if (held) held.bytes += bytes.length;", "What is known already may be added again"],
    ["identities.ts", "let run = (last?.run ?? 0) + 1;", "Runs are put in order by their numbers, from whichever on"],
    ["identities.ts", "let total = 0;", HELD],
    ["identities.ts", "for (const { set } of this.#held.values()) total += set.size;", HELD],
    [
      "identities.ts",
      "for (const [sheet, { set }] of [...this.#held].sort(([, a], [, b]) => a.usedAt - b.usedAt)) {",
      HELD,
    ],
    ["identities.ts", "return row?.hashes ?? new Uint8Array(0);", "The run was found in the same transaction"],
  ].map(([file = "", line = "", why = ""]) => ({ file: `lib/ledger/identity/${file}`, line, why })),
  ...["high = 0;", "low = 0;"].map((line) => ({
    file: "lib/ledger/batch/identity.ts",
    line,
    why: "Nobody asks before the first hash",
  })),
  {
    file: "lib/ledger/batch/identity.ts",
    line: "#room = new Uint8Array(256);",
    why: "More room than is needed changes no hash",
  },
  {
    file: "lib/ledger/batch/batch-wire.ts",
    line: "for (let i = 0; i < length; i++) column[i] = numbers[column[i] ?? 0] ?? NULL_TEXT;",
    change: "< -> <=",
    why: "Rows behind the length are nobody's",
  },
  ...FOLD.map(([file, line, change, why]) => ({ file: `lib/ledger/fold/${file}`, line, change, why })),
];

/** Where every place of a list that is asked for is there, so that only the compiler asks for another value. */
const WITHOUT_GAPS = ["lib/ledger/batch/", "lib/ledger/fold/", "lib/ledger/identity/"];

/** Why a change of a source is none that a test could notice; undefined where it is. */
export function explanationOf(file: string, source: string, mutant: Mutant): string | undefined {
  const isDefault = source.slice(0, mutant.at).endsWith("] ?? ") && mutant.before === "0";
  if (isDefault && WITHOUT_GAPS.some((folder) => file.startsWith(folder)))
    return "Every place that is asked for is there";
  const line = source.split("\n")[mutant.line - 1]?.trim() ?? "";
  const change = `${mutant.before.trim()} -> ${mutant.after.trim()}`;
  return EXPLANATIONS.find((known) => known.file === file && known.line === line && (known.change ?? change) === change)
    ?.why;
}
