/** Reads notifications: they differ in type only, all have an id and a result. */
import { readFailureResult, readValueResult, readVoid } from "./decode-parts.js";
import type { Notification, NotificationId, NotificationResult } from "./messages.js";
import type { ProtoReader } from "./reader.js";

export function readNotification(reader: ProtoReader): Notification {
  let id: NotificationId | undefined;
  let result: NotificationResult | undefined;
  while (reader.next()) {
    if (reader.field <= 3) id = readId(reader);
    else result = readResult(reader) ?? result;
  }
  if (id === undefined) throw reader.missing("id");
  if (result === undefined) throw reader.missing("result");
  return { id, result };
}

function readId(reader: ProtoReader): NotificationId {
  switch (reader.field) {
    case 1:
      return { kind: "completion", id: reader.uint32() };
    case 2:
      return { kind: "signal", idx: reader.uint32() };
    default:
      return { kind: "namedSignal", name: reader.string() };
  }
}

/** Undefined for a field this SDK does not know. */
function readResult(reader: ProtoReader): NotificationResult | undefined {
  switch (reader.field) {
    case 4:
      return readVoid(reader);
    case 5:
      return readValueResult(reader);
    case 6:
      return readFailureResult(reader);
    case 16:
      return { kind: "invocationId", invocationId: reader.string() };
    case 17:
      return { kind: "stateKeys", keys: reader.nested(readStateKeys) };
    default:
      reader.skip();
      return undefined;
  }
}

/** State keys are bytes on the wire, but only names that users chose ever become keys. */
function readStateKeys(reader: ProtoReader): string[] {
  const keys: string[] = [];
  while (reader.next()) {
    if (reader.field === 1) keys.push(reader.lenientString());
    else reader.skip();
  }
  return keys;
}
