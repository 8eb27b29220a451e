/** Replays recorded journals against the code at hand, and says for each invocation whether the code would break it. */
import type { EndpointOptions } from "@restatedev/restate-sdk/transport";
import type { ProtocolVersion } from "../codec.js";
import type { Deployment } from "../runtime/connection.js";
import { inProcess } from "../runtime/in-process.js";
import { decodeJournal, type DecodedJournal } from "./decode-journal.js";
import { parseJournalExport, type JournalExport, type RecordedJournal } from "./journal-format.js";
import { reasonOf, ReplayError } from "./replay-error.js";
import { replayAttempt } from "./replay-attempt.js";
import { readCatalog, targetProblem, type Catalog } from "./targets.js";
import { toVerdict, type ReplayVerdict } from "./verdict.js";

export interface ReplayOptions extends Pick<
  EndpointOptions,
  "services" | "defaultServiceOptions" | "journalValueCodecProvider" | "logger"
> {
  /**
   * How long a handler may wait for something that is not Restate's, in milliseconds of real time, before it is reported
   * as stuck. Default: 5000.
   */
  timeoutMs?: number;
}

export interface ReplayReport {
  /** Whether this code breaks none of the invocations. */
  readonly isOk: boolean;
  /** Where the journals come from. */
  readonly source: string;
  /** Whether the export left out invocations, for its limit. */
  readonly isTruncated: boolean;
  readonly results: readonly ReplayResult[];
}

export interface ReplayResult {
  readonly invocationId: string;
  /** `Service/handler`, or `Service/key/handler`. */
  readonly target: string;
  readonly service: string;
  readonly handler: string;
  /** Of the invocation, when it was exported. */
  readonly status: string;
  readonly deploymentId?: string;
  /** How many commands and notifications its journal has. */
  readonly entries: number;
  readonly wouldBreak: boolean;
  readonly verdict: ReplayVerdict;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const CONCURRENCY = 8;

/**
 * Replays journals against services, in this process and through the code that serves them in production. Actions of
 * `ctx.run` are not executed, and what a handler asks for behind the end of its journal goes nowhere.
 *
 * @param journals what `exportJournals` or `TestInvocation.exportJournal` gave, also after a round trip through JSON;
 *   several exports are replayed one after the other
 * @throws ReplayError for journals in another format
 * @throws TypeError for definitions and options that make no sense
 */
export async function replayJournals(
  { timeoutMs = DEFAULT_TIMEOUT_MS, ...options }: ReplayOptions,
  journals: unknown,
): Promise<ReplayReport> {
  const exports = [journals].flat().map(parseJournalExport);
  const endpoint: EndpointOptions = { ...options, logger: options.logger ?? (() => undefined) };
  const deployment = inProcess(endpoint, "replay");
  const catalog = readCatalog(await deployment.discover());
  const recorded = exports.flatMap((each: JournalExport) => each.journals);
  const results = new Array<ReplayResult>(recorded.length);
  let next = 0;
  const work = async () => {
    for (let index = next++; index < recorded.length; index = next++) {
      const journal = recorded[index] as RecordedJournal;
      results[index] = toResult(journal, await replay(journal, { deployment, catalog, timeoutMs }));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return {
    isOk: !results.some(({ wouldBreak }) => wouldBreak),
    source: [...new Set(exports.map(({ source }) => source))].join(", "),
    isTruncated: exports.some(({ isTruncated }) => isTruncated),
    results,
  };
}

interface Code {
  readonly deployment: Deployment;
  readonly catalog: Catalog;
  readonly timeoutMs: number;
}

async function replay(journal: RecordedJournal, code: Code): Promise<ReplayVerdict> {
  if (journal.problem !== undefined) return { kind: "unreadable", message: journal.problem };
  const unknown = targetProblem(code.catalog, journal.target);
  if (unknown !== undefined) return { kind: "unknown-target", message: unknown };
  const version = versionOf(journal);
  if (version === undefined) {
    const message = `It speaks service protocol V${String(journal.protocolVersion)}, and this SDK V5 to V7: let it finish on its deployment`;
    return { kind: "unreadable", message };
  }
  let decoded: DecodedJournal;
  try {
    decoded = decodeJournal(journal);
  } catch (error) {
    if (!(error instanceof ReplayError)) throw error;
    return { kind: "unreadable", message: reasonOf(error) };
  }
  return replayWithSeeds(decoded, version, code);
}

/** Where the seed is not certain, the code is right if it is with one of those it may be. */
async function replayWithSeeds(
  journal: DecodedJournal,
  version: ProtocolVersion,
  { deployment, timeoutMs }: Code,
): Promise<ReplayVerdict> {
  let verdict: ReplayVerdict | undefined;
  const seeds = journal.randomSeeds.length === 0 ? ["0"] : journal.randomSeeds;
  for (const seed of seeds) {
    const options = { version, randomSeed: BigInt(seed), timeoutMs };
    const attempt = await replayAttempt(deployment, journal, options);
    const next = toVerdict(journal, attempt, timeoutMs);
    if (next.kind !== "mismatch") return next;
    verdict ??= next;
  }
  return verdict as ReplayVerdict;
}

/** Invocations that were never attempted may get any version. */
function versionOf({ protocolVersion = 6 }: RecordedJournal): ProtocolVersion | undefined {
  return ([5, 6, 7] as const).find((version) => version === protocolVersion);
}

function toResult(journal: RecordedJournal, verdict: ReplayVerdict): ReplayResult {
  const { invocationId, target, status, deploymentId, entries } = journal;
  const { service, key, handler } = target;
  return {
    invocationId,
    target: key === undefined ? `${service}/${handler}` : `${service}/${key}/${handler}`,
    service,
    handler,
    status,
    ...(deploymentId !== undefined && { deploymentId }),
    entries: entries.length,
    wouldBreak: verdict.kind !== "ok" && verdict.kind !== "still-failing",
    verdict,
  };
}
