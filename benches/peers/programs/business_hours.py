"""Business hours by Python libraries, driven over standard input: see src/bin/calendar.rs for what is asked and answered.

Called with a library and a file of two lines: holidays as dates, and starts in milliseconds since 1970. Answers are counted
from the end: `add COUNT` and `between COUNT` answer the first so many questions and print process CPU nanoseconds and the
sum of the answers in milliseconds."""

import datetime
import importlib.metadata
import sys
import time
import zoneinfo

ZONE = "America/New_York"
HOURS = 100
DAYS = 365

with open(sys.argv[2], encoding="utf-8") as file:
    HOLIDAYS = [datetime.date.fromisoformat(day) for day in file.readline().split()]
    STARTS = [int(start) for start in file.readline().split()]


def pandas():
    """CustomBusinessHour; pandas has no elapsed time of it."""
    import pandas

    step = pandas.offsets.CustomBusinessHour(HOURS, start="09:00", end="17:00", weekmask="Mon Tue Wed Thu Fri", holidays=HOLIDAYS)
    stamps = [pandas.Timestamp(start, unit="ms", tz="UTC").tz_convert(ZONE) for start in STARTS]

    def add(index):
        return (stamps[index] + step).value // 1_000_000

    return {"add": add}


def businesstimedelta():
    """Rules of working days and holidays; zones as pytz has them, which the library asks for."""
    import businesstimedelta
    import pytz

    zone = pytz.timezone(ZONE)
    hours = businesstimedelta.WorkDayRule(
        start_time=datetime.time(9), end_time=datetime.time(17), working_days=[0, 1, 2, 3, 4], tz=zone
    )
    rules = businesstimedelta.Rules([hours, businesstimedelta.HolidayRule(set(HOLIDAYS), tz=zone)])
    step = businesstimedelta.BusinessTimeDelta(rules, hours=HOURS)
    stamps = [datetime.datetime.fromtimestamp(start // 1000, pytz.utc).replace(microsecond=start % 1000 * 1000) for start in STARTS]

    def add(index):
        return round((stamps[index] + step).timestamp() * 1000)

    def between(index):
        found = rules.difference(stamps[index], stamps[index] + datetime.timedelta(days=DAYS))
        return found.hours * 3_600_000 + found.seconds * 1000

    return {"add": add, "between": between}


LIBRARY = sys.argv[1]
TASKS = {"pandas": pandas, "businesstimedelta": businesstimedelta}[LIBRARY]()


def answer(task, count):
    """The answers and the time that they took."""
    if task == "version":
        return importlib.metadata.version(LIBRARY)
    work = TASKS[task]
    before = time.process_time_ns()
    answers = [work(index) for index in range(count)]
    took = time.process_time_ns() - before
    return f"{took} {sum(answers)}"


for line in sys.stdin:
    task, _, number = line.strip().partition(" ")
    try:
        told = answer(task, int(number or 0))
    except Exception as error:  # the driver prints it
        told = "error " + repr(error).replace("\n", " ")
    print(told, flush=True)
