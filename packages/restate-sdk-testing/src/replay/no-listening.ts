/** Keeps servers from listening while a module is loaded that starts one when it is imported. */
import { Server, type AddressInfo } from "node:net";

export interface Listening {
  /** Whether a server wanted to listen. */
  wasAsked(): boolean;
  /** Servers that listen from now on do. Those that were kept from it never will. */
  allowAgain(): void;
}

/** Servers are told that they listen, so that a module which awaits it is loaded to its end. */
export function forbidListening(): Listening {
  const prototype = Server.prototype;
  const original = Object.getOwnPropertyDescriptor(prototype, "listen") as PropertyDescriptor;
  let wasAsked = false;
  prototype.listen = function (this: Server, ...args: unknown[]): Server {
    wasAsked = true;
    const callback = args.at(-1);
    if (typeof callback === "function") this.once("listening", callback as () => void);
    this.address = () => ADDRESS;
    setImmediate(() => this.emit("listening"));
    return this;
  };
  return {
    wasAsked: () => wasAsked,
    allowAgain() {
      Object.defineProperty(prototype, "listen", original);
    },
  };
}

const ADDRESS: AddressInfo = { address: "127.0.0.1", family: "IPv4", port: 9080 };
