import { startSdk } from "./sdk-process.js";
import { observe } from "./observe.js";
import { readyShapes, type Scene, type Shape } from "./programs/ready-promises.js";
const which = process.argv[2] ?? "official,ours";
const mode = process.argv[3] ?? "fuzz";
const count = Number(process.argv[4] ?? 100);
const seed0 = Number(process.argv[5] ?? 1);
const sdks = await Promise.all(which.split(",").map((n) => startSdk(n as never)));
const script = {
  respond: ({ type, message }: any) => {
    const name = message.handlerName ?? message.name;
    if (name === "pending") return "never" as const;
    if (typeof name === "string" && name.startsWith("failing")) return { outcome: { failure: { code: 400, message: name } }, when: "now" as const };
    if (type === "CallCommand") return { outcome: { bytes: Buffer.from(name) }, when: "now" as const };
    return undefined;
  },
  signals: [
    { signal: { idx: 17 }, outcome: { value: "awakened" }, afterCommands: 3, when: "now" as const },
    { signal: { name: "go" }, outcome: { value: "signalled" }, afterCommands: 3, when: "now" as const },
  ],
};
const modeNow = { name: "now", schedule: { seed: 0, timing: "now" } } as any;
const modeReplay = { name: "crash", schedule: { seed: 0, timing: "now" }, luckyEffects: true, plan: () => ({ cutAfterReceived: 1 }) } as any;
async function run(sdk: any, scene: Scene, scenario = modeNow) {
  const o = await observe({ program: readyShapes, programCase: { name: "x", input: [scene], script } as any, version: 6, stateMode: "eager" }, scenario, { route: () => sdk, processes: [sdk] });
  if (o.problem) return "PROBLEM " + o.problem.slice(0, 400);
  return JSON.stringify(o.outcome).replaceAll("\\", "");
}
const leafNames = ["a", "b", "c", "failing1", "failing2", "pending", "nap", "nap2", "awakeable", "signal"];
function rng(seed: number) { let s = seed >>> 0 || 1; return () => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return (s >>> 8) / 2 ** 24; }; }
if (mode === "fuzz") {
  let bad = 0;
  for (let seed = seed0; seed < seed0 + count; seed++) {
    const r = rng(seed * 7919); r(); r();
    const pick = <T>(xs: readonly T[]): T => xs[Math.floor(r() * xs.length)]!;
    const shape = (depth: number): Shape => {
      if (depth === 0 || r() < 0.45) return pick(leafNames);
      const op: any = pick(["race", "race", "race", "all", "any", "any", "allSettled", "map", "map", "mapLater", "refuse", ...(process.env.NOTIMEOUT ? [] : ["orTimeout"])]);
      if (["map", "mapLater", "refuse", "orTimeout"].includes(op)) return [op, shape(depth - 1)];
      return [op, ...Array.from({ length: 1 + Math.floor(r() * 3) }, () => shape(depth - 1))];
    };
    const root = (): Shape => ["race", ...Array.from({ length: 2 + Math.floor(r() * 2) }, () => shape(2)), "nap"] as Shape;
    const scene: Scene = {
      early: r() < 0.3 ? [root()] : [],
      awaited: Array.from({ length: Math.floor(r() * 3) }, () => pick(leafNames.filter((n) => n !== "pending"))),
      late: [root(), ...(r() < 0.4 ? [root()] : [])],
    };
    const outs = [];
    for (const sdk of sdks) for (const m of process.env.BOTH ? [modeNow, modeReplay] : [modeNow]) outs.push(await run(sdk, scene, m));
    if (new Set(outs).size > 1) { bad++; console.log(seed, JSON.stringify(scene)); for (const o of outs) console.log("   ", o); }
  }
  console.log("bad", bad, "of", count);
} else {
  const scene = JSON.parse(mode) as Scene | Scene[];
  for (const one of Array.isArray(scene) ? scene : [scene]) { console.log(JSON.stringify(one)); for (const sdk of sdks) console.log("   ", sdk.sdk, await run(sdk, one), await run(sdk, one, modeReplay)); }
}
for (const s of sdks) await s.stop();
process.exit(0);
