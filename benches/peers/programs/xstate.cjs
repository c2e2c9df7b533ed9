// Workload A on XState, driven over standard input: see src/engines/program.rs for what is asked and answered.
"use strict";
const fs = require("fs");
const readline = require("readline");
const xstate = require(require.resolve("xstate", { paths: [process.argv[2]] }));
const { createMachine, createActor, assign } = xstate;

// A new configuration object for each load, as a module that is read gives it.
const definition = () => ({
  id: "workload_a",
  initial: "new",
  context: ({ input }) => ({ tier: input.tier, amount: input.amount, reopenCount: 0 }),
  states: {
    new: { on: { submit: "triage" } },
    triage: {
      on: {
        classify: [
          { guard: ({ context }) => context.tier === 2, target: "emergency" },
          { guard: ({ context }) => context.amount >= 10000, target: "complex" },
          { target: "routine" },
        ],
      },
    },
    routine: { on: { assign: "in_progress" } },
    complex: { on: { assign: "in_progress" } },
    emergency: { on: { assign: "in_progress" } },
    in_progress: {
      initial: "l1",
      on: { ask_customer: "waiting_customer", resolve: "resolved" },
      states: { l1: { on: { escalate: "l2" } }, l2: { on: { escalate: "l3" } }, l3: {} },
    },
    waiting_customer: { on: { customer_replied: "in_progress" } },
    resolved: { on: { follow_up: "revisit" } },
    revisit: {
      on: {
        survey: [
          {
            guard: ({ event }) => event.satisfaction < 3,
            actions: assign({ reopenCount: ({ context }) => context.reopenCount + 1 }),
            target: "in_progress",
          },
          { target: "closed" },
        ],
      },
    },
    closed: { type: "final" },
  },
});

const machine = createMachine(definition());
// The cases: one object a line, with the data, the events and the leaf after each of them.
const cases = fs
  .readFileSync(process.argv[3], "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
let keep = 0;

const leaf = (value) => (typeof value === "string" ? value : leaf(Object.values(value)[0]));

function life(one) {
  const actor = createActor(machine, { input: one.input });
  actor.start();
  for (const event of one.events) actor.send(event);
  keep += actor.getSnapshot().context.reopenCount;
}

// Process CPU time, all threads, in nanoseconds.
function cpu(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) * 1000;
}

function check() {
  for (const one of cases) {
    const actor = createActor(machine, { input: one.input });
    actor.start();
    one.events.forEach((event, position) => {
      actor.send(event);
      const found = leaf(actor.getSnapshot().value);
      if (found !== one.leaves[position]) throw new Error(`${found} instead of ${one.leaves[position]}`);
    });
    if (actor.getSnapshot().context.reopenCount !== 1) throw new Error("not opened again just once");
  }
  return `ok ${cases.length}`;
}

function load(times, start) {
  return cpu(() => {
    for (let time = 0; time < times; time++) {
      const actor = createActor(createMachine(definition()), { input: cases[0].input });
      if (start) actor.start();
      keep += actor.getSnapshot().context.amount;
    }
  });
}

const tasks = {
  version: () => JSON.parse(fs.readFileSync(require("path").join(process.argv[2], "node_modules/xstate/package.json"), "utf8")).version,
  check,
  run: (lives) => cpu(() => {
    for (let index = 0; index < lives; index++) life(cases[index % cases.length]);
  }),
  load: (times) => load(times, false),
  begin: (times) => load(times, true),
};

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const [task, number] = line.split(" ");
  try {
    console.log(String(tasks[task](Number(number))));
  } catch (error) {
    console.log(`error ${String(error.message).replaceAll("\n", " ")}`);
  }
});
