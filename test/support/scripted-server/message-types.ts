/** Every frame type of the service protocol as the scripted server knows it: number, name and payload schema. */
import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import * as pb from "../protocol/gen/restate-protocol_pb.js";

export const CONTROL_TYPES = {
  Start: { id: 0x0000, schema: pb.StartSchema },
  Suspension: { id: 0x0001, schema: pb.SuspensionSchema },
  Error: { id: 0x0002, schema: pb.ErrorSchema },
  End: { id: 0x0003, schema: pb.EndSchema },
  ProposeRunCompletion: { id: 0x0005, schema: pb.ProposeRunCompletionSchema },
  AwaitingOn: { id: 0x0006, schema: pb.AwaitingOnSchema },
  ProposeRunCompletionAck: { id: 0x0007, schema: pb.ProposeRunCompletionAckSchema },
} as const;

export const COMMAND_TYPES = {
  InputCommand: { id: 0x0400, schema: pb.InputCommandSchema },
  OutputCommand: { id: 0x0401, schema: pb.OutputCommandSchema },
  GetLazyStateCommand: { id: 0x0402, schema: pb.GetLazyStateCommandSchema },
  SetStateCommand: { id: 0x0403, schema: pb.SetStateCommandSchema },
  ClearStateCommand: { id: 0x0404, schema: pb.ClearStateCommandSchema },
  ClearAllStateCommand: { id: 0x0405, schema: pb.ClearAllStateCommandSchema },
  GetLazyStateKeysCommand: { id: 0x0406, schema: pb.GetLazyStateKeysCommandSchema },
  GetEagerStateCommand: { id: 0x0407, schema: pb.GetEagerStateCommandSchema },
  GetEagerStateKeysCommand: { id: 0x0408, schema: pb.GetEagerStateKeysCommandSchema },
  GetPromiseCommand: { id: 0x0409, schema: pb.GetPromiseCommandSchema },
  PeekPromiseCommand: { id: 0x040a, schema: pb.PeekPromiseCommandSchema },
  CompletePromiseCommand: { id: 0x040b, schema: pb.CompletePromiseCommandSchema },
  SleepCommand: { id: 0x040c, schema: pb.SleepCommandSchema },
  CallCommand: { id: 0x040d, schema: pb.CallCommandSchema },
  OneWayCallCommand: { id: 0x040e, schema: pb.OneWayCallCommandSchema },
  SendSignalCommand: { id: 0x0410, schema: pb.SendSignalCommandSchema },
  RunCommand: { id: 0x0411, schema: pb.RunCommandSchema },
  AttachInvocationCommand: { id: 0x0412, schema: pb.AttachInvocationCommandSchema },
  GetInvocationOutputCommand: { id: 0x0413, schema: pb.GetInvocationOutputCommandSchema },
  CompleteAwakeableCommand: { id: 0x0414, schema: pb.CompleteAwakeableCommandSchema },
} as const;

export const NOTIFICATION_TYPES = {
  GetLazyStateCompletion: { id: 0x8002, schema: pb.NotificationSchema },
  GetLazyStateKeysCompletion: { id: 0x8006, schema: pb.NotificationSchema },
  GetPromiseCompletion: { id: 0x8009, schema: pb.NotificationSchema },
  PeekPromiseCompletion: { id: 0x800a, schema: pb.NotificationSchema },
  CompletePromiseCompletion: { id: 0x800b, schema: pb.NotificationSchema },
  SleepCompletion: { id: 0x800c, schema: pb.NotificationSchema },
  CallCompletion: { id: 0x800d, schema: pb.NotificationSchema },
  CallInvocationIdCompletion: { id: 0x800e, schema: pb.NotificationSchema },
  RunCompletion: { id: 0x8011, schema: pb.NotificationSchema },
  AttachInvocationCompletion: { id: 0x8012, schema: pb.NotificationSchema },
  GetInvocationOutputCompletion: { id: 0x8013, schema: pb.NotificationSchema },
  Signal: { id: 0xfbff, schema: pb.NotificationSchema },
} as const;

export type ControlName = keyof typeof CONTROL_TYPES;
export type CommandName = keyof typeof COMMAND_TYPES;
export type NotificationName = keyof typeof NOTIFICATION_TYPES;
export type MessageName = ControlName | CommandName | NotificationName;

const ALL_TYPES = { ...CONTROL_TYPES, ...COMMAND_TYPES, ...NOTIFICATION_TYPES };

export type SchemaOf<TName extends MessageName> = (typeof ALL_TYPES)[TName]["schema"];
export type MessageOf<TName extends MessageName> = MessageShape<SchemaOf<TName>>;

/** A decoded command, told apart by `type`. */
export type AnyCommand = {
  [TName in CommandName]: { readonly type: TName; readonly message: MessageOf<TName> };
}[CommandName];

const NAME_BY_ID: ReadonlyMap<number, MessageName> = new Map(
  (Object.keys(ALL_TYPES) as MessageName[]).map((name) => [ALL_TYPES[name].id, name]),
);

export function messageTypeId(name: MessageName): number {
  return ALL_TYPES[name].id;
}

export function messageSchema(name: MessageName): DescMessage {
  return ALL_TYPES[name].schema;
}

/** The name of a frame type, or undefined when the protocol has none with this number. */
export function messageName(id: number): MessageName | undefined {
  return NAME_BY_ID.get(id);
}

export function isCommandName(name: MessageName): name is CommandName {
  return name in COMMAND_TYPES;
}
