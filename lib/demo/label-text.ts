/** What LiteLLM does to a label's value before prometheus_client sees it (since v1.81.12); unset becomes `None`. */
export function sanitizeLabelValue(value: string | undefined): string {
  if (value === undefined) return "None";
  if (!/[\r\n\u2028\u2029\\"]/.test(value)) return value;
  return value
    .replace(/[\r\u2028\u2029]/g, "")
    .replaceAll("\n", " ")
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"');
}

/** What prometheus_client does to any label's value on the page: so quotes and backslashes arrive escaped twice. */
export function escapeLabelValue(value: string): string {
  if (!/[\\\n"]/.test(value)) return value;
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

/** The part between the braces, in the order of the map. */
export function labelText(labels: ReadonlyMap<string, string>): string {
  let text = "";
  for (const [name, value] of labels) text += `${text === "" ? "" : ","}${name}="${escapeLabelValue(value)}"`;
  return text;
}
