// What the peers expect of Node, for the browser.
export { Buffer } from "buffer";
export { default as process } from "process/browser.js";
