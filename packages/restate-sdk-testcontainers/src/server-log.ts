/** Error messages that show the end of a server's log. */
import type { Readable } from "node:stream";

const SHOWN_LINES = 30;
/** The log of a container is followed and never ends: what is there comes at once. */
const PATIENCE_MS = 1_000;

interface HasLogs {
  logs(options?: { tail?: number }): Promise<Readable>;
}

/** The message, and below it the last lines of the log, if it can still be read. */
export async function withServerLog(message: string, server: HasLogs): Promise<string> {
  try {
    return withLogExcerpt(message, await readLog(await server.logs({ tail: SHOWN_LINES })));
  } catch {
    return message;
  }
}

export function withLogExcerpt(message: string, log: string): string {
  const lines = log.trimEnd().split("\n").slice(-SHOWN_LINES);
  const hasLog = lines.some((line) => line !== "");
  return hasLog
    ? `${message}\n\nThe log of the Restate server ends with:\n${lines.join("\n")}`
    : message;
}

function readLog(stream: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const finish = (): void => {
      clearTimeout(timer);
      stream.destroy();
      resolve(text);
    };
    const timer = setTimeout(finish, PATIENCE_MS);
    stream.on("data", (chunk: Buffer | string) => {
      text += chunk.toString();
    });
    stream.once("end", finish);
    stream.once("error", reject);
  });
}
