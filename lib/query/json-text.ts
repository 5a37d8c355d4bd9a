/** What JSON may hold as it is, but would steer a terminal, break a line or turn the direction of a text. */
const STEERING = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/**
 * JSON as every answer is written, by the API and on stdout: one line, with a newline at its end. Names in it are foreign
 * texts, so the characters that JSON does not escape but a terminal obeys are escaped as well.
 */
export function jsonText(value: unknown): string {
  return `${harmlessJson(JSON.stringify(value))}\n`;
}

/** A JSON text of which the same characters are written as `\u009b`. */
export function harmlessJson(json: string): string {
  if (json.search(STEERING) === -1) return json;
  return json.replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
