"""Keyed random numbers: published vectors, Python against compiled code, distributions.

Seeds and keys are fixed, so a statistical test either always passes or never does. The error rate
stated beside each is the chance that a correct generator would have failed it at the fixed seed.
"""

import math
import statistics
from collections.abc import Callable

import numpy
import pytest
import scipy.special
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.core import random
from sim.core.rule import kernel

WORD = 2**32
Floats = NDArray[numpy.float64]
Integers = NDArray[numpy.int64]

# Random123, tests/kat_vectors: counter, key, result.
PUBLISHED = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000",
     "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff",
     "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0",
     "d16cfe09 94fdcceb 5001e420 24126ea1"),
]  # fmt: skip

keys = st.tuples(
    st.integers(0, 2**63 - 1),
    st.integers(0, 2**62 - 1),
    st.integers(0, 65_535),
    st.integers(0, 255),
    st.integers(0, 2**24 - 1),
)


@kernel
def compiled_philox(words: Integers) -> tuple[int, int, int, int]:
    return random.philox(words[0], words[1], words[2], words[3], words[4], words[5])


@kernel
def fill(keys: Integers, words: Integers, floats: Floats, counts: Integers) -> None:
    """Every kind of draw for every row of keys."""
    for row in range(keys.shape[0]):
        seed, identity, month = keys[row, 0], keys[row, 1], keys[row, 2]
        purpose, index = keys[row, 3], keys[row, 4]
        word0, word1, word2, word3 = random.block(seed, identity, month, purpose, index)
        words[row, 0], words[row, 1] = word0, word1
        words[row, 2], words[row, 3] = word2, word3
        floats[row, 0] = random.uniform(seed, identity, month, purpose, index)
        floats[row, 1] = random.normal(seed, identity, month, purpose, index)
        floats[row, 2] = random.exponential(seed, identity, month, purpose, index)
        floats[row, 3] = random.unit(word0)
        mean = 10.0 ** (4.0 * random.unit(word2))
        counts[row, 0] = random.poisson(mean, seed, identity, month, purpose, index)
        trials, success = int(mean), random.unit(word3)
        counts[row, 1] = random.binomial(trials, success, seed, identity, month, purpose, index)


@kernel
def fill_quantiles(probabilities: Floats, values: Floats) -> None:
    for row in range(probabilities.shape[0]):
        values[row] = random.normal_quantile(probabilities[row])


def compiled_draws(keys: Integers) -> tuple[Integers, Floats, Integers]:
    words = numpy.zeros((len(keys), 4), numpy.int64)
    floats = numpy.zeros((len(keys), 4))
    counts = numpy.zeros((len(keys), 2), numpy.int64)
    fill(keys, words, floats, counts)
    return words, floats, counts


def plain_draws(key: tuple[int, ...]) -> tuple[list[int], list[float], list[int]]:
    seed, identity, month, purpose, index = key
    words = random.block(seed, identity, month, purpose, index)
    mean = 10.0 ** (4.0 * random.unit(words[2]))
    return (
        list(words),
        [
            random.uniform(seed, identity, month, purpose, index),
            random.normal(seed, identity, month, purpose, index),
            random.exponential(seed, identity, month, purpose, index),
            random.unit(words[0]),
        ],
        [
            random.poisson(mean, seed, identity, month, purpose, index),
            random.binomial(
                int(mean), random.unit(words[3]), seed, identity, month, purpose, index
            ),
        ],
    )


def assert_same_compiled(rows: list[tuple[int, ...]]) -> None:
    words, floats, counts = compiled_draws(numpy.array(rows, numpy.int64))
    for row, key in enumerate(rows):
        plain = plain_draws(key)
        compiled = (words[row].tolist(), floats[row].tolist(), counts[row].tolist())
        assert compiled == plain, key


def consecutive_uniforms(count: int, vary: str) -> Floats:
    """Uniforms whose keys differ in one part only, which counts up from 0."""
    part = ("seed", "identity", "month", "purpose", "index").index(vary)
    rows = numpy.tile(numpy.array([20_240_101, 7, 288, 3, 0], numpy.int64), (count, 1))
    rows[:, part] = numpy.arange(count)
    return compiled_draws(rows)[1][:, 0]


@pytest.mark.parametrize(("counter", "key", "result"), PUBLISHED)
def test_philox_gives_the_published_words(counter: str, key: str, result: str) -> None:
    words = [int(word, 16) for word in (counter + " " + key).split()]
    expected = tuple(int(word, 16) for word in result.split())
    assert random.philox(*words) == expected
    assert compiled_philox(numpy.array(words, numpy.int64)) == expected


