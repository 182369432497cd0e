"""Control actions that every simulator has: clock, log, latency, faults, crashes."""

ROUTES = (
    ("GET", "status", "status"),
    ("POST", "reset", "reset"),
    ("POST", "time", "move_time"),
    ("GET", "log", "log"),
    ("POST", "log/reset", "reset_log"),
    ("POST", "latency", "set_latency"),
    ("GET", "faults", "faults"),
    ("POST", "faults", "add_fault"),
    ("POST", "faults/clear", "clear_faults"),
    ("POST", "crash", "arm_crash"),
    ("GET", "crash/<int:number>", "wait_crash"),
    ("POST", "crash/<int:number>/release", "release_crash"),
    ("POST", "crash/clear", "clear_crash"),
)


def reset(simulator):
    """Forget everything."""
    simulator.reset()
    return {}


def move_time(simulator, advance=0, reset=False):
    """Move the clock by `advance` seconds, or back to real time."""
    if reset:
        simulator.clock.reset()
    simulator.clock.advance(float(advance))
    return {"now": simulator.clock.iso()}


def reset_log(simulator):
    simulator.log.reset()
    return {}


def set_latency(simulator, **seconds):
    """Set seconds of latency per operation; `*` for the others."""
    simulator.latency = {name: float(value) for name, value in seconds.items()}
    return simulator.latency


def add_fault(simulator, mix=None, **settings):
    """Switch on one fault (`fault`, `rate`, ...), or with `mix` every survivable fault
    at that rate together."""
    if mix is None:
        simulator.faults.add(**settings)
    else:
        simulator.faults.mix(float(mix), **settings)
    return {"faults": simulator.faults.describe()}


def clear_faults(simulator):
    simulator.faults.clear()
    return {}


def arm_crash(simulator, **settings):
    """Arm a crash point; see `crash.CrashPoint`."""
    return simulator.crashes.arm(**settings).describe()


def wait_crash(simulator, number, wait=0):
    """Return a crash point, after waiting up to `wait` seconds until it was reached."""
    point = simulator.crashes.points[number]
    point.reached.wait(float(wait))
    return point.describe()


def release_crash(simulator, number):
    """Let a held call go on."""
    point = simulator.crashes.points[number]
    point.released.set()
    return point.describe()


def clear_crash(simulator):
    simulator.crashes.clear()
    return {}


def log(simulator, operation=None, shop=None, last=200):
    """Return counters and the last entries of the operation log."""
    return {
        **simulator.log.summary(),
        "entries": simulator.log.find(operation, shop, int(last)),
    }


def faults(simulator):
    return {"faults": simulator.faults.describe(), "webhooks": simulator.courier.faults}
