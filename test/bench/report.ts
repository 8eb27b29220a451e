/**
 * Writes the measured half of PERFORMANCE.md, and its plots, from the results of the last run:
 *
 *   npx tsx test/bench/report.ts [FILE]
 *
 * What stands outside the two markers in PERFORMANCE.md is written by hand and stays.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { verdictsOn } from "./goals.js";
import { coldStartPlot, costPlot, growthPlot, memoryPlot } from "./plots.js";
import { readResults, resultsFile } from "./results-file.js";
import type { CaseResult, Facts, PartName, Results } from "./results.js";
import { table } from "./table.js";
import { renderPart } from "./tables.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGE = path.join(ROOT, "PERFORMANCE.md");
const FOLDER = "docs/performance";
const MARKERS = { start: "<!-- measured: written by the benchmark -->", end: "<!-- /measured -->" };

/** The parts in reading order: what is said about each, and its plots. */
const SECTIONS: readonly {
  readonly name: PartName;
  readonly title: string;
  readonly text: string;
}[] = [
  {
    name: "http2",
    title: "Over HTTP/2",
    text: "Medians with half the interquartile range, in µs of service CPU for one invocation; p50 is the latency that the driver sees, itself included. The growth exponent is fitted between the two largest sizes: 1 is linear, 2 quadratic.",
  },
  {
    name: "protocols",
    title: "In the other protocol versions",
    text: "The main cases, in V5 and V7.",
  },
  {
    name: "in-process",
    title: "Fetch and Lambda handlers",
    text: "Request and answer in this process, without a socket. The floor is a function that reads the request and answers the same bytes.",
  },
  {
    name: "cold-start",
    title: "Cold start",
    text: "A hello world on Lambda, bundled and minified, in a fresh process every time. The CPU time counts from the start of the process, so it includes that of Node.js itself, which the floor shows.",
  },
  {
    name: "memory",
    title: "Memory",
    text: "After garbage collections, compared with the same process before, when it had served some invocations and was at rest. The connections stay open throughout.",
  },
  {
    name: "end-to-end",
    title: "With a real server",
    text: "One Restate server on the same machine, which is the bottleneck: it takes most of the wall time of a step. So the service's CPU time is what tells the SDKs apart.",
  },
  {
    name: "bundles",
    title: "Bundles",
    text: "Bytes of a small typical use, bundled and minified by esbuild: a service with one step, or one call (`test/size/entries.ts`).",
  },
];

const PLOTS: readonly {
  readonly part: PartName;
  readonly file: string;
  readonly draw: (results: Results) => string | undefined;
}[] = [
  {
    part: "http2",
    file: "cost.svg",
    draw: ({ http2 }) => http2 && costPlot(http2.data.cases),
  },
  {
    part: "http2",
    file: "growth.svg",
    draw: ({ http2 }) => http2 && growthPlot(http2.data.cases),
  },
  {
    part: "cold-start",
    file: "cold-start.svg",
    draw: ({ "cold-start": part }) => part && coldStartPlot(part.data),
  },
  { part: "memory", file: "memory.svg", draw: ({ memory }) => memory && memoryPlot(memory.data) },
];

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeReport(readResults(process.argv[2] ?? resultsFile({ quick: false })));
}

export async function writeReport(results: Results): Promise<void> {
  const page = await readFile(PAGE, "utf8");
  const start = page.indexOf(MARKERS.start);
  const end = page.indexOf(MARKERS.end);
  if (start < 0 || end < start) {
    throw new Error(`PERFORMANCE.md needs the lines "${MARKERS.start}" and "${MARKERS.end}"`);
  }
  await mkdir(path.join(ROOT, FOLDER), { recursive: true });
  const sections: string[] = [];
  for (const { name, title, text } of SECTIONS) {
    const section = await sectionOn(name, results);
    if (section !== undefined) sections.push(`### ${title}`, text, section);
  }
  const measured = [provenance(results), goals(results), losses(results), ...sections].join("\n\n");
  const whole = `${page.slice(0, start)}${MARKERS.start}\n\n${measured}\n\n${page.slice(end)}`;
  const style = await resolveConfig(PAGE);
  await writeFile(PAGE, await format(whole, { ...style, parser: "markdown" }));
  console.log(`written to ${PAGE}`);
}

