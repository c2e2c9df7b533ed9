"""Workload A on sismic, driven over standard input: see src/engines/program.rs for what is asked and answered."""

import importlib.metadata
import json
import sys
import time

from sismic.interpreter import Event, Interpreter
from sismic.io import import_from_yaml

with open(sys.argv[1], encoding="utf-8") as file:
    TEXT = file.read()
with open(sys.argv[2], encoding="utf-8") as file:
    CASES = [json.loads(line) for line in file]
CHART = import_from_yaml(TEXT)


def begin(case):
    """A case that has entered its first state."""
    interpreter = Interpreter(CHART, initial_context=dict(case["input"]))
    interpreter.execute()
    return interpreter


def send(interpreter, event):
    """One event, to its end."""
    data = {key: value for key, value in event.items() if key != "type"}
    interpreter.queue(Event(event["type"], **data))
    interpreter.execute()


def check(_):
    """Every leaf after every event; sismic drops the configuration when a final state ends the chart."""
    for case in CASES:
        interpreter = begin(case)
        for event, leaf in zip(case["events"], case["leaves"]):
            send(interpreter, event)
            found = interpreter.configuration
            right = interpreter.final if leaf == "closed" else bool(found) and found[-1] == leaf
            if not right:
                raise ValueError(f"{found} instead of {leaf}")
        if interpreter.context["reopen_count"] != 1:
            raise ValueError("not opened again just once")
    return f"ok {len(CASES)}"


def run(lives):
    """Process CPU time of so many lives, in nanoseconds."""
    before = time.process_time_ns()
    for index in range(lives):
        case = CASES[index % len(CASES)]
        interpreter = begin(case)
        for event in case["events"]:
            send(interpreter, event)
    return time.process_time_ns() - before


def load(times):
    """Process CPU time of so many loads of the definition and beginnings of a case, in nanoseconds."""
    before = time.process_time_ns()
    for _ in range(times):
        Interpreter(import_from_yaml(TEXT), initial_context=dict(CASES[0]["input"]))
    return time.process_time_ns() - before


TASKS = {"version": lambda _: importlib.metadata.version("sismic"), "check": check, "run": run, "load": load}

for line in sys.stdin:
    task, _, number = line.strip().partition(" ")
    try:
        answer = str(TASKS[task](int(number or 0)))
    except Exception as error:  # the driver prints it
        answer = "error " + str(error).replace("\n", " ")
    print(answer, flush=True)
