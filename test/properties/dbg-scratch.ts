import { FailedCase, runCase } from "./support/run-case.js";
import { shrink } from "./support/shrink.js";
import { CompletionStream } from "../../packages/restate-sdk/src/futures/completion-stream.js";
import { MappedFuture } from "../../packages/restate-sdk/src/futures/mapped.js";
import { SingleFuture } from "../../packages/restate-sdk/src/futures/single.js";
try {
  await runCase({ seed: Number(process.argv[2]) });
} catch (e) {
  const s = (await shrink(e as FailedCase)) as FailedCase;
  const log = (cls: any, name: string) => {
    const o = cls.prototype[name];
    cls.prototype[name] = function (...a: any[]) {
      console.log(
        name,
        cls.name,
        this.options?.leaf?.id ?? "",
        JSON.stringify(a.map((x) => (typeof x === "object" ? x?.kind : x))),
        name === "take" && cls === CompletionStream ? JSON.stringify(this.ready) : this.isAwaited,
      );
      return o.apply(this, a);
    };
  };
  log(CompletionStream, "take");
  log(CompletionStream, "next");
  log(CompletionStream, "childReady");
  log(CompletionStream, "childSettled");
  log(MappedFuture, "applyMapper");
  log(SingleFuture, "complete");
  log(MappedFuture, "take");
  const { Delivery } = await import("../../packages/restate-sdk/src/futures/delivery.js");
  log(Delivery, "begin");
  try {
    await runCase({ ...s.options, program: s.program });
  } catch (e2) {
    console.log((e2 as Error).message);
  }
}
