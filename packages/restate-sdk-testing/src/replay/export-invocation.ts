/** The journal of an invocation of a test environment, in the same form as those of a live server. */
import { encodePayload, type ProtocolVersion } from "../codec.js";
import type { Invocation } from "../runtime/invocation.js";
import { toBase64 } from "./base64.js";
import {
  JOURNALS_FORMAT,
  JOURNALS_VERSION,
  type JournalExport,
  type RecordedJournal,
} from "./journal-format.js";

/** @param now the time of the environment, in milliseconds since the Unix epoch */
export function exportInvocation(invocation: Invocation, now: number): JournalExport {
  return {
    format: JOURNALS_FORMAT,
    version: JOURNALS_VERSION,
    source: "test environment",
    exportedAt: toTime(now),
    isTruncated: false,
    journals: [toJournal(invocation)],
  };
}

function toJournal(invocation: Invocation): RecordedJournal {
  const { id, request, service, status, context, scope, limitKey, lastFailure } = invocation;
  const { version } = context;
  const isFailing = status.kind === "backing-off" || status.kind === "paused";
  return {
    invocationId: id,
    target: {
      service: request.service,
      handler: request.handler,
      ...(request.key !== undefined && { key: request.key }),
      kind: service.kind,
    },
    status: status.kind,
    createdAt: toTime(context.now),
    protocolVersion: version,
    deploymentId: service.deployment.id,
    randomSeeds: [String(invocation.randomSeed)],
    ...(request.idempotencyKey !== undefined && { idempotencyKey: request.idempotencyKey }),
    ...(scope !== undefined && { scope }),
    ...(limitKey !== undefined && { limitKey }),
    ...(isFailing &&
      lastFailure !== undefined && { lastFailure: `[${lastFailure.code}] ${lastFailure.message}` }),
    entries: toEntries(invocation, version),
  };
}

function toEntries({ journal }: Invocation, version: ProtocolVersion): RecordedJournal["entries"] {
  return journal.entries.map(({ message, at }) => ({
    type: message.type,
    payload: toBase64(encodePayload(message, version)),
    at: toTime(at),
  }));
}

function toTime(millis: number): string {
  return new Date(millis).toISOString();
}
