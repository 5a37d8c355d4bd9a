import { describe, expect, test } from "bun:test";
import { usageTable } from "../../lib/report/usage-table.ts";
import { homelabAnswer, measures, quietAnswer, tableOptions, usage } from "./answers.ts";

const NOTE =
  "Three falls within ten good pages came back in one step, several workers answer in turn: set PROMETHEUS_MULTIPROC_DIR where LiteLLM runs";

describe("a day of a homelab", () => {
  test("fits 40 columns", () => {
    expect(usageTable(homelabAnswer(), tableOptions({ width: 40 }))).toMatchInlineSnapshot(`
      "today · Sat 21 Nov 2026 · 12 s ago

       MODEL                     REQ      COST
       claude-sonn…5-20250929     61  $0.01870
       gpt-4.1                    23  $0.00440
       通义千问-max            1,204  $0.00231
       llama-🦙-3.3-70b           40  $0.00110
       café-mistral                9  $0.00042
       evil model?                 2  $0.00000
       (none)                      5  $0.00000
       other (12)                 17  $0.00009
       ───────────────────────────────────────
       TOTAL                   1,361  $0.02702

       yesterday by this time $0.0231 (+17 %)
       forecast for the day $0.0413 ($0.0305
       to $0.0612)
       observed 97 % of the time
       estimated 12 % of the time
       cost by hour ▁▁▁▁▁▁▂▃▆█▆▇▃█▂
       no room for FAIL, INPUT, OUTPUT,
       CACHED, $/1K REQ
      "
    `);
  });
  test("fits 60 columns", () => {
    expect(usageTable(homelabAnswer(), tableOptions({ width: 60 }))).toMatchInlineSnapshot(`
      "today · Sat 21 Nov 2026 · scraped 12 s ago

       MODEL                         REQ   OUTPUT      COST
       claude-sonnet-4-5-20250929     61  148,220  $0.01870
       gpt-4.1                        23   22,300  $0.00440
       通义千问-max                1,204    9,020  $0.00231
       llama-🦙-3.3-70b               40    4,400  $0.00110
       café-mistral                    9    1,200  $0.00042
       evil model?                     2        0  $0.00000
       (none)                          5        0  $0.00000
       other (12)                     17      310  $0.00009
       ────────────────────────────────────────────────────
       TOTAL                       1,361  185,450  $0.02702

       yesterday by this time $0.0231 (+17 %)
       forecast for the day $0.0413 ($0.0305 to $0.0612)
       observed 97 % of the time · estimated 12 % of the time
       cost by hour ▁▁▁▁▁▁▂▃▆█▆▇▃█▂
       no room for FAIL, INPUT, CACHED, $/1K REQ
      "
    `);
  });
  test("fits 80 columns", () => {
    expect(usageTable(homelabAnswer(), tableOptions({ width: 80 }))).toMatchInlineSnapshot(`
      "litellm-pulse · today · Sat 21 Nov 2026 (America/New_York) · scraped 12 s ago

       MODEL                         REQ  FAIL      INPUT   OUTPUT  CACHED      COST
       claude-sonnet-4-5-20250929     61     1    912,004  148,220    41 %  $0.01870
       gpt-4.1                        23     0    121,807   22,300     8 %  $0.00440
       通义千问-max                1,204     3     48,115    9,020     0 %  $0.00231
       llama-🦙-3.3-70b               40     0     30,100    4,400     0 %  $0.00110
       café-mistral                    9     0      8,000    1,200   >99 %  $0.00042
       evil model?                     2     2        512        0     0 %  $0.00000
       (none)                          5     5          0        0     0 %  $0.00000
       other (12)                     17     0      2,000      310    <1 %  $0.00009
       ─────────────────────────────────────────────────────────────────────────────
       TOTAL                       1,361    11  1,122,538  185,450    35 %  $0.02702

       yesterday by this time $0.0231 (+17 %)
       forecast for the day $0.0413 ($0.0305 to $0.0612) · observed 97 % of the time
       estimated 12 % of the time
       cost by hour ▁▁▁▁▁▁▂▃▆█▆▇▃█▂
       no room for $/1K REQ
      "
    `);
  });
  test("fits 120 columns", () => {
    expect(usageTable(homelabAnswer(), tableOptions({ width: 120 }))).toMatchInlineSnapshot(`
      "litellm-pulse · today · Sat 21 Nov 2026 (America/New_York) · scraped 12 s ago

       MODEL                         REQ  FAIL      INPUT   OUTPUT  CACHED      COST  $/1K REQ
       claude-sonnet-4-5-20250929     61     1    912,004  148,220    41 %  $0.01870  $0.30656
       gpt-4.1                        23     0    121,807   22,300     8 %  $0.00440  $0.19130
       通义千问-max                1,204     3     48,115    9,020     0 %  $0.00231  $0.00192
       llama-🦙-3.3-70b               40     0     30,100    4,400     0 %  $0.00110  $0.02750
       café-mistral                    9     0      8,000    1,200   >99 %  $0.00042  $0.04667
       evil model?                     2     2        512        0     0 %  $0.00000  $0.00000
       (none)                          5     5          0        0     0 %  $0.00000  $0.00000
       other (12)                     17     0      2,000      310    <1 %  $0.00009  $0.00529
       ───────────────────────────────────────────────────────────────────────────────────────
       TOTAL                       1,361    11  1,122,538  185,450    35 %  $0.02702  $0.01985

       yesterday by this time $0.0231 (+17 %) · forecast for the day $0.0413 ($0.0305 to $0.0612) · observed 97 % of the time
       estimated 12 % of the time
       cost by hour ▁▁▁▁▁▁▂▃▆█▆▇▃█▂
      "
    `);
  });
  test("fits 200 columns", () => {
    expect(usageTable(homelabAnswer(), tableOptions({ width: 200 }))).toMatchInlineSnapshot(`
      "litellm-pulse · today · Sat 21 Nov 2026 (America/New_York) · scraped 12 s ago

       MODEL                         REQ  FAIL      INPUT   OUTPUT  CACHED      COST  $/1K REQ
       claude-sonnet-4-5-20250929     61     1    912,004  148,220    41 %  $0.01870  $0.30656
       gpt-4.1                        23     0    121,807   22,300     8 %  $0.00440  $0.19130
       通义千问-max                1,204     3     48,115    9,020     0 %  $0.00231  $0.00192
       llama-🦙-3.3-70b               40     0     30,100    4,400     0 %  $0.00110  $0.02750
       café-mistral                    9     0      8,000    1,200   >99 %  $0.00042  $0.04667
       evil model?                     2     2        512        0     0 %  $0.00000  $0.00000
       (none)                          5     5          0        0     0 %  $0.00000  $0.00000
       other (12)                     17     0      2,000      310    <1 %  $0.00009  $0.00529
       ───────────────────────────────────────────────────────────────────────────────────────
       TOTAL                       1,361    11  1,122,538  185,450    35 %  $0.02702  $0.01985

       yesterday by this time $0.0231 (+17 %) · forecast for the day $0.0413 ($0.0305 to $0.0612) · observed 97 % of the time · estimated 12 % of the time
       cost by hour ▁▁▁▁▁▁▂▃▆█▆▇▃█▂
      "
    `);
  });
  test("is drawn in ASCII where box and block characters cannot be read", () => {
    expect(usageTable(homelabAnswer(), tableOptions({ width: 60, unicode: false }))).toMatchInlineSnapshot(`
      "today | Sat 21 Nov 2026 | scraped 12 s ago

       MODEL                         REQ   OUTPUT      COST
       claude-sonnet-4-5-20250929     61  148,220  $0.01870
       gpt-4.1                        23   22,300  $0.00440
       通义千问-max                1,204    9,020  $0.00231
       llama-🦙-3.3-70b               40    4,400  $0.00110
       café-mistral                    9    1,200  $0.00042
       evil model?                     2        0  $0.00000
       (none)                          5        0  $0.00000
       other (12)                     17      310  $0.00009
       ----------------------------------------------------
       TOTAL                       1,361  185,450  $0.02702

       yesterday by this time $0.0231 (+17 %)
       forecast for the day $0.0413 ($0.0305 to $0.0612)
       observed 97 % of the time | estimated 12 % of the time
       cost by hour ______.:+#+*:#.
       no room for FAIL, INPUT, CACHED, $/1K REQ
      "
    `);
  });
  test("has notes below it", () => {
    expect(
      usageTable(quietAnswer(), tableOptions({ width: 60, notes: [NOTE, "A second one"] })),
    ).toMatchInlineSnapshot(`
      "today · Sat 21 Nov 2026 · scraped 12 s ago

       MODEL  REQ  FAIL  INPUT  OUTPUT  CACHED   COST  $/1K REQ
       No usage in this period
       ────────────────────────────────────────────────────────
       TOTAL    0     0      0       0     0 %  $0.00         -

       yesterday by this time $0.00 · forecast for the day $0.00

       Three falls within ten good pages came back in one step,
       several workers answer in turn: set
       PROMETHEUS_MULTIPROC_DIR where LiteLLM runs
       A second one
      "
    `);
  });
});

