/** As much of TOML as the server's configuration has: tables, and values as they are written. */

/** Values by the path of their key, such as `worker.invoker.abort-timeout`; arrays without line breaks. */
export function parseToml(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let table = "";
  let open: { key: string; value: string } | undefined;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (open !== undefined) {
      open.value += line;
      if (line !== "]") continue;
      values.set(open.key, open.value.replace(/,\]$/, "]"));
      open = undefined;
    }
    const header = /^\[([^[\]]+)\]$/.exec(line)?.[1];
    if (header !== undefined) table = `${header}.`;
    const [, key, value] = /^([\w-]+) = (.+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    if (value === "[") open = { key: table + key, value };
    else values.set(table + key, value);
  }
  return values;
}
