/** The command line of restate-replay. */
import { parseArgs } from "node:util";
import { INVOCATION_STATUSES, type InvocationStatus } from "./export-journals.js";
import { reasonOf, ReplayError } from "./replay-error.js";

export const HELP = `Replays the journals of invocations that are in flight against the services in a module, and says which of
them the code would break. No step is executed, and nothing changes on the server.

Usage: restate-replay --admin <url> [options] <module>...
       restate-replay --journals <file> [options] <module>...
       restate-replay --admin <url> --export <file>

The modules export service definitions, arrays of them, or objects with an array "services".

Journals
  --admin <url>         the admin API of a Restate server, such as http://localhost:9070
  --journals <file>     a file made with --export, in place of a server
  --export <file>       write the journals to a file; without a module nothing is replayed

Which of them
  --service <name>      of this service; may be given several times. Default: the services of the modules
  --deployment <id>     that belong to this deployment; may be given several times
  --status <status>     scheduled, pending, ready, running, backing-off, suspended, paused or completed; may be
                        given several times. Default: ready, running, backing-off, suspended and paused
  --limit <number>      at most so many. Default: 10000

Other
  --token <token>       for the admin API. Default: the environment variable RESTATE_AUTH_TOKEN
  --header <name:value> sent to the admin API; may be given several times
  --timeout <ms>        how long a handler may wait for something that is not Restate's. Default: 5000
  --json                print the report as JSON
  --help                print this text

Exit code: 0 if the code breaks nothing, 1 if it would break invocations, 2 if that could not be found out.
`;

export interface CliOptions {
  readonly modules: readonly string[];
  readonly admin: string | undefined;
  readonly journals: string | undefined;
  readonly exportTo: string | undefined;
  readonly services: readonly string[] | undefined;
  readonly deployments: readonly string[] | undefined;
  readonly statuses: readonly InvocationStatus[] | undefined;
  readonly limit: number | undefined;
  readonly token: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number | undefined;
  readonly isJson: boolean;
}

/** @throws ReplayError for arguments that make no sense */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): CliOptions | "help" {
  const { values, positionals } = parse(args);
  if (values.help) return "help";
  const options: CliOptions = {
    modules: positionals,
    admin: values.admin,
    journals: values.journals,
    exportTo: values.export,
    services: split(values.service),
    deployments: split(values.deployment),
    statuses: split(values.status)?.map(toStatus),
    limit: toNumber("limit", values.limit),
    token: values.token ?? env["RESTATE_AUTH_TOKEN"],
    headers: Object.fromEntries((values.header ?? []).map(toHeader)),
    timeoutMs: toNumber("timeout", values.timeout),
    isJson: values.json ?? false,
  };
  check(options);
  return options;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        admin: { type: "string" },
        journals: { type: "string" },
        export: { type: "string" },
        service: { type: "string", multiple: true },
        deployment: { type: "string", multiple: true },
        status: { type: "string", multiple: true },
        limit: { type: "string" },
        token: { type: "string" },
        header: { type: "string", multiple: true },
        timeout: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new ReplayError(reasonOf(error), { cause: error });
  }
}

function check({ modules, admin, journals, exportTo }: CliOptions): void {
  if (admin === undefined && journals === undefined) {
    throw new ReplayError("Where are the journals? Give --admin <url> or --journals <file>");
  }
  if (admin !== undefined && journals !== undefined) {
    throw new ReplayError("Give either --admin or --journals, not both");
  }
  if (modules.length === 0 && exportTo === undefined) {
    throw new ReplayError("Which code? Give the module that exports the services");
  }
}

/** Several values may also come separated by commas. */
function split(values: readonly string[] | undefined): string[] | undefined {
  return values?.flatMap((value) => value.split(",")).map((value) => value.trim());
}

function toStatus(text: string): InvocationStatus {
  const status = INVOCATION_STATUSES.find((each) => each === text);
  if (status !== undefined) return status;
  throw new ReplayError(
    `There is no invocation status "${text}", only ${INVOCATION_STATUSES.join(", ")}`,
  );
}

function toNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ReplayError(`--${name} should be an integer from 1 on, but is "${text}"`);
}

function toHeader(text: string): [string, string] {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) return [name, value];
  throw new ReplayError(`--header should be name:value, but is "${text}"`);
}
