import bundle from "./page/index.html";

/** A file of the page; its name holds the hash of its content. */
type PageFile = { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** The page: its HTML, which names its files as `assets/<name>`, and the files by that name. */
type Page = { readonly html: string; readonly files: ReadonlyMap<string, PageFile> };

/** One output of the bundler. */
type Output = { readonly name: string; readonly type: string; readonly read: () => Promise<ArrayBuffer> };

/** Loads the page that was built into the binary; from the sources it is built now. */
export async function loadPage(): Promise<Page> {
  const outputs = await (bundle.files ? embedded(bundle.files) : build(bundle.index));
  const files = new Map<string, PageFile>();
  let html = "";
  for (const { name, type, read } of outputs) {
    const bytes = new Uint8Array(await read());
    if (type.startsWith("text/html")) html = new TextDecoder().decode(bytes);
    else files.set(name, { type, bytes });
  }
  // The bundler writes `/name` or `./name`; URLs that are relative to a folder of their own work under any path.
  for (const name of files.keys()) html = html.replace(new RegExp(`"\\.?/${name}"`, "g"), `"assets/${name}"`);
  return { html, files };
}

function embedded(files: NonNullable<typeof bundle.files>): Output[] {
  return files.map(({ path, headers }) => ({
    name: nameOf(path),
    type: headers["content-type"] ?? "application/octet-stream",
    read: () => Bun.file(path).arrayBuffer(),
  }));
}

async function build(entry: string): Promise<Output[]> {
  const { outputs } = await Bun.build({ entrypoints: [entry], minify: true });
  return outputs.map((output) => ({ name: nameOf(output.path), type: output.type, read: () => output.arrayBuffer() }));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
