/** Stands in for a file store, and for the figures that go into a report. */

const files = new Map<string, string>();
let requests = 0;

/** Two out of three requests fail. */
export async function readFigures(customer: string, month: string): Promise<readonly number[]> {
  if (++requests % 3 !== 0) throw new Error("the figures cannot be read right now");
  return [customer.length * 100, month.length * 10];
}

/** A file that is saved again under the same name is the same file. */
export async function save(name: string, content: string): Promise<void> {
  files.set(name, content);
}

/** The content of a file, undefined if there is none. */
export function open(name: string): string | undefined {
  return files.get(name);
}

/** Lets every test begin with nothing. */
export function forgetFiles(): void {
  files.clear();
  requests = 0;
}
