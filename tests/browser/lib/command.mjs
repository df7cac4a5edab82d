// The native command line, for tests that hold the page to the same answers.

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where `cargo xtask test` built it; without it, where `cargo build --release` would. */
function program() {
  const usual = fileURLToPath(new URL("../../../target/release/faultline", import.meta.url));
  const path = process.env.FAULTLINE_COMMAND ?? usual;
  if (!existsSync(path)) throw new Error("There is no command line. Run `cargo build --release --bin faultline` first.");
  return path;
}

/** Runs `faultline` with these arguments and returns its exit code, its output and what it said about errors. */
export function faultline(...words) {
  return new Promise((resolve, reject) => {
    execFile(program(), words, { maxBuffer: 256 * 1024 * 1024 }, (error, output, complaint) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ code: error?.code ?? 0, output, complaint });
    });
  });
}
