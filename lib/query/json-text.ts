/** JSON as every answer is written, by the API and on stdout: one line, with a newline at its end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
