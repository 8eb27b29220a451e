/** One table for each part of the results. */
import { growthOf } from "./growth.js";
import type {
  BundleResult,
  CaseResult,
  ColdStartResult,
  EndToEndResult,
  MemoryResult,
  PartData,
  PartName,
  ProtocolResult,
} from "./results.js";
import type { Spread } from "./statistics.js";
import { caseTable, figure, ratio, table, times, withSpread } from "./table.js";

const RENDERERS: { readonly [TName in PartName]: (data: PartData[TName]) => string } = {
  http2: ({ cases }) => [caseTable(cases, { latencies: true }), growthTable(cases)].join("\n\n"),
  protocols: protocolTable,
  "in-process": (cases) => caseTable(cases, { latencies: false }),
  "cold-start": coldStartTable,
  memory: memoryTable,
  "end-to-end": endToEndTable,
  bundles: bundleTable,
};

export function renderPart<TName extends PartName>(name: TName, data: PartData[TName]): string {
  return RENDERERS[name](data);
}

function growthTable(cases: readonly CaseResult[]): string {
  const exponent = (value: number | undefined) => (value === undefined ? "–" : figure(value, 2));
  const rows = growthOf(cases).map(({ series, from, to, exponents }) => [
    `${series}, ${figure(from)} to ${figure(to)}`,
    exponent(exponents.floor),
    exponent(exponents.ours),
    exponent(exponents.official),
  ]);
  return rows.length === 0 ? "" : table(["growth exponent", "floor", "ours", "official"], rows);
}

function protocolTable(protocols: readonly ProtocolResult[]): string {
  const cases = protocols.flatMap(({ protocol, cases }) =>
    cases.map((each) => ({ ...each, name: `${each.name}, V${protocol}` })),
  );
  return caseTable(cases, { latencies: false });
}

function coldStartTable({ floor, ours, official }: ColdStartResult): string {
  const row = (name: string, pick: (figures: ColdStartResult["ours"]) => Spread, unit = 1) => [
    name,
    ...[floor, ours, official].map((figures) => withSpread(scaled(pick(figures), unit))),
    ratio(pick(official), pick(ours)),
  ];
  return table(
    ["", "floor", "ours", "official", "official / ours"],
    [
      row("CPU until the handler is ready, ms", ({ readyMs }) => readyMs),
      row("CPU until the first response, ms", ({ firstMs }) => firstMs),
      row("CPU until the 50th response, ms", ({ fiftiethMs }) => fiftiethMs),
      row("peak RSS, MB", ({ peakRssBytes }) => peakRssBytes, 1e6),
    ],
  );
}

function memoryTable({
  parked,
  echoes,
  variants: { floor, ours, official },
}: MemoryResult): string {
  const row = (
    name: string,
    pick: (figures: MemoryResult["variants"]["ours"]) => Spread,
    unit: number,
  ) => [name, ...[floor, ours, official].map((figures) => figure(pick(figures).median / unit, 1))];
  const KB = 1e3;
  const MB = 1e6;
  return table(
    ["", "floor", "ours", "official"],
    [
      row("heap for each waiting invocation, KB", (each) => each.parkedHeapBytes, KB),
      row("RSS for each waiting invocation, KB", (each) => each.parkedRssBytes, KB),
      row("RSS at rest, MB", (each) => each.idleRssBytes, MB),
      row("peak RSS, MB", (each) => each.peakRssBytes, MB),
      row(
        `RSS above rest when ${figure(parked)} have finished, MB`,
        (each) => each.leftRssBytes,
        MB,
      ),
      row("the same, left alone for 30 seconds", (each) => each.restedRssBytes, MB),
      row(
        `heap above rest when ${figure(parked)} have finished, MB`,
        (each) => each.leftHeapBytes,
        MB,
      ),
      row(`heap above rest after ${figure(echoes)} echoes, MB`, (each) => each.echoHeapBytes, MB),
      row(`RSS above rest after ${figure(echoes)} echoes, MB`, (each) => each.echoRssBytes, MB),
    ],
  );
}

function endToEndTable({
  invocations,
  steps,
  variants: { ours, official },
}: EndToEndResult): string {
  return table(
    [
      `${figure(invocations)} invocations of ${steps} steps`,
      "ours µs",
      "official µs",
      "official / ours",
    ],
    [
      [
        "service CPU",
        withSpread(ours.cpuMicros),
        withSpread(official.cpuMicros),
        ratio(official.cpuMicros, ours.cpuMicros),
      ],
      [
        "wall time",
        withSpread(ours.wallMicros),
        withSpread(official.wallMicros),
        ratio(official.wallMicros, ours.wallMicros),
      ],
    ],
  );
}

function bundleTable(bundles: readonly BundleResult[]): string {
  const rows = bundles.map(({ entry, ours, official }) => [
    entry,
    figure(ours.bytes),
    figure(official.bytes),
    times(official.bytes / ours.bytes),
    figure(ours.gzipBytes),
    figure(official.gzipBytes),
  ]);
  const header = ["entry", "ours", "official", "official / ours", "ours gzip", "official gzip"];
  return table(header, rows);
}

function scaled({ median, deviation, values }: Spread, unit: number): Spread {
  return { median: median / unit, deviation, values };
}
