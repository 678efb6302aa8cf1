import { Harness } from "./harness";

Object.assign(globalThis, { harness: new Harness() });