def test_thousands_of_keys_draw_the_same_compiled() -> None:
    generator = numpy.random.default_rng(1)
    limits = numpy.array([2**63 - 1, 2**62, 65_536, 256, 2**24])
    rows = generator.integers(0, limits, size=(3_000, 5)).tolist()
    assert_same_compiled([tuple(row) for row in rows])


@settings(deadline=None)
@given(keys)
def test_any_key_draws_the_same_compiled(key: tuple[int, ...]) -> None:
    assert_same_compiled([key])


def test_the_halves_of_a_word_are_two_independent_draws() -> None:
    """Correlation and means over 100,000 words; error rate 1 in 1,000 each."""
    rows = numpy.tile(numpy.array([5, 0, 300, 9, 1], numpy.int64), (100_000, 1))
    rows[:, 1] = numpy.arange(100_000)
    words = compiled_draws(rows)[0][:, 0].tolist()
    halves = numpy.array([(random.upper_half(word), random.lower_half(word)) for word in words])
    assert abs(numpy.corrcoef(halves.T)[0, 1]) < 3.29 / math.sqrt(100_000)
    assert numpy.abs(halves.mean(axis=0) - 0.5).max() < 3.29 * math.sqrt(1 / 12 / 100_000)
    assert [random.upper_half(w) for w in (0, WORD - 1)] == [0.5 / 65_536, 1 - 0.5 / 65_536]
    assert [random.lower_half(w) for w in (0, WORD - 1)] == [0.5 / 65_536, 1 - 0.5 / 65_536]


def packed(key: tuple[int, ...]) -> int:
    """The counter and key words of a block's key, as one integer of 192 bits."""
    seen: list[int] = []

    def spy(*words: int) -> tuple[int, int, int, int]:
        seen.extend(words)
        return 0, 0, 0, 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(random, "philox", spy)
        random.block(*key)
    assert all(0 <= word < WORD for word in seen)
    return sum(word << (32 * place) for place, word in enumerate(seen))


PARTS_IN_BITS = (63, 62, 16, 8, 24)


def test_every_bit_of_a_key_has_a_place_of_its_own() -> None:
    places = [
        packed(tuple(1 << bit if part == other else 0 for other in range(5)))
        for part, bits in enumerate(PARTS_IN_BITS)
        for bit in range(bits)
    ]
    assert all(place.bit_count() == 1 for place in places)
    assert len(set(places)) == sum(PARTS_IN_BITS)


@given(keys, keys)
def test_packing_a_key_moves_bits_and_mixes_none(
    first: tuple[int, ...], second: tuple[int, ...]
) -> None:
    both = tuple(one ^ other for one, other in zip(first, second, strict=True))
    assert packed(both) == packed(first) ^ packed(second)


