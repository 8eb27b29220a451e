/** Loads the package `testcontainers`, an optional peer, when it is needed and not before. */
import type * as Testcontainers from "testcontainers";

import { ownRequire } from "./own-require.js";

/** @throws Error with advice if it is not installed */
export function loadTestcontainers(): typeof Testcontainers {
  if (!isInstalled()) {
    throw new Error(
      "A Restate server in Docker needs the package testcontainers: `npm install --save-dev testcontainers`. " +
        'Without it there is the server as a process: runtime: "binary".',
    );
  }
  // Synchronously, since a container is made by a constructor. Node hands out the module that `import` does.
  return ownRequire("testcontainers") as typeof Testcontainers;
}

/** Whether there are both the package and a container runtime that it can talk to. */
export async function dockerAnswers(withinMs = 5_000): Promise<boolean> {
  if (!isInstalled()) return false;
  const { getContainerRuntimeClient } = loadTestcontainers();
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, withinMs, false);
  });
  try {
    return await Promise.race([getContainerRuntimeClient().then(() => true), deadline]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function isInstalled(): boolean {
  try {
    ownRequire.resolve("testcontainers");
    return true;
  } catch {
    return false;
  }
}
