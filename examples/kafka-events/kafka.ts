/** A Kafka broker to try things with: the mock cluster of librdkafka, which kcat brings, or a real one that is given. */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually } from "../../test/support/real-server/index.js";
import { SupervisedProcess } from "../../test/support/real-server/supervised-process.js";

export interface Kafka {
  /** As clients want it, `host:port`. */
  readonly brokers: string;
  /** Appends records to a topic, in this order, and resolves when the broker has them. */
  produce(topic: string, records: readonly KafkaRecord[]): Promise<void>;
  close(): Promise<void>;
}

export type KafkaRecord = readonly [key: string, value: unknown];

/** What is to be installed, if it is. */
export function missingKcat(): string | undefined {
  if (findKcat() !== undefined) return undefined;
  return "there is no kcat. Install it (apt-get install kcat, brew install kcat), or get one without being root: bash examples/kafka-events/get-kcat.sh";
}

/** Starts a broker of our own, which forgets everything when it ends, unless KAFKA_BROKERS names another. */
export async function startKafka(): Promise<Kafka> {
  const kcat = findKcat();
  if (kcat === undefined) throw new Error(missingKcat());
  const given = process.env["KAFKA_BROKERS"];
  const own = given === undefined ? await startMockCluster(kcat) : undefined;
  const brokers = own?.brokers ?? given ?? "";
  return {
    brokers,
    produce: async (topic, records) => {
      const lines = records.map(([key, value]) => `${key}:${JSON.stringify(value)}\n`);
      const args = ["-P", "-b", brokers, "-t", topic, "-K:"];
      const producing = promisify(execFile)(kcat.command, args, { env: kcat.env });
      producing.child.stdin?.end(lines.join(""));
      await producing;
    },
    close: async () => own?.process.kill(),
  };
}

interface Kcat {
  readonly command: string;
  readonly env: NodeJS.ProcessEnv;
}

/** A consumer whose configuration makes librdkafka play the broker as well. Its debug log says where. */
async function startMockCluster({ command, env }: Kcat) {
  const args = ["-C", "-b", "none:1", "-X", "test.mock.num.brokers=1", "-t", "none", "-d", "mock"];
  const broker = new SupervisedProcess({ command, args, env });
  const brokers = await eventually(() => {
    const [, address] = /bootstrap\.servers=(\S+)/.exec(broker.output) ?? [];
    if (address === undefined) throw new Error(`kcat started no broker:\n${broker.output}`);
    return address;
  });
  return { brokers, process: broker };
}

const unpacked = fileURLToPath(new URL("../../node_modules/.cache/kcat", import.meta.url));

/** The one that is installed, or what get-kcat.sh has unpacked. */
function findKcat(): Kcat | undefined {
  const path = (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, "kcat"));
  const installed = path.find(isExecutable);
  if (installed !== undefined) return { command: installed, env: process.env };
  const command = join(unpacked, "usr/bin/kcat");
  if (!isExecutable(command)) return undefined;
  const folders = ["usr/lib", "lib"].map((name) => join(unpacked, name)).filter(existsSync);
  const libraries = folders.flatMap((folder) => readdirSync(folder).map((it) => join(folder, it)));
  return { command, env: { ...process.env, LD_LIBRARY_PATH: libraries.join(delimiter) } };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
