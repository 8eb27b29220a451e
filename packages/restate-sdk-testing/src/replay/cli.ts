/** What restate-replay does: gets journals, loads services, replays, reports. */
import { readFile, writeFile } from "node:fs/promises";
import { HELP, parseOptions, type CliOptions } from "./cli-options.js";
import { countInvocations, exportJournals, type ExportOptions } from "./export-journals.js";
import { parseJournalExport, type JournalExport } from "./journal-format.js";
import { loadServices } from "./load-services.js";
import { renderReplayReport } from "./render-report.js";
import { reasonOf, ReplayError } from "./replay-error.js";
import { replayJournals } from "./replay-journals.js";

export interface CliOutput {
  /** The report. */
  readonly print: (text: string) => void;
  /** Errors and notes. */
  readonly warn: (text: string) => void;
}

/** Exit codes. */
export const FINE = 0;
export const WOULD_BREAK = 1;
export const UNKNOWN = 2;

/** Returns the exit code; never throws. */
export async function runCli(args: readonly string[], output: CliOutput): Promise<number> {
  try {
    const options = parseOptions(args, process.env);
    if (options !== "help") return await replay(options, output);
    output.print(HELP.trimEnd());
    return FINE;
  } catch (error) {
    output.warn(`restate-replay: ${explain(error)}`);
    return UNKNOWN;
  }
}

function explain(error: unknown): string {
  // Definitions that make no sense are TypeErrors of the SDK, and speak for themselves.
  if (error instanceof ReplayError || error instanceof TypeError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function replay(options: CliOptions, output: CliOutput): Promise<number> {
  const { modules, exportTo, isJson, timeoutMs } = options;
  const { notes = [], ...endpoint } =
    modules.length === 0 ? { services: [] } : await loadServices(modules);
  for (const note of notes) output.warn(`Note: ${note}`);
  const names = endpoint.services.map(({ name }) => name);
  const journals = await journalsFrom(options, names);
  const others = await noteOnOthers(options, names);
  if (others !== undefined) output.warn(`Note: ${others}`);
  if (exportTo !== undefined) {
    await write(exportTo, journals);
    output.warn(`Wrote ${journals.journals.length} journals to ${exportTo}.`);
    if (modules.length === 0) return FINE;
  }
  const report = await replayJournals(
    { ...endpoint, ...(timeoutMs !== undefined && { timeoutMs }) },
    journals,
  );
  output.print(isJson ? JSON.stringify(report, null, 2) : renderReplayReport(report));
  return report.isOk ? FINE : WOULD_BREAK;
}

async function journalsFrom(
  options: CliOptions,
  ofModules: readonly string[],
): Promise<JournalExport> {
  const { admin, journals: file, deployments, services, statuses } = options;
  if (admin !== undefined) return exportJournals(toExportOptions(admin, options, ofModules));
  const stored = await read(file ?? "");
  const isWanted = (list: readonly string[] | undefined, value: string | undefined) =>
    list === undefined || (value !== undefined && list.includes(value));
  const journals = stored.journals.filter(
    ({ target, status, deploymentId }) =>
      isWanted(services, target.service) &&
      isWanted(statuses, status) &&
      isWanted(deployments, deploymentId),
  );
  return { ...stored, journals };
}

/** A service that is not in the modules may belong to another deployment, or it is being removed. */
async function noteOnOthers(
  options: CliOptions,
  ofModules: readonly string[],
): Promise<string | undefined> {
  const { admin, services, deployments } = options;
  if (admin === undefined || services !== undefined || deployments !== undefined) return undefined;
  if (ofModules.length === 0) return undefined;
  const { service: _, ...ofAll } = toExportOptions(admin, options, ofModules);
  const counts = [...(await countInvocations(ofAll))].filter(([name]) => !ofModules.includes(name));
  if (counts.length === 0) return undefined;
  const listed = counts.map(([name, count]) => `${name} (${count})`).join(", ");
  return `There are invocations of services that the modules do not have: ${listed}. They were not replayed. If one of these services is renamed or removed, name it with --service.`;
}

/** Without being told, services of other deployments are none of our business; and without a module there is no code. */
function toExportOptions(
  adminUrl: string,
  { services, deployments, statuses, limit, token, headers }: CliOptions,
  ofModules: readonly string[],
): ExportOptions {
  const service =
    services ?? (deployments === undefined && ofModules.length > 0 ? ofModules : undefined);
  return {
    adminUrl,
    headers,
    ...(service !== undefined && { service }),
    ...(deployments !== undefined && { deployment: deployments }),
    ...(statuses !== undefined && { status: statuses }),
    ...(limit !== undefined && { limit }),
    ...(token !== undefined && { token }),
  };
}

async function read(file: string): Promise<JournalExport> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new ReplayError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ReplayError(`${file} is no JSON: ${reasonOf(error)}`, { cause: error });
  }
  try {
    return parseJournalExport(value);
  } catch (error) {
    throw new ReplayError(`${file}: ${reasonOf(error)}`, { cause: error });
  }
}

async function write(file: string, journals: JournalExport): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(journals, null, 2)}\n`);
  } catch (error) {
    throw new ReplayError(`${file} cannot be written: ${reasonOf(error)}`, { cause: error });
  }
}