describe("a table with nothing in it", () => {
  test("keeps its shape on a quiet day", () => {
    expect(usageTable(quietAnswer(), tableOptions({ width: 80 }))).toMatchInlineSnapshot(`
      "litellm-pulse · today · Sat 21 Nov 2026 (America/New_York) · scraped 12 s ago

       MODEL  REQ  FAIL  INPUT  OUTPUT  CACHED   COST  $/1K REQ
       No usage in this period
       ────────────────────────────────────────────────────────
       TOTAL    0     0      0       0     0 %  $0.00         -

       yesterday by this time $0.00 · forecast for the day $0.00
      "
    `);
  });
  test("keeps its shape before the first scrape", () => {
    const { period, previous } = homelabAnswer();
    const answer = homelabAnswer({
      period: { ...period, to: period.from },
      coverage: { from: null, to: null, observed_ratio: 0, estimated_ratio: 0 },
      total: measures(),
      groups: [],
      steps: [],
      previous: { from: previous.from, to: previous.to, ...measures() },
      forecast: { cost: null, low: null, high: null },
    });
    expect(usageTable(answer, tableOptions({ width: 80, newestAt: undefined }))).toMatchInlineSnapshot(`
      "litellm-pulse · today · Sat 21 Nov 2026 (America/New_York) · not scraped yet

       MODEL  REQ  FAIL  INPUT  OUTPUT  CACHED  COST  $/1K REQ
       No usage in this period
       ───────────────────────────────────────────────────────
       TOTAL    -     -      -       -       -     -         -

       observed 0 % of the time
      "
    `);
  });
});