async function sectionOn(name: PartName, results: Results): Promise<string | undefined> {
  const part = results[name];
  if (part === undefined) return undefined;
  const images: string[] = [];
  for (const { file, draw } of PLOTS.filter((plot) => plot.part === name)) {
    await writeFile(path.join(ROOT, FOLDER, file), draw(results) ?? "");
    images.push(`![${file.replace(".svg", "")}](${FOLDER}/${file})`);
  }
  return [...images, renderPart(name, part.data)].join("\n\n");
}

/** When, on what, and how quiet it was. One row where all parts are of one run. */
function provenance(results: Results): string {
  const parts = SECTIONS.flatMap(({ name }) => {
    const facts = results[name]?.facts;
    return facts === undefined ? [] : [{ name, facts }];
  });
  const rows = parts.map(({ name, facts }) => [
    name,
    facts.date.slice(0, 16).replace("T", " "),
    facts.commit,
    facts.quick ? "quick" : "full",
    facts.load.toFixed(1),
  ]);
  const last = parts.at(-1)?.facts;
  return [
    `## Results\n\n${machine(last)}`,
    table(["part", "measured (UTC)", "commit", "effort", "load before"], rows),
    ...warnings(parts.map(({ facts }) => facts)),
  ].join("\n\n");
}

function machine(facts: Facts | undefined): string {
  if (facts === undefined) return "Nothing has been measured yet.";
  return `${facts.cpu}, ${facts.cores} cores, Node.js ${facts.node}, driver and service on the same machine.`;
}

function warnings(all: readonly Facts[]): string[] {
  const busy = all.some(({ load, cores }) => load > cores);
  const quick = all.some((facts) => facts.quick);
  return [
    ...(busy
      ? [
          "**The machine was busy with other work during some parts.** Ratios suffer less than absolute figures, yet do suffer.",
        ]
      : []),
    ...(quick ? ["**Some parts are of a quick run**, with few rounds and little warm-up."] : []),
  ];
}

function goals(results: Results): string {
  const verdicts = verdictsOn(results);
  const rows = verdicts.map(({ goal, wanted, measured, reached }) => [
    goal,
    wanted,
    measured,
    reached ? "yes" : "**no**",
  ]);
  const missed = verdicts.filter(({ reached }) => !reached).length;
  return [
    "### The goals",
    `${verdicts.length - missed} of ${verdicts.length} are reached.`,
    table(["figure", "goal", "measured", "reached"], rows),
  ].join("\n\n");
}

/** Rows where the official SDK is ahead of ours. */
function losses(results: Results): string {
  const cases: CaseResult[] = [
    ...(results.http2?.data.cases ?? []),
    ...(results.protocols?.data ?? []).flatMap(({ protocol, cases }) =>
      cases.map((each) => ({ ...each, name: `${each.name}, V${protocol}` })),
    ),
    ...(results["in-process"]?.data ?? []),
  ];
  const slower = cases
    .filter(
      ({ variants: { ours, official } }) =>
        official.unfinished === undefined && ours.cpuMicros.median >= official.cpuMicros.median,
    )
    .map(({ name }) => `CPU of ${name}`);
  const larger = (results.bundles?.data ?? []).flatMap(({ entry, ours, official }) => [
    ...(ours.bytes >= official.bytes ? [`bundle of ${entry}`] : []),
    ...(ours.gzipBytes >= official.gzipBytes ? [`gzipped bundle of ${entry}`] : []),
  ]);
  const all = [...slower, ...larger];
  return [
    "### Where the official SDK is ahead",
    all.length === 0 ? "Nowhere in this run." : all.map((each) => `- ${each}`).join("\n"),
  ].join("\n\n");
}
