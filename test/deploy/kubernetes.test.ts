/** deploy/kubernetes: its references lead somewhere, its sizes fit each other, and the server takes its configuration. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";

import { serverBinaryPath } from "../support/real-server/binary.js";
import { parseToml } from "./toml.js";

const folder = new URL("../../deploy/kubernetes/", import.meta.url);
/** What README.md has the reader make by hand, since it is secret. */
const MADE_BY_HAND = ["Secret restate-identity", "ConfigMap restate-identity-keys"];

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // The rest differs from kind to kind; the schema of Kubernetes is checked elsewhere.
  readonly spec: Spec;
  readonly data: Readonly<Record<string, string>>;
}

interface Spec {
  readonly replicas: number;
  readonly serviceName: string;
  readonly clusterIP?: string;
  readonly podSelector?: Selector;
  readonly selector?: Selector | Labels;
  readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
  readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
}

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels: Labels;
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly [Container, ...Container[]];
  readonly volumes?: readonly Readonly<Record<string, { name?: string; secretName?: string }>>[];
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { name: string; value?: string; valueFrom?: unknown }[];
  readonly ports?: readonly { name: string; containerPort: number }[];
  readonly resources: {
    readonly requests: { memory: string };
    readonly limits: { memory: string };
  };
  readonly volumeMounts?: readonly { name: string }[];
}

const manifests: Manifest[] = ["server", "service"].flatMap((part) =>
  readdirSync(new URL(`${part}/`, folder)).flatMap((file) =>
    parseAllDocuments(readFileSync(new URL(`${part}/${file}`, folder), "utf8")).map((document) => {
      expect(document.errors).toEqual([]);
      return document.toJS() as Manifest;
    }),
  ),
);
const workloads = manifests.filter(
  ({ spec }) => (spec as Spec | undefined)?.template !== undefined,
);
const services = manifests.filter(({ kind }) => kind === "Service");

const server = named("StatefulSet", "restate");
const toml = named("ConfigMap", "restate-config").data["restate.toml"] ?? "";
const config = parseToml(toml);

