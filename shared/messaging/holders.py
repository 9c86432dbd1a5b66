"""Who holds a lease: a name that tells others on this machine whether its process has died."""

import os
from pathlib import Path
from uuid import uuid4


def _process_identity(pid: int) -> str:
    """Pid and start time, which a later process of the same pid does not share."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return f"{pid}:{stat.rpartition(')')[2].split()[19]}"


def _machine_identity() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}:{Path('/proc/self/ns/pid').readlink()}"


def new_holder() -> str:
    """A name for a lease's holder, by which others can see that its process has died."""
    try:
        return "|".join((_machine_identity(), _process_identity(os.getpid()), uuid4().hex))
    except OSError:
        return f"||{uuid4().hex}"


def is_dead(holder: str) -> bool:
    """Whether the holder's process has surely ended; unknown counts as alive."""
    machine, process, _ = holder.split("|")
    try:
        if not process or machine != _machine_identity():
            return False
        return _process_identity(int(process.partition(":")[0])) != process
    except FileNotFoundError:
        return True
    except OSError:
        return False
