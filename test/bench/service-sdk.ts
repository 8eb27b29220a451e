/** The measured service, on whichever SDK `bench-sdk` stands for when this file is bundled. */
import * as sdk from "bench-sdk";
import { reportUsage } from "./service-control.js";
import { benchServices } from "./service-definitions.js";

const port = await sdk.serve({ services: benchServices(sdk), port: 0, logger: () => undefined });
reportUsage(port);
