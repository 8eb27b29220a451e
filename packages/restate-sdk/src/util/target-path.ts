/** What is invoked, in one line: service, key if there is one, and handler. */
export function targetPath(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join("/");
}
