/**
 * Two signs that user code waits for something besides its context: it acts although it was at rest, or a completion
 * arrives whose command it has not issued again. Legal programs never give them.
 */
import { Delivery } from "../../../packages/restate-sdk/src/futures/delivery.js";
import type { InvocationMachine } from "../../../packages/restate-sdk/src/machine/machine.js";
import { NotificationQueue } from "../../../packages/restate-sdk/src/machine/notification-queue.js";
import { replaceMethod } from "./replace.js";

export interface Detectors {
  readonly alarms: readonly string[];
  stop(): void;
}

interface OpenDelivery {
  readonly atRest: boolean;
  /** It is about to wake user code up by itself. */
  readonly isPumping: boolean;
  readonly machine: InvocationMachine;
}

export function watchDetectors(): Detectors {
  const alarms: string[] = [];
  const stopTouch = replaceMethod<OpenDelivery, [], void>(
    Delivery,
    "touch",
    (original) =>
      function (this: OpenDelivery) {
        const isExpected = this.isPumping || this.machine.isClosed || isRunEnding();
        if (this.atRest && !isExpected) alarms.push("active at rest");
        original.call(this);
      },
  );
  const stopKeep = replaceMethod<NotificationQueue, [number, unknown], void>(
    NotificationQueue,
    "keep",
    (original) =>
      function (this: NotificationQueue, completionId, result) {
        alarms.push(`completion ${String(completionId)} before its command`);
        original.call(this, completionId, result);
      },
  );
  return {
    alarms,
    stop: () => {
      stopTouch();
      stopKeep();
    },
  };
}

/** Closures of runs end when they like: that is no activity of the handler. */
function isRunEnding(): boolean {
  return new Error().stack?.includes("runEnded") ?? false;
}
