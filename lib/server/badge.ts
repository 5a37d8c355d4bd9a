/** What a badge says; both texts may be a stranger's. */
export type Badge = { readonly label: string; readonly value: string; readonly tone: "plain" | "good" | "bad" };

const HEIGHT = 20;
const PADDING = 6;
const LONGEST = 60;
/** Dark enough for white letters: contrast 4.5 : 1 and better. */
const LABEL_COLOUR = "#444c56";
const COLOURS: { readonly [T in Badge["tone"]]: string } = { plain: "#0b6e99", good: "#1a7f37", bad: "#b42318" };

/** Average advance of a letter at 11 px in the fonts below; `textLength` then makes whatever font there is fit. */
const USUAL_WIDTH = 6.7;
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[.,:;|!'ilj]/, 3.6],
  [/[ftr() -]/, 4.4],
  [/[mwMW%@]/, 10],
  [/[\u1100-\uFFDC\u{10000}-\u{10FFFF}]/u, 12],
];

/** A flat badge as SVG: no script, no link, no font from elsewhere, and a title for those who cannot see it. */
export function badgeSvg({ label, value, tone }: Badge): string {
  const [left, right] = [part(label), part(value)];
  const width = left.width + right.width;
  const name = `${left.text}: ${right.text}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" role="img" aria-label="${name}">`,
    `<title>${name}</title>`,
    `<clipPath id="r"><rect width="${width}" height="${HEIGHT}" rx="3"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left.width}" height="${HEIGHT}" fill="${LABEL_COLOUR}"/>`,
    `<rect x="${left.width}" width="${right.width}" height="${HEIGHT}" fill="${COLOURS[tone]}"/></g>`,
    `<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">`,
    letters(left, left.width / 2),
    letters(right, left.width + right.width / 2),
    "</g></svg>\n",
  ].join("");
}

type Part = { readonly text: string; readonly letters: number; readonly width: number };

function part(text: string): Part {
  const characters = [...text];
  const shown = characters.length > LONGEST ? [...characters.slice(0, LONGEST - 1), "…"] : characters;
  const width = Math.ceil(shown.reduce((sum, character) => sum + widthOf(character), 0));
  return { text: escapeXml(shown.join("")), letters: width, width: width + 2 * PADDING };
}

function letters({ text, letters: length }: Part, centre: number): string {
  return length === 0 ? "" : `<text x="${centre}" y="14" textLength="${length}">${text}</text>`;
}

function widthOf(character: string): number {
  return WIDTHS.find(([pattern]) => pattern.test(character))?.[1] ?? USUAL_WIDTH;
}

/** A text as XML may hold it: marks as entities, and what no XML 1.0 document may hold as a question mark. */
function escapeXml(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\uFFFE\uFFFF]/gu, "?")
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
