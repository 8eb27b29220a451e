/** Plays the server's side of a case against a service, and checks every answer. */
import { FrameReader, type Frame } from "../support/scripted-server/frames.js";
import { checkAnswer, completionId } from "./answers.js";
import type { BenchCase } from "./cases.js";
import { contentTypeOf } from "./doors.js";
import type { Version } from "./messages.js";
import { headerBlock, RawH2Connection } from "./raw-h2.js";
import type { Service } from "./services.js";

const HANG_MS = 20_000;

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
    this.headers = invocationHeaders(benchCase, version);
  }

  static async connect(benchCase: BenchCase, service: Service, version: Version): Promise<Driver> {
    const connection = await RawH2Connection.connect(service.port);
    return new Driver(benchCase, service, connection, version);
  }

  async measure(invocations: number): Promise<Sample> {
    const before = await this.service.usage();
    const started = performance.now();
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
        const started = performance.now();
        const frames = await this.invoke();
        latencies.push(microsSince(started));
        checkAnswer(this.benchCase, frames);
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
            if (endsAttempt(frame)) stream.end();
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
}

export function invocationHeaders({ path }: BenchCase, version: Version): Buffer {
  const contentType = contentTypeOf(version);
  return headerBlock(path, {
    "content-type": contentType,
    accept: contentType,
    "x-restate-invocation-id": "inv_1benchbenchbenchbenchbenchben",
  });
}

export function endsAttempt({ name }: Frame): boolean {
  return name === "End" || name === "Error" || name === "Suspension";
}

function microsSince(started: number): number {
  return (performance.now() - started) * 1_000;
}
