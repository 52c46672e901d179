"""What every Python client's consumers must be able to do in groups, written once over the clients' adapters.

The checks mostly wait, for sessions to time out and for other members: several run beside each other, each in topics and a group
of its own and with a client of its own.
"""
import sys
from concurrent.futures import ThreadPoolExecutor

import groups_admin
import groups_members
import groups_offsets
from checks import Checks
from groups import Groups
from members import be_process

CHECKS_AT_A_TIME = 6


def all_checks(adapter):
    """Protocol, name and body of every check; a body takes a `Groups`."""
    for module in (groups_members, groups_offsets, groups_admin):  # those that wait longest come first
        for protocol in adapter.protocols:
            for name, body in module.checks(adapter, protocol):
                yield protocol, f"{protocol}: {name}", body


def run(adapter, bootstrap, checks):
    def with_groups(protocol, body):
        groups = Groups(adapter, bootstrap, protocol)
        try:
            body(groups)
        finally:
            groups.close()

    wanted = sys.argv[3:]
    with ThreadPoolExecutor(CHECKS_AT_A_TIME) as pool:
        for protocol, name, body in all_checks(adapter):
            if not wanted or any(word in name for word in wanted):
                pool.submit(checks.check, name, with_groups, protocol, body)


def main(adapter):
    command, bootstrap, *orders = sys.argv[1:]
    checks = Checks()
    if command == "groups":
        run(adapter, bootstrap, checks)
    elif command == "member":
        be_process(adapter(bootstrap), *orders)
    else:
        raise SystemExit(f"unknown command {command}")
    sys.exit(checks.close() if command == "groups" else 0)