@pytest.mark.parametrize("words", [(0, 0, 0, 0), (WORD - 1, WORD - 1, 0, 0)])
def test_draws_stay_inside_their_open_ranges(
    words: tuple[int, int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "block", lambda *key: words)
    uniform = random.uniform(1, 2, 3, 4, 5)
    assert 0.0 < uniform < 1.0
    assert 0.0 < random.unit(words[0]) < 1.0
    assert abs(uniform - words[0] / (WORD - 1)) == 2.0**-53
    assert abs(random.normal(1, 2, 3, 4, 5)) == pytest.approx(8.2095, abs=1e-4)
    assert 0.0 < random.exponential(1, 2, 3, 4, 5) < 37.0


@pytest.mark.parametrize("vary", ["seed", "identity", "index"])
def test_uniforms_fill_the_unit_interval_evenly(vary: str) -> None:
    """Chi-square over 1,000 cells, 200,000 keys; error rate 1 in 1,000 each."""
    counts = numpy.histogram(consecutive_uniforms(200_000, vary), bins=1_000, range=(0, 1))[0]
    assert 0.0005 < scipy.stats.chisquare(counts).pvalue < 0.9995


@pytest.mark.parametrize(
    ("vary", "count"), [("seed", 200_000), ("identity", 200_000), ("index", 200_000),
                        ("month", 65_536), ("purpose", 256)]
)  # fmt: skip
def test_neighbouring_keys_are_uncorrelated(vary: str, count: int) -> None:
    """Correlation of each draw with the next; error rate 1 in 1,000 each."""
    draws = consecutive_uniforms(count, vary)
    correlation = float(numpy.corrcoef(draws[:-1], draws[1:])[0, 1])
    assert abs(correlation) < 3.29 / math.sqrt(count - 1)


def test_pairs_of_neighbouring_keys_fill_the_square_evenly() -> None:
    """Chi-square over 32 x 32 cells, 100,000 disjoint pairs; error rate 1 in 1,000."""
    draws = consecutive_uniforms(200_000, "identity")
    counts = numpy.histogram2d(draws[::2], draws[1::2], bins=32, range=[[0, 1], [0, 1]])[0]
    assert 0.0005 < scipy.stats.chisquare(counts.ravel()).pvalue < 0.9995


def test_normal_and_exponential_numbers_follow_their_laws() -> None:
    """Kolmogorov-Smirnov, 100,000 draws; error rate 1 in 1,000 each."""
    rows = numpy.tile(numpy.array([5, 0, 300, 9, 1], numpy.int64), (100_000, 1))
    rows[:, 1] = numpy.arange(100_000)
    draws = compiled_draws(rows)[1]
    assert scipy.stats.kstest(draws[:, 1], "norm").pvalue > 0.001
    assert scipy.stats.kstest(draws[:, 2], "expon").pvalue > 0.001


def test_normal_quantile_matches_independent_code() -> None:
    inner = numpy.linspace(0.0005, 0.9995, 5_001)
    tails = 10.0 ** -numpy.linspace(1, 15.9, 1_000)
    probabilities = numpy.concatenate([inner, tails, 1.0 - tails[tails > 1e-10]])
    values = numpy.zeros_like(probabilities)
    fill_quantiles(probabilities, values)
    reference = scipy.special.ndtri(probabilities)
    assert numpy.all(numpy.abs(values - reference) <= 1e-14 * numpy.abs(reference) + 1e-15)
    normal = statistics.NormalDist()
    for probability, value in zip(probabilities.tolist(), values.tolist(), strict=True):
        plain = random.normal_quantile(probability)
        assert plain == value  # to the last bit
        assert plain == pytest.approx(normal.inv_cdf(probability), rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("mean", [0.001, 0.7, 4.0, 30.0, 81.0, 700.0, 10_000.0])
def test_poisson_quantile_inverts_the_exact_distribution(mean: float) -> None:
    law = scipy.stats.poisson(mean)
    assert_inverts(lambda p: random.poisson_quantile(mean, p), law.cdf)


@pytest.mark.parametrize("trials", [1, 2, 15, 100, 10_000])
@pytest.mark.parametrize("success", [1e-6, 0.01, 0.3, 0.5, 0.77, 0.999, 1 - 1e-9])
def test_binomial_quantile_inverts_the_exact_distribution(trials: int, success: float) -> None:
    law = scipy.stats.binom(trials, success)
    assert_inverts(lambda p: random.binomial_quantile(trials, success, p), law.cdf)


def assert_inverts(quantile: Callable[[float], int], cdf: Callable[[int], float]) -> None:
    """The quantile is the smallest count whose cumulative probability reaches the given one."""
    grid = [0.5**53, 1e-9, 0.001, 0.02, 0.25, 0.5, 0.75, 0.98, 0.999, 1 - 1e-9]
    counts = [quantile(probability) for probability in grid]
    assert counts == sorted(counts)
    for probability, count in zip(grid, counts, strict=True):
        assert cdf(count) >= probability - 2e-11
        assert count == 0 or cdf(count - 1) <= probability + 2e-11
    assert cdf(quantile(1 - 0.5**53)) >= 1 - 2e-11


def test_counts_have_the_right_mean_and_variance() -> None:
    """20,000 draws each; error rate 1 in 1,000 for each of the four."""
    count = 20_000
    poisson = [random.poisson(6.5, 1, own, 300, 1, 0) for own in range(count)]
    binomial = [random.binomial(40, 0.15, 1, own, 300, 2, 0) for own in range(count)]
    for draws, law in [
        (poisson, scipy.stats.poisson(6.5)),
        (binomial, scipy.stats.binom(40, 0.15)),
    ]:
        variance = law.var()
        fourth = variance**2 * (3 + float(law.stats(moments="k")))
        assert abs(statistics.fmean(draws) - law.mean()) < 3.29 * math.sqrt(variance / count)
        allowed = 3.29 * math.sqrt((fourth - variance**2) / count)
        assert abs(statistics.pvariance(draws) - variance) < allowed


def test_counts_without_chance_are_certain() -> None:
    key = (1, 2, 3, 4, 5)
    assert random.poisson(0.0, *key) == 0
    assert random.poisson(-1.0, *key) == 0
    assert random.binomial(0, 0.5, *key) == 0
    assert random.binomial(-3, 0.5, *key) == 0
    assert random.binomial(10, 0.0, *key) == 0
    assert random.binomial(10, -0.1, *key) == 0
    assert random.binomial(10, 1.0, *key) == 10
    assert random.binomial(10, 1.1, *key) == 10


@given(st.integers(0, 20_000))
def test_log_factorial_matches_the_gamma_function(count: int) -> None:
    assert random.log_factorial(count) == pytest.approx(math.lgamma(count + 1), rel=1e-14)
