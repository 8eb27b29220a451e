/** A process of its own that knows nothing but an id: `collect.ts <ingress URL> <invocation id>` prints the receipt. */
import { collect, connectTo } from "./client.js";

const [url = "http://localhost:8080", invocationId = ""] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await collect(connectTo(url), invocationId)));
