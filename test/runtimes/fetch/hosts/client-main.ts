/** Prints what the ingress client saw. Argument: the ingress. */
import { useClient } from "./client.js";

declare const process: { readonly argv: readonly string[] };

console.log(JSON.stringify(await useClient(process.argv[2] ?? "")));
