import { counted } from "../../report/count-text.ts";
import { flow, proseOf } from "../../report/flow.ts";
import { padRight, widest } from "../../report/pad.ts";
import type { Paint, Tone } from "../../report/paint.ts";
import type { Finding } from "./finding.ts";

const TONES: { readonly [L in Finding["level"]]: Tone } = { ok: "dim", note: "yellow", problem: "red" };
const GAP = "  ";
const LEAST_WIDTH = 30;

/** The findings as lines, one each where `width` is undefined, else folded under themselves; the verdict comes last. */
export function findingLines(
  findings: readonly Finding[],
  look: { readonly width: number | undefined; readonly paint: Paint },
): string[] {
  const levelWidth = widest(findings.map(({ level }) => level));
  const aboutWidth = widest(findings.map(({ about }) => about));
  const left = levelWidth + aboutWidth + 2 * GAP.length;
  const lines = findings.flatMap((finding) => {
    const { level, about } = finding;
    const head = look.paint(TONES[level], padRight(level, levelWidth)) + GAP + padRight(about, aboutWidth) + GAP;
    const text = textOf(finding);
    if (look.width === undefined) return [head + text];
    const room = Math.max(LEAST_WIDTH, look.width - left);
    const isNarrow = look.width - left < LEAST_WIDTH;
    const folded = flow(
      [proseOf(text, isNarrow ? look.width - GAP.length : room)],
      " ",
      isNarrow ? look.width - GAP.length : room,
    );
    if (isNarrow) return [head.trimEnd(), ...folded.map((line) => GAP + line)];
    return folded.map((line, index) => (index === 0 ? head : " ".repeat(left)) + line);
  });
  return [...lines, verdict(findings)];
}

function textOf({ message, hint }: Finding): string {
  return hint === undefined ? message : `${message}. ${hint}`;
}

function verdict(findings: readonly Finding[]): string {
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  const problems = count("problem");
  const notes = count("note");
  const noted = notes === 0 ? "" : `, ${counted(notes, "note")}`;
  return problems === 0 ? `All is well${noted}` : `${counted(problems, "problem")}${noted}`;
}
