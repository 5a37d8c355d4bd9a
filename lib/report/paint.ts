export type Tone = "plain" | "dim" | "bold" | "red" | "yellow";

/** Puts a tone on a text; does nothing where there is no colour. */
export type Paint = (tone: Tone, text: string) => string;

const SGR: { readonly [T in Exclude<Tone, "plain">]: readonly [on: number, off: number] } = {
  dim: [2, 22],
  bold: [1, 22],
  red: [31, 39],
  yellow: [33, 39],
};

/** Terminal colours by the option alone: `styleText` would look at the environment of the process. */
export function paintFor(colour: boolean): Paint {
  return (tone, text) => {
    if (!colour || tone === "plain" || text === "") return text;
    const [on, off] = SGR[tone];
    return `\x1b[${on}m${text}\x1b[${off}m`;
  };
}
