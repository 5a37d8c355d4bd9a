const MASK = "***";
const LONGEST_SHOWN = 200;
const SHORTEST_SCRUBBED = 4;
const SECRET_NAME =
  /(^|[_.-])(key|token|secret|password|passwd|pwd|pass|sig|signature|auth|authorization|credential)s?$/;
const SECRET_WORD = /^(api|access|auth|private|secret|session|master)(key|token|secret|password)$/;

/**
 * A URL fit to be shown: user name, password and the values of query parameters that look like secrets are `***`, and
 * the fragment, which is never sent, is left out. What is no URL comes back masked the careful way: everything before
 * its last `@` is hidden. Never throws.
 */
export function redactUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) return redactText(url);
  parsed.hash = "";
  if (parsed.username !== "") parsed.username = MASK;
  if (parsed.password !== "") parsed.password = MASK;
  const query = parsed.search.slice(1);
  parsed.search = "";
  return parsed.href + (query === "" ? "" : `?${maskQuery(query)}`);
}

/**
 * A function that takes given secrets out of a foreign text (an error of the runtime, a header), as they are and
 * percent-encoded. Secrets under 4 characters stay: they stand in any text by chance, and a mask in the middle of a
 * known word would give them away.
 */
export function scrubber(secrets: readonly (string | undefined)[]): (text: string) => string {
  const known = secrets
    .filter((secret) => secret !== undefined)
    .flatMap((secret) => [secret, encodeURIComponent(secret.toWellFormed())])
    .filter((secret) => secret.length >= SHORTEST_SCRUBBED)
    .sort((a, b) => b.length - a.length);
  return (text) => known.reduce((left, secret) => left.replaceAll(secret, MASK), text);
}

/** A text that may hold a URL, on one line of printable characters. */
function redactText(text: string): string {
  const masked = text
    .replace(/^.*@/s, `${MASK}@`)
    .replace(/[?&;].*$/s, (query) => query[0] + maskQuery(query.slice(1)));
  const line = masked.replace(/\p{Cc}+/gu, " ").trim();
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}

function maskQuery(query: string): string {
  return query
    .split("&")
    .map((part) => {
      const equals = part.indexOf("=");
      return equals >= 0 && looksSecret(part.slice(0, equals)) ? `${part.slice(0, equals)}=${MASK}` : part;
    })
    .join("&");
}

function looksSecret(encodedName: string): boolean {
  const name = decoded(encodedName)
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
  return SECRET_NAME.test(name) || SECRET_WORD.test(name);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign: the name as it stands is all there is to judge
  }
}
