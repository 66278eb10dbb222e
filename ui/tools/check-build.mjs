// Looks at what was built: the first load stays small, nothing leads outside, nothing needs an unsafe policy.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const STATIC = process.env.STATIC ?? fileURLToPath(new URL("../../src/handrail/web/static/", import.meta.url));
/** Script and style of the first page, packed, in bytes; fonts come beside it and are kept for ever. */
const MOST = 200_000;

const manifest = JSON.parse(readFileSync(join(STATIC, ".vite/manifest.json"), "utf8"));

/** All files that must be there before `entry` runs. */
function filesOf(entry, found = new Set()) {
  const chunk = manifest[entry];
  if (chunk === undefined || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const sheet of chunk.css ?? []) found.add(sheet);
  for (const next of chunk.imports ?? []) filesOf(next, found);
  return found;
}

const packed = (file) => gzipSync(readFileSync(join(STATIC, file)), { level: 6 }).length;
const FIRST = ["index.html", "src/app/routes/queues.tsx", "src/shared/locales/en.json", "src/features/queues/locales/en.json", "src/features/desk/locales/en.json", "src/shared/keys/locales/en.json", "src/features/access/locales/en.json"];
const missing = FIRST.filter((entry) => manifest[entry] === undefined);
const first = new Set(FIRST.flatMap((entry) => [...filesOf(entry)]));
const size = [...first].reduce((sum, file) => sum + packed(file), 0);
const complaints = missing.map((entry) => `${entry} is not in the build`);
if (size > MOST) complaints.push(`the first load is ${size} bytes packed, more than ${MOST}`);

for (const name of readdirSync(STATIC, { recursive: true, encoding: "utf8" })) {
  if (!/\.(js|css|html)$/.test(name)) continue;
  const text = readFileSync(join(STATIC, name), "utf8");
  if (name.endsWith(".css") && /url\(\s*["']?(https?:)?\/\//.test(text)) complaints.push(`${name} loads from another host`);
  if (name.endsWith(".css") && /url\(\s*["']?data:font/.test(text)) complaints.push(`${name} holds a font that the policy refuses`);
  if (name.endsWith(".html") && /\sstyle=|\son[a-z]+=/.test(text)) complaints.push(`${name} holds inline style or handlers`);
  if (/\bnew Function\(/.test(text)) complaints.push(`${name} makes code from text`);
}

for (const complaint of complaints) console.error(complaint);
console.log(`first load: ${(size / 1000).toFixed(0)} kB packed of ${MOST / 1000} kB, ${first.size} files`);
process.exitCode = complaints.length === 0 ? 0 : 1;
