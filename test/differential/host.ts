/** A process that serves the programs with one SDK over HTTP/2 and reports what user code did. */
import * as http2 from "node:http2";
import { attemptNumber, type ProgramHost, type Sdk } from "./program.js";
import { PROGRAMS } from "./programs/all.js";

/** Which SDK a host serves, and where the module comes from. */
const MODULES = { official: "official-sdk", ours: "@restatedev/restate-sdk" } as const;

export type SdkName = keyof typeof MODULES;

/** What the parent process asks, and what it gets. */
export type HostRequest = { readonly effectsOf: string } | { readonly stop: true };
export type HostReply = { readonly port: number } | EffectsReply;
export interface EffectsReply {
  readonly effectsOf: string;
  readonly effects: readonly string[];
}

const FROZEN_NOW = Date.UTC(2030, 0, 1);

const sdk = (await import(MODULES[process.argv[2] as SdkName])) as Sdk;
const effects = new Map<string, string[]>();
const host: ProgramHost = {
  effect(ctx, label) {
    const { id } = ctx.request();
    const known = effects.get(id) ?? [];
    effects.set(id, [...known, `${attemptNumber(ctx)}: ${label}`]);
  },
};

freezeClock();
const server = http2.createServer(
  sdk.createEndpointHandler({
    services: PROGRAMS.map((program) => program.define(sdk, host)),
    logger: () => undefined,
  }),
);
server.listen(0, "127.0.0.1", () => {
  reply({ port: (server.address() as { port: number }).port });
});

process.on("message", (request: HostRequest) => {
  if ("stop" in request) process.exit(0);
  const { effectsOf } = request;
  reply({ effectsOf, effects: effects.get(effectsOf) ?? [] });
  effects.delete(effectsOf);
});
process.on("disconnect", () => process.exit(0));

function reply(message: HostReply): void {
  process.send?.(message);
}

/** Absolute times in commands are then the same in every run, and can be compared to the millisecond. */
function freezeClock(): void {
  const RealDate = Date;
  globalThis.Date = class FrozenDate extends RealDate {
    constructor(...args: unknown[]) {
      super(...((args.length === 0 ? [FROZEN_NOW] : args) as [number]));
    }
    static override now(): number {
      return FROZEN_NOW;
    }
  } as DateConstructor;
}
