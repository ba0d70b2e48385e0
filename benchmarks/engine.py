"""Time the computing wing: `python -m benchmarks.engine` from the project's root prints a table."""

import time

import numpy as np

from vgcore import Chain, audit_usually, load_digits, random_log_ratios, speeds_before_training

DEPTHS = (1_000, 10_000, 100_000)


def seconds(call, runs=5):
    """Return the median time of `runs` calls, after one that is not counted."""
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return float(np.median(times[1:]))


def draw_and_multiply():
    """Draw the numbers of 100,000 chains of depth 60 layer by layer, and multiply them together."""
    rng, product = np.random.default_rng(1), np.ones(100_000)
    for _ in range(60):
        w, b = rng.standard_normal((2, 100_000))
        product *= w
        product *= b
    return product


def main():
    print(f"{'what':<46}{'seconds':>10}{'ratio':>10}  against")
    before = None
    for depth in DEPTHS:
        chain = Chain.random(depth, 1)
        took = seconds(lambda chain=chain: chain.nabla_b(1.0, 0.0))
        ratio = f"{took / before:>10.2f}  the row above; linear is 10" if before else ""
        print(f"{f'nabla_b of one chain, depth {depth:,}':<46}{took:>10.4f}{ratio}")
        before = took
    took = seconds(lambda: audit_usually(100_000, 1))
    drawn = seconds(lambda: np.random.default_rng(1).standard_normal((3, 2, 100_000)))
    print(f"{'audit of 100,000 chains':<46}{took:>10.4f}{took / drawn:>10.2f}  drawing their numbers")
    took = seconds(lambda: random_log_ratios(60, 100_000, 1))
    bare = seconds(draw_and_multiply)
    print(f"{'log ratios of 100,000 chains, depth 60':<46}{took:>10.4f}{took / bare:>10.2f}  draws, products")
    x, y = load_digits()
    took = seconds(lambda: speeds_before_training((784, 30, 30, 30, 30, 10), range(20), x, y), runs=3)
    w = np.ones((30, 784))
    bare = seconds(lambda: [(w @ x, (w @ x) @ x.T) for _ in range(20)], runs=3)
    print(
        f"{'speeds of 20 networks on 1,000 digits':<46}{took:>10.4f}{took / bare:>10.2f}  products of layer 1"
    )


if __name__ == "__main__":
    main()
