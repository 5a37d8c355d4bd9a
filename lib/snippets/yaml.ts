/** A text as a YAML scalar in double quotes, which JSON's are, too. */
export function yamlText(text: string): string {
  return JSON.stringify(text);
}

/** Lines of YAML, indented by so many levels of two spaces. */
export function indented(levels: number, lines: readonly string[]): string[] {
  return lines.map((line) => (line === "" ? "" : "  ".repeat(levels) + line));
}

/** Comment lines and lines of a file as its text. */
export function fileText(comments: readonly string[], lines: readonly string[]): string {
  return `${[...comments.map((comment) => `# ${comment}`), ...lines].join("\n")}\n`;
}
