// json-rules-engine on tables of random rules: the first that holds decides. Asked line by line: `version`, or
// `TABLE TIMES` for a file with rules and cases; answers CPU nanoseconds and the sum of what was decided.
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const modules = path.join(process.argv[2], "node_modules", "json-rules-engine");
const { Engine } = require(modules);

function engineOf(rows) {
  const engine = new Engine([], { allowUndefinedFacts: true });
  rows.forEach((row, position) => {
    const all = [];
    if (row.kinds.length) all.push({ fact: "kind", operator: "in", value: row.kinds });
    if (row.tiers.length) all.push({ fact: "tier", operator: "in", value: row.tiers });
    for (const field of ["amount", "age"]) {
      if (!row[field]) continue;
      all.push({ fact: field, operator: "greaterThanInclusive", value: row[field][0] });
      all.push({ fact: field, operator: "lessThanInclusive", value: row[field][1] });
    }
    engine.addRule({
      conditions: { all },
      event: { type: "rule", params: { rule: position + 1 } },
      priority: rows.length - position,
      onSuccess: () => engine.stop(),
    });
  });
  return engine;
}

const tables = new Map();

async function run(file, times) {
  if (!tables.has(file)) {
    const { rows, cases } = JSON.parse(fs.readFileSync(file, "utf8"));
    tables.set(file, { engine: engineOf(rows), cases });
  }
  const { engine, cases } = tables.get(file);
  let sum = 0;
  const before = process.cpuUsage();
  for (let index = 0; index < times; index++) {
    const { events } = await engine.run(cases[index % cases.length]);
    sum += events.length ? events[0].params.rule : 0;
  }
  const { user, system } = process.cpuUsage(before);
  return `${(user + system) * 1000} ${sum}`;
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [task, number] = line.split(" ");
    try {
      const answer = task === "version"
        ? JSON.parse(fs.readFileSync(path.join(modules, "package.json"), "utf8")).version
        : await run(task, Number(number));
      console.log(String(answer));
    } catch (error) {
      console.log(`error ${String(error.message).replaceAll("\n", " ")}`);
    }
  }
})();
