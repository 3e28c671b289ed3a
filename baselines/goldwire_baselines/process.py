"""What the running process has used."""

import sys
from pathlib import Path


def peak_memory() -> float | None:
    """Return the peak resident memory of this process in MB; None on systems that do not report it."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
        return round(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
    except (OSError, IndexError, ValueError):
        if sys.platform == "win32":
            return None
        import resource

        # Unlike VmHWM it includes what the parent had before this process began. macOS gives bytes.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
