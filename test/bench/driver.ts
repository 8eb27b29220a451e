/** Plays the server's side of a case against a service, and checks every answer. */
import { isDeepStrictEqual } from "node:util";
import { decodePayload, FrameReader, type Frame } from "../support/scripted-server/frames.js";
import type { MessageName, MessageOf } from "../support/scripted-server/message-types.js";
import type { BenchCase, Version } from "./cases.js";
import { headerBlock, RawH2Connection } from "./raw-h2.js";
import type { Service } from "./services.js";

const HANG_MS = 30_000;

/** One round: service CPU and wall time for one invocation, and the median latency. */
export interface Sample {
  readonly cpuMicros: number;
  readonly wallMicros: number;
  readonly latencyMicros: number;
}

export class Driver {
  private readonly headers: Buffer;

  private constructor(
    private readonly benchCase: BenchCase,
    private readonly service: Service,
    private readonly connection: RawH2Connection,
    version: Version,
  ) {
    const contentType = `application/vnd.restate.invocation.v${version}`;
    this.headers = headerBlock(benchCase.path, {
      "content-type": contentType,
      accept: contentType,
      "x-restate-invocation-id": "inv_1benchbenchbenchbenchbenchben",
    });
  }

  static async connect(benchCase: BenchCase, service: Service, version: Version): Promise<Driver> {
    const connection = await RawH2Connection.connect(service.port);
    return new Driver(benchCase, service, connection, version);
  }

  async measure(invocations: number): Promise<Sample> {
    const before = await this.service.usage();
    const started = process.hrtime.bigint();
    const latencies = await this.run(invocations);
    const wallMicros = microsSince(started) / invocations;
    const after = await this.service.usage();
    latencies.sort((left, right) => left - right);
    return {
      cpuMicros: (after.cpuMicros - before.cpuMicros) / invocations,
      wallMicros,
      latencyMicros: latencies[latencies.length >> 1] ?? 0,
    };
  }

  /** Runs invocations, as many at once as the case says; returns their latencies in microseconds. */
  async run(invocations: number): Promise<number[]> {
    const latencies: number[] = [];
    let left = invocations;
    const worker = async () => {
      while (left > 0) {
        left--;
        const started = process.hrtime.bigint();
        const frames = await this.invoke();
        latencies.push(microsSince(started));
        this.check(frames);
      }
    };
    const workers = Math.min(this.benchCase.concurrency, invocations);
    await Promise.all(Array.from({ length: workers }, worker));
    return latencies;
  }

  async close(): Promise<void> {
    this.connection.close();
    await this.service.stop();
  }

  private invoke(): Promise<Frame[]> {
    const reader = new FrameReader();
    const frames: Frame[] = [];
    const { reply, opening } = this.benchCase;
    return new Promise((resolve, reject) => {
      const hung = setTimeout(() => {
        const names = frames.slice(-5).map(({ name }) => name);
        reject(new Error(`${this.service.variant} hangs after ${names.join(", ")}`));
      }, HANG_MS);
      const stream = this.connection.open(this.headers, {
        data: (chunk) => {
          for (const frame of reader.push(chunk)) {
            frames.push(frame);
            const answer = reply(frame.name, () => completionId(frame));
            if (answer.length > 0) stream.send(answer);
            if (frame.name === "End" || frame.name === "Error" || frame.name === "Suspension") {
              stream.end();
            }
          }
        },
        end: (ok) => {
          clearTimeout(hung);
          if (ok) resolve(frames);
          else reject(new Error("the endpoint refused the request"));
        },
        fail: (error) => {
          clearTimeout(hung);
          reject(error);
        },
      });
      stream.send(opening);
    });
  }

  /** A wrong SDK must not look fast. */
  private check(frames: readonly Frame[]): void {
    const { expected, name } = this.benchCase;
    const counts: Partial<Record<MessageName, number>> = {};
    for (const frame of frames) {
      if (frame.name !== "AwaitingOn") counts[frame.name] = (counts[frame.name] ?? 0) + 1;
    }
    if (!isDeepStrictEqual(counts, expected.frames)) {
      const error = frames.find((frame) => frame.name === "Error");
      const detail = error ? JSON.stringify(errorText(error)) : JSON.stringify(counts);
      throw new Error(`${this.service.variant}, ${name}: wrong frames: ${detail}`);
    }
    const output = frames.find((frame) => frame.name === "OutputCommand");
    if (!output || !isDeepStrictEqual(outputValue(output), expected.output)) {
      throw new Error(`${this.service.variant}, ${name}: wrong output`);
    }
  }
}

/** The id that the server completes: the result's, which calls carry in field 11 and proposals in field 1. */
function completionId({ name, payload }: Frame): number {
  const message = decodePayload(name, payload);
  return (message as MessageOf<"CallCommand" | "ProposeRunCompletion">).resultCompletionId;
}

function outputValue({ payload }: Frame): unknown {
  const { result } = decodePayload("OutputCommand", payload) as MessageOf<"OutputCommand">;
  if (result.case !== "value") return undefined;
  return JSON.parse(Buffer.from(result.value.content).toString());
}

function errorText({ payload }: Frame): unknown {
  const { code, message } = decodePayload("Error", payload) as MessageOf<"Error">;
  return { code, message };
}

function microsSince(started: bigint): number {
  return Number(process.hrtime.bigint() - started) / 1_000;
}
