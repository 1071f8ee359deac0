#!/usr/bin/env python3
"""Runs every fault that was once found, from outside, against one build of the program or several, and prints what each did.

    python3 tests/faults.py [--only A1,B1] OLD/ingester.dll NEW/ingester.dll

It ends with 1 when an entry does not hold for the last program. Entries that need a clock, a page of the documentation, a decoder with a bug or an account
are tests of this repository; HELD names them.
"""
import argparse
import concurrent.futures
import os
import sys
import traceback

from faults import entries_a, entries_b, entries_c, entries_d  # noqa: F401  (they register their entries)
from faults.rig import ENTRIES, Program

HELD = {
    "A7": "QueryTests (docs/views.sql and the Athena views: each event once), repair in docker-compose.yml and deploy/terraform/repair.tf",
    "A8": "deploy/terraform/tests (location templates), QueryTests",
    "B2": "DecoderBugTests",
    "B4": "RestClientTests (connections are renewed)",
    "B5": "ExchangeSupervisorTests.Lanes_end_with_their_connections",
    "B11": "SymbolIndexTests (300,000 markets in one frame)",
    "D7": "docker-compose.yml (spool volumes), Storage.SpoolProcessTests",
    "D12": "deploy/terraform/tests/check.sh (postcondition, alarms, kms:Decrypt), docs/regions.md",
    "D13": "docs/layout.md names the readers with versions",
    "E3": "WrongClockTests",
    "E6": "GeneratedStoreTests (hour by hour reports what day by day reports), ReadingCommandTests",
    "E7": "AuditTests, GeneratedStoreTests (contradictory coverage yields the weaker claim)",
    "E9": "MergeTests, ConflictTests (a disputed window follows one replica)",
    "E10": "ReadFaultTests, ReadingCommandTests (hashes and ranges of a directory store)",
    "E11": "StoreReadFaultTests (500, 503, reset, truncated, wrong length through the real client)",
    "E12": "ReadFaultTests; the benchmark command `memory` (gzip bombs)",
    "E13": "AuditTests, GeneratedStoreTests (windows before the first coverage line)",
    "E14": "ReadingCommandTests, RefusingStoreTests (exit codes)",
}


def attempt(run, path):
    program = Program(path)
    try:
        holds, seen = run(program)
        return bool(holds), seen
    except Exception as error:  # an entry that cannot be judged does not hold
        traceback.print_exc(limit=3)
        return False, f"{type(error).__name__}: {error}"
    finally:
        program.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="+", metavar="PROGRAM", help="a published program (ingester or ingester.dll); the last one is judged")
    parser.add_argument("--only", default="", help="entries, separated by commas; default: all")
    parser.add_argument("--jobs", type=int, default=2, help="how many entries run at once")
    options = parser.parse_args()
    paths = [os.path.abspath(path) for path in options.programs]
    for path in paths:
        version = attempt(lambda program: (program.run("--version").code == 0, "--version"), path)
        if not version[0]:
            parser.error(f"{path} does not run")
    chosen = [one for one in ENTRIES if not options.only or one[0] in options.only.split(",")]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = [[pool.submit(attempt, run, path) for path in paths] for *_, run in chosen]
        print(f"| entry | fault | right | {' | '.join(options.programs)} |\n|{' --- |' * (3 + len(options.programs))}", flush=True)
        wrong = []
        for (name, title, expected, _), futures in zip(chosen, results):
            seen = [future.result() for future in futures]
            print(f"| {name} | {title} | {expected} | {' | '.join(('' if holds else '**wrong**: ') + text for holds, text in seen)} |", flush=True)
            wrong += [] if seen[-1][0] else [name]
    if not options.only:
        print("\nHeld by tests of the repository: " + "; ".join(f"{name}: {test}" for name, test in HELD.items()) + ".")
    print(f"\n{len(chosen) - len(wrong)} of {len(chosen)} entries hold for {options.programs[-1]}" + (f"; not: {', '.join(wrong)}" if wrong else "."))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