describe("a table by several names", () => {
  const team = "research and development";
  const answer = homelabAnswer({
    groups: [
      {
        team,
        key: "ci-runner-that-never-sleeps",
        model: "claude-sonnet-4-5",
        ...usage(61, 0, 912_004, 148_220, 41, 12.3),
      },
      { team, key: null, model: "gpt-4.1", ...usage(1_300, 3, 210_534, 37_230, 8, 0.52) },
    ],
    total: usage(1_361, 3, 1_122_538, 185_450, 35, 12.82),
  });

  test("shortens them", () => {
    const options = tableOptions({ width: 80, by: ["team", "key", "model"] });
    expect(usageTable(answer, options)).toMatchInlineSnapshot(`
      "litellm-pulse · today · Sat 21 Nov 2026 (America/New_York) · scraped 12 s ago

       TEAM            KEY            MODEL            REQ      INPUT   OUTPUT    COST
       researc…opment  ci-run…sleeps  claude…et-4-5     61    912,004  148,220  $12.30
       researc…opment  (none)         gpt-4.1        1,300    210,534   37,230   $0.52
       ───────────────────────────────────────────────────────────────────────────────
       TOTAL                                         1,361  1,122,538  185,450  $12.82

       yesterday by this time $0.0231 (555 times as much)
       forecast for the day $0.0413 ($0.0305 to $0.0612) · observed 97 % of the time
       estimated 12 % of the time
       cost by hour ▁▁▁▁▁▁▂▃▆█▆▇▃█▂
       no room for FAIL, CACHED, $/1K REQ
      "
    `);
  });
  test("is stacked where they leave no room", () => {
    const options = tableOptions({ width: 40, by: ["team", "key", "model"] });
    expect(usageTable(answer, options)).toMatchInlineSnapshot(`
      "today · Sat 21 Nov 2026 · 12 s ago

       TEAM · KEY · MODEL
         REQ  FAIL      INPUT   OUTPUT    COST
       research and development
       ci-runner-that-never-sleeps
       claude-sonnet-4-5
          61     0    912,004  148,220  $12.30
       research and development · (none)
       gpt-4.1
       1,300     3    210,534   37,230   $0.52
       ───────────────────────────────────────
       TOTAL
       1,361     3  1,122,538  185,450  $12.82

       yesterday by this time $0.0231
       (555 times as much)
       forecast for the day $0.0413 ($0.0305
       to $0.0612)
       observed 97 % of the time
       estimated 12 % of the time
       cost by hour ▁▁▁▁▁▁▂▃▆█▆▇▃█▂
       no room for CACHED, $/1K REQ
      "
    `);
  });
});
