/** One small change of a source file. */
export type Mutant = {
  /** UTF-16 units from the file's begin. */
  readonly at: number;
  readonly length: number;
  readonly line: number;
  readonly before: string;
  readonly after: string;
};

/** What is looked for, and what takes its place; words stand alone, operators between spaces as the formatter writes them. */
const CHANGES: readonly (readonly [RegExp, string])[] = [
  [/ < /g, " <= "],
  [/ <= /g, " < "],
  [/ > /g, " >= "],
  [/ >= /g, " > "],
  [/ === /g, " !== "],
  [/ !== /g, " === "],
  [/ \+ /g, " - "],
  [/ - /g, " + "],
  [/ \* /g, " / "],
  [/ \/ /g, " * "],
  [/ % /g, " * "],
  [/ && /g, " || "],
  [/ \|\| /g, " && "],
  [/ \?\? /g, " && "],
  [/ \+= /g, " -= "],
  [/ -= /g, " += "],
  [/\+\+/g, "--"],
  [/\btrue\b/g, "false"],
  [/\bfalse\b/g, "true"],
  [/(?<=[(,=:?] ?|return )!(?=[\w(])/g, ""],
  [/\bMath\.max\b/g, "Math.min"],
  [/\bMath\.min\b/g, "Math.max"],
  [/\bMath\.floor\b/g, "Math.ceil"],
  [/\bMath\.ceil\b/g, "Math.floor"],
  [/(?<![\w."'`$])0(?![\w."'`])/g, "1"],
  [/(?<![\w."'`$])1(?![\w."'`])/g, "0"],
  [/(?<![\w."'`$])([2-9]|[1-9]\d+)(?![\w."'`])/g, "($1 + 1)"],
  [/\bcontinue;/g, "break;"],
  [/\bbreak;/g, ";"],
];

const COMMENT_OR_TEXT =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|\/(?![*/ ])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;

/** Every mutant of a source that runs as other code than the source does: types, comments and texts are left alone. */
export function mutantsOf(source: string): Mutant[] {
  const blank = source.replace(COMMENT_OR_TEXT, (text) => text.replace(/[^\n]/g, "_"));
  const original = compiled(source);
  const found = CHANGES.flatMap(([pattern, replacement]) =>
    [...blank.matchAll(pattern)].map((match) => ({
      at: match.index,
      length: match[0].length,
      line: source.slice(0, match.index).split("\n").length,
      before: match[0],
      after: replacement.replace("$1", match[1] ?? ""),
    })),
  );
  return found
    .filter((mutant) => {
      const code = compiled(mutated(source, mutant));
      return code !== undefined && code !== original;
    })
    .sort((a, b) => a.at - b.at);
}

/** The source with the mutant's change. */
export function mutated(source: string, { at, length, after }: Mutant): string {
  return source.slice(0, at) + after + source.slice(at + length);
}

/** What of it runs; undefined of what is no program. */
function compiled(source: string): string | undefined {
  try {
    return new Bun.Transpiler({ loader: "ts" }).transformSync(source);
  } catch {
    return undefined;
  }
}
