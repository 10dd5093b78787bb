#!/usr/bin/env python3
"""Speed of PyBaMM and of this project's particle plants on the same work, in the same run.

    python3 benches/peers/particles.py

PyBaMM is installed with pip into a virtual environment outside the tree (`BMS_PEERS_VENV`, else `~/.cache/bms-peers`);
where Python, pip or the network do not allow that, its rows are skipped by name. Ours come from `cargo bench`.

The work, with the parameter set Chen2020 (LG M50), 20 shells a particle and 20 volumes a layer, temperature held:

- closed loop: a current that changes every second, one step of 1 s, state kept. Ours also reads voltage and heat.
- discharge: 1C from full, 3600 s. PyBaMM chooses its steps; ours takes 3600 of one second and reads each voltage.
"""

import os
import pathlib
import platform
import re
import subprocess
import sys
import venv

PACKAGES = ["pybamm==26.10.1.1", "pybammsolvers==0.11.1"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
# Row: our benchmark.
ROWS = {
    "SPM, closed loop, step of 1 s": "plants/spm_20_modes/closed_loop",
    "SPMe, closed loop, step of 1 s": "plants/spme_20_modes_60_volumes/closed_loop",
    "SPM, discharge at 1C": "plants/spm_20_modes/discharge_1c_3600_steps",
}
SECONDS = {"ns": 1e-9, "µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1.0}


def measure() -> None:
    """Runs within the virtual environment: prints one `row<TAB>seconds` each, the least of several runs."""
    import time

    import pybamm

    pybamm.set_logging_level("ERROR")

    def simulation(model_class):
        values = pybamm.ParameterValues("Chen2020")
        values["Current function [A]"] = "[input]"
        return pybamm.Simulation(model_class(), parameter_values=values, solver=pybamm.IDAKLUSolver())

    def closed_loop(model_class, steps=300):
        swing = [4.0, 1.0, -3.0, 2.5, -5.0, 0.5, 3.0, -3.0]
        best = float("inf")
        for _ in range(3):
            sim = simulation(model_class)
            sim.build(initial_soc=0.6)
            for step in range(steps + 20):
                if step == 20:  # What is built at the first steps is not counted.
                    start = time.perf_counter()
                sim.step(1.0, save=False, inputs={"Current function [A]": swing[step % 8]})
            best = min(best, (time.perf_counter() - start) / steps)
        return best

    def discharge(model_class):
        best = float("inf")
        sim = simulation(model_class)
        for _ in range(20):
            start = time.perf_counter()
            sim.solve([0, 3600], inputs={"Current function [A]": 5.0}, initial_soc=1.0)
            best = min(best, time.perf_counter() - start)
        # The solver's own time leaves out what is set up for each solution.
        return min(best, sim.solution.solve_time.value + sim.solution.integration_time.value)

    print(f"version\t{pybamm.__version__}, Python {platform.python_version()}", flush=True)
    spm, spme = pybamm.lithium_ion.SPM, pybamm.lithium_ion.SPMe
    rows = list(ROWS)
    for row, seconds in [
        (rows[0], lambda: closed_loop(spm)),
        (rows[1], lambda: closed_loop(spme)),
        (rows[2], lambda: discharge(spm)),
    ]:
        print(f"{row}\t{seconds():.9f}", flush=True)


def environment() -> pathlib.Path:
    """The virtual environment's Python, with PyBaMM in it."""
    default = pathlib.Path.home() / ".cache" / "bms-peers"
    folder = pathlib.Path(os.environ.get("BMS_PEERS_VENV", default))
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, timeout=900)
    return python


def theirs() -> dict[str, str]:
    """PyBaMM's rows, or none with the reason on standard output."""
    try:
        run = [environment(), __file__, "--measure"]
        done = subprocess.run(run, check=True, capture_output=True, text=True, timeout=1800)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"skipped: PyBaMM: {error}")
        return {}
    return dict(line.split("\t") for line in done.stdout.splitlines() if "\t" in line)


def ours() -> dict[str, float]:
    """Our rows in seconds, from criterion's middle estimate."""
    command = ["cargo", "bench", "-p", "bms-benches", "--bench", "plants", "--"]
    text = ""
    for name in ROWS.values():
        done = subprocess.run([*command, f"^{name}$"], cwd=ROOT, check=True, capture_output=True, text=True)
        text += done.stdout
    found = {}
    for row, name in ROWS.items():
        match = re.search(re.escape(name) + r"\s+time:\s+\[\S+ \S+ (\S+) (\S+) ", text)
        if match is None:
            sys.exit(f"no time of {name} in what cargo bench said")
        found[row] = float(match[1]) * SECONDS[match[2]]
    return found


def shown(seconds: float) -> str:
    unit = next(unit for unit in ("s", "ms", "us", "ns") if seconds >= SECONDS[unit] or unit == "ns")
    return f"{seconds / SECONDS[unit]:.3g} {unit}"


def main() -> None:
    peer, own = theirs(), ours()
    print(f"machine: {machine()}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    if peer:
        print(f"PyBaMM {peer['version']}")
    print("| work | PyBaMM | ours | ratio |\n|---|---|---|---|")
    for row, seconds in own.items():
        theirs_s = float(peer[row]) if row in peer else None
        cells = [shown(theirs_s), shown(seconds), f"{theirs_s / seconds:.0f}"] if theirs_s else ["skipped", shown(seconds), "-"]
        print("| " + " | ".join([row, *cells]) + " |")


def machine() -> str:
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
        return re.search(r"model name\s*:\s*(.+)", text)[1]
    except (OSError, TypeError):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    measure() if "--measure" in sys.argv else main()