describe("references", () => {
  it("of pods to configuration lead to something", () => {
    const known = [
      ...manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`),
      ...MADE_BY_HAND,
    ];
    const wanted = workloads.flatMap(({ spec }) => {
      const text = JSON.stringify(spec.template.spec);
      const names = (kind: string, pattern: RegExp) =>
        [...text.matchAll(pattern)].map(([, name]) => `${kind} ${name}`);
      return [
        ...names("ConfigMap", /"configMap(?:KeyRef)?":\{"name":"([^"]+)"/g),
        ...names("Secret", /"secretName":"([^"]+)"/g),
      ];
    });
    expect(wanted.length).toBeGreaterThan(2);
    expect(wanted.filter((reference) => !known.includes(reference))).toEqual([]);
  });

  it("of mounts lead to volumes", () => {
    for (const { spec } of workloads) {
      const text = JSON.stringify(spec);
      for (const { name } of spec.template.spec.containers[0].volumeMounts ?? []) {
        expect(text).toContain(`"name":"${name}"`);
      }
    }
  });

  it("of selectors find pods", () => {
    const pods = workloads.map(({ spec }) => spec.template.metadata.labels);
    for (const { kind, metadata, spec } of manifests) {
      const selector =
        (spec as Spec | undefined)?.podSelector ?? (spec as Spec | undefined)?.selector;
      if (selector === undefined) continue;
      const labels = Object.entries("matchLabels" in selector ? selector.matchLabels : selector);
      const found = pods.filter((pod) => labels.every(([key, value]) => pod[key] === value));
      expect([kind, metadata.name, found.length]).toEqual([kind, metadata.name, 1]);
    }
  });

  it("of services lead to ports of their pods", () => {
    const names = workloads.flatMap(({ spec }) => spec.template.spec.containers[0].ports ?? []);
    for (const { spec } of services) {
      for (const { port, targetPort } of spec.ports) {
        expect(names).toContainEqual({ name: targetPort, containerPort: port });
      }
    }
  });

  it("of addresses lead to services, or pods of the StatefulSet", () => {
    const known = services.flatMap(({ metadata, spec }) =>
      spec.ports.map(({ port }) => `${metadata.name}:${port}`),
    );
    const nodes = Array.from({ length: server.spec.replicas }, (_, index) => `restate-${index}`);
    known.push(...nodes.map((node) => `${node}.${server.spec.serviceName}:5122`));
    const text = toml + JSON.stringify(workloads.map(({ spec }) => spec.template.spec.containers));
    const used = [...text.matchAll(/http:\/\/([a-z0-9.-]+:\d+)/g)].map(([, address]) => address);
    expect(used.length).toBeGreaterThan(4);
    expect(used.filter((address) => !known.includes(address ?? ""))).toEqual([]);
    for (const node of nodes) expect(config.get("metadata-client.addresses")).toContain(node);
  });
});

describe("sizes", () => {
  it("RocksDB gets 75% of the memory that the pod requests, which is also its limit", () => {
    const { requests, limits } = server.spec.template.spec.containers[0].resources;
    expect(gibibytes(config.get("rocksdb-total-memory-size"))).toBe(
      gibibytes(requests.memory) * 0.75,
    );
    expect(limits.memory).toBe(requests.memory);
  });

  it("a node has the time that it needs to end", () => {
    expect(config.get("shutdown-timeout")).toBe('"1m"');
    expect(server.spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(60);
  });

  it("a record outlives the loss of a node, and so does the majority", () => {
    expect(config.get("default-replication")).toBe("2");
    expect(server.spec.replicas).toBe(3);
    const job = named("Job", "restate-provision").spec.template.spec.containers[0];
    expect(job.args.join(" ")).toContain("--log-provider replicated --replication 2");
    expect(job.image).toBe(server.spec.template.spec.containers[0].image);
  });
});

describe("the server", () => {
  const directory = mkdtempSync(join(tmpdir(), "restate-config-"));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it("takes every line of the configuration and every variable of the pod", () => {
    const file = join(directory, "restate.toml");
    writeFileSync(file, toml);
    const variables = (server.spec.template.spec.containers[0].env ?? []).flatMap(
      ({ name, value }) =>
        value === undefined ? [] : [[name, value.replaceAll("$(POD_NAME)", "restate-0")] as const],
    );
    const dump = parseToml(
      execFileSync(serverBinaryPath(), ["--config-file", file, "--dump-config"], {
        encoding: "utf8",
        env: { ...Object.fromEntries(variables), RESTATE_DISABLE_TELEMETRY: "true" },
        stdio: ["ignore", "pipe", "ignore"],
      }),
    );
    expect(config.size).toBeGreaterThan(10);
    for (const [key, value] of config) expect([key, dump.get(key)]).toEqual([key, value]);
    expect(variables.length).toBeGreaterThan(3);
    for (const [name, value] of variables) {
      const key = name
        .replace("RESTATE_", "")
        .toLowerCase()
        .replaceAll("__", ".")
        .replaceAll("_", "-");
      expect([key, unquoted(dump.get(key))]).toEqual([
        key,
        expect.stringContaining(value) as string,
      ]);
    }
  });
});

function named(kind: string, name: string): Manifest {
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${kind} ${name} in deploy/kubernetes`);
  return found;
}

/** `8Gi` of Kubernetes and `"6.0 GiB"` of the server. */
function gibibytes(size = ""): number {
  const amount = /^"?([\d.]+) ?GiB?"?$/.exec(size)?.[1];
  if (amount === undefined) throw new Error(`${size} is not in GiB`);
  return Number(amount);
}

function unquoted(value = ""): string {
  return value.replace(/^"|\/?"$/g, "");
}
